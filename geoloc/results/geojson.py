"""Answers as GeoJSON (RFC 7946) for maps: a feature a photo, where the pin of one city stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from geoloc.city.prediction import CityPrediction
from geoloc.results.fields import of_country, of_photos, of_pin
from geoloc.results.locate import Answer


def as_geojson(answers: Sequence[Answer], city_model: str | None = None) -> bytes:
    """A collection of points, with longitude before latitude as the format wants it.

    Args:
        answers: each becomes a feature; one without a pin has no geometry.
        city_model: whose pins the features stand on; the first that answered if None.
    """
    features = [_feature(answer, city_model) for answer in answers]
    collection = {"type": "FeatureCollection", "features": features}
    text = json.dumps(collection, ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode()


def _feature(answer: Answer, city_model: str | None) -> dict[str, Any]:
    pin = _pin(answer, city_model)
    told = of_pin(pin) if pin else {}
    place = [told.pop("lon"), told.pop("lat")] if told else None
    first = [of_country(prediction) for prediction in answer.countries]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place} if place else None,
        # What many programs show is what stands at the top level, so the first model's does.
        "properties": of_photos(answer)
        | {key: value for part in first[:1] for key, value in part.items() if key != "model"}
        | told
        | {"answers": first},
    }


def _pin(answer: Answer, city_model: str | None) -> CityPrediction | None:
    wanted = [pin for pin in answer.cities if city_model in (None, pin.model)]
    return wanted[0] if wanted else None
