"""Whether a photo is from the city at all: a pin is drawn for any photo, and may mean nothing."""

from __future__ import annotations

from geoloc.city.prediction import CityPrediction
from geoloc.countries import name
from geoloc.errors import Notice
from geoloc.tasks.country import CountryPrediction


def doubts(prediction: CityPrediction, country: CountryPrediction | None) -> tuple[Notice, ...]:
    """A notice for each reason to believe that a photo is from elsewhere; none is good news.

    Args:
        prediction: where in the city, if it is there.
        country: what a country model says of the same photo, if one does.
    """
    title, notices = prediction.city.title, []
    if prediction.likeness and not prediction.likeness.here:
        notices.append(
            Notice(
                "unlike_the_city",
                "It looks little like the training photos of {city}: its likeness to the nearest "
                "ones is {likeness:.2f}, and nineteen in twenty photos from there reach "
                "{threshold:.2f}.",
                {
                    "city": title,
                    "likeness": prediction.likeness.similarity,
                    "threshold": prediction.likeness.threshold,
                },
            )
        )
    home = prediction.city.country
    if home and country and country.likely and home in country.codes:
        likely = country.codes[: country.likely]
        if home not in likely:
            notices.append(
                Notice(
                    "another_country",
                    "The country is probably not {country}: it is not among the {countries} that "
                    "hold the right one nine times in ten ({probability:.1%}).",
                    {
                        "country": name(home),
                        "countries": len(likely),
                        "probability": country.probability(home),
                    },
                )
            )
    return tuple(notices)
