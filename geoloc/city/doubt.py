"""Whether a photo is from the city at all: a pin is drawn for any photo, and may mean nothing."""

from __future__ import annotations

from geoloc.city.prediction import CityPrediction
from geoloc.countries import name
from geoloc.predict import CountryPrediction


def doubts(prediction: CityPrediction, country: CountryPrediction | None) -> tuple[str, ...]:
    """A sentence for each reason to believe that a photo is from elsewhere; none is good news.

    Args:
        prediction: where in the city, if it is there.
        country: what a country model says of the same photo, if one does.
    """
    title, told = prediction.city.title, []
    if prediction.likeness and not prediction.likeness.here:
        told.append(
            f"It looks little like the training photos of {title}: its likeness to the nearest "
            f"ones is {prediction.likeness.similarity:.2f}, and nineteen in twenty photos from "
            f"there reach {prediction.likeness.threshold:.2f}."
        )
    home = prediction.city.country
    if home and country and country.likely and home in country.codes:
        likely = country.codes[: country.likely]
        if home not in likely:
            told.append(
                f"The country is probably not {name(home)}: it is not among the {len(likely)} "
                "that hold the right one nine times in ten "
                f"({country.probability(home):.1%})."
            )
    return tuple(told)
