"""Maps and tests of a visitor's photo, computed once: they go with the photo, and hold none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from geoloc.explain import Cam, Explainer, PinCam, Terms, explainers
from geoloc.explain.faithfulness import Score, Trial, trial
from geoloc.photo import Photo
from pages.shared.once import once
from pages.shared.registry import Shelved


def methods(model: Shelved) -> tuple[Explainer, ...]:
    """The methods that fit a network; those that its card says are no better than chance last."""
    return model.derived("methods", lambda: _methods(model))


def _methods(model: Shelved) -> tuple[Explainer, ...]:
    measured = model.checkpoint.card.records

    def poor(explainer: Explainer) -> bool:
        told = [measured.get((explainer.name, layer)) for layer in explainer.layers]
        known = [record for record in told if record is not None]
        return bool(known) and not any(record.beats_random for record in known)

    return tuple(sorted(explainers(model.model), key=poor))


def pin_cam(model: Shelved) -> PinCam:
    """The method of a city model."""
    return model.derived("pin cam", lambda: PinCam(model.model))


def cams(explainer: Explainer, version: str, photo: Photo, country: str) -> tuple[Cam, ...]:
    """A country's maps, one a layer."""
    # What is the same for all countries is kept once.
    asked = country if explainer.by_country else explainer.classifier.classes[0]
    return once(
        photo.sha256,
        ("maps", version, explainer.name, asked),
        lambda: explainer.explain_layers(photo, asked),
    )


def pin_map(model: Shelved, photo: Photo) -> Cam:
    """The map of a city model."""
    return once(photo.sha256, ("pin map", model.version), lambda: pin_cam(model).explain(photo))


def terms(explainer: Explainer, version: str, photo: Photo, country: str) -> dict[str, Terms]:
    """The sums that a country's maps are, by layer."""
    key = ("terms", version, explainer.name, country)
    return once(photo.sha256, key, lambda: explainer.terms(photo, country))


def tested(key: str, photo: Photo, cam: Cam, score: Callable[[np.ndarray], Score]) -> Trial:
    """A map put to the test.

    Args:
        key: of model, method, layer and question.
        photo: which the map is of.
        cam: the map.
        score: from the prepared band, what is left of the answer.
    """

    def run() -> Trial:
        band = cam.spec.prepare(photo.pixels)
        return trial(score(band), band, cam.values)

    return once(photo.sha256, ("test", key), run)
