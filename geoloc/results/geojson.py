"""Answers as GeoJSON (RFC 7946) for maps: a feature a photo, where the pin of one city stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from geoloc.results.fields import of_photos, of_prediction
from geoloc.results.locate import PlaceAnswer
from geoloc.tasks.base import tasks


def as_geojson(answers: Sequence[PlaceAnswer], city_model: str | None = None) -> bytes:
    """A collection of points, with longitude before latitude as the format wants it.

    Args:
        answers: each becomes a feature; one without a pin has no geometry.
        city_model: whose pins the features stand on; the first that answered if None.
    """
    features = [feature(answer, city_model) for answer in answers]
    collection = {"type": "FeatureCollection", "features": features}
    text = json.dumps(collection, ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode()


def feature(answer: PlaceAnswer, city_model: str | None = None) -> dict[str, Any]:
    """The point of one answer; without geometry if no model put a pin."""
    pins, others = _fields(answer)
    pin = next((one for one in pins if city_model in (None, one["model"])), {})
    place = [pin.pop("lon"), pin.pop("lat")] if pin else None
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place} if place else None,
        # What many programs show is what stands at the top level, so the first model's does.
        "properties": of_photos(answer)
        | {key: value for first in others[:1] for key, value in first.items() if key != "model"}
        | pin
        | {"answers": others},
    }


def _fields(answer: PlaceAnswer) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What models with a point on the map answer, and what the others do."""
    pins: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for task in tasks():
        fields = [of_prediction(task, prediction) for prediction in answer.of(task.name)]
        (pins if "lat" in task.columns else others).extend(fields)
    return pins, others
