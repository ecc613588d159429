"""The flat fields of a result: what they are called, what they mean, and how they are filled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geoloc.results.locate import PlaceAnswer
from geoloc.results.names import harmless
from geoloc.tasks.base import Task, tasks
from geoloc.text import N_

_OF_PHOTOS = {
    "photo": N_(
        "name of the photo's file; of several that were asked about as one place, all names"
    ),
    "photos": N_("number of photos that the answer is made of"),
    "exif_lat": N_("latitude that the photo's own EXIF data tells, in degrees (WGS 84)"),
    "exif_lon": N_("longitude that the photo's own EXIF data tells, in degrees (WGS 84)"),
    "xmp_lat": N_("latitude that its XMP data tells where the EXIF data has none, in degrees"),
    "xmp_lon": N_("longitude that its XMP data tells where the EXIF data has none, in degrees"),
    "error": N_("why the photo could not be read; empty if it could"),
}
_MODEL = {"model": N_("name of the model's folder")}
_MS = {"ms": N_("milliseconds that the model took")}

_DEGREES_DECIMALS = 6  # a tenth of a metre


def columns() -> dict[str, str]:
    """By name, in the order of the CSV's columns, what each field means, a message to look up.

    The CSV ends with a `p_XX` for the probability of each country XX; GeoJSON's properties have the
    same names.
    """
    of_tasks = {name: says for task in tasks() for name, says in task.columns.items()}
    return {**_OF_PHOTOS, **_MODEL, **of_tasks, **_MS}


def of_photos(answer: PlaceAnswer) -> dict[str, Any]:
    """The fields of the photos themselves."""
    # Several photos may have been taken far from each other: no one of them stands for all.
    photo = answer.photos[0] if len(answer.photos) == 1 else None
    place = photo.position if photo else None
    photos, errors = len(answer.photos), [file.error for file in answer.files]
    fields: dict[str, Any] = {
        "photo": "; ".join(harmless(file.name) for file in answer.files),
        "photos": photos,
        "exif_lat": None,
        "exif_lon": None,
        "xmp_lat": None,
        "xmp_lon": None,
        "error": None if photos else "; ".join(harmless(e) for e in errors if e),
    }
    if photo and place:
        source = photo.position_source.lower()
        fields |= {f"{source}_lat": _degrees(place.lat), f"{source}_lon": _degrees(place.lon)}
    return fields


def of_prediction(task: Task, prediction: Any) -> dict[str, Any]:
    """The fields of a model's answer; several words are a list."""
    row = {"model": prediction.model, **task.row(prediction)}
    return {name: harmless(v) if isinstance(v, str) else v for name, v in row.items()}


def flat_rows(answer: PlaceAnswer) -> Iterator[dict[str, Any]]:
    """A row of `columns` a model, with the share of each class; one row if no photo was read."""
    of_all = of_photos(answer)
    if not answer.photos:
        yield of_all
    for task in tasks():
        for prediction in answer.of(task.name):
            ms = {"ms": _ms(answer, prediction.model)}
            yield of_all | of_prediction(task, prediction) | ms | task.shares(prediction)


def _ms(answer: PlaceAnswer, model: str) -> float | None:
    spent = answer.ms.get(model)
    return None if spent is None else round(spent, 1)


def _degrees(angle: float) -> float:
    return round(angle, _DEGREES_DECIMALS)
