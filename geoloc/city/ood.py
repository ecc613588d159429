"""Whether a photo is from the city at all: a pin is drawn for any photo, and may mean nothing."""

from __future__ import annotations

from geoloc.city.prediction import CityPrediction
from geoloc.countries import name
from geoloc.errors import Notice
from geoloc.geo import LatLon
from geoloc.tasks.country import CountryPrediction

_LIKELIEST = 5


def speaks_for(
    prediction: CityPrediction, position: LatLon | None, country: CountryPrediction | None
) -> bool:
    """Whether anything says that a photo is from the city, so that its pin deserves a place.

    The photo's own position decides where it has one. Else a photo has to look like the city's, of
    those from elsewhere one in many does by chance, and the city's country be among the likeliest;
    where the model compares no likeness, the country has to be the likeliest.

    Args:
        prediction: where in the city, if it is there.
        position: where the photo says it was taken.
        country: what a country model says of the same photo, if one does.
    """
    if position is not None:
        return prediction.city.box.contains(position)
    if prediction.likeness is None:
        return country is not None and country.codes[0] == prediction.city.country
    if country is None or prediction.city.country not in country.codes:
        return prediction.likeness.here
    return prediction.likeness.here and prediction.city.country in country.codes[:_LIKELIEST]


def doubts(prediction: CityPrediction, country: CountryPrediction | None) -> tuple[Notice, ...]:
    """A notice for each reason to believe that a photo is from elsewhere; none is good news.

    A country model never overrules a likeness that fits.

    Args:
        prediction: where in the city, if it is there.
        country: what a country model says of the same photo, if one does.
    """
    title, notices = prediction.city.title, []
    if prediction.likeness and prediction.likeness.here:
        return ()
    if prediction.likeness:
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
