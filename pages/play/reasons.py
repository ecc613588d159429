"""One activation map a model and photo, for where there is room for one only."""

from __future__ import annotations

import cv2
import numpy as np

from geoloc.explain import Cam
from geoloc.photo import Photo
from geoloc.photo.inputs import InputSpec
from pages.explain.memory import cams, methods
from pages.language import _
from pages.shared.registry import Shelved


def reason(model: Shelved, photo: Photo, country: str) -> tuple[Cam, str] | None:
    """The country's map by the first method that fits, after the last layer, and its title.

    None if no method fits the model.
    """
    fitting = methods(model)
    if not fitting:
        return None
    return cams(fitting[0], model.version, photo, country)[-1], _(fitting[0].title)


def small_band(pixels: np.ndarray, spec: InputSpec, widest: int) -> np.ndarray:
    """The part of a photo that a model sees, at most so wide: uint8 (h, w, 3)."""
    band = spec.part(pixels)
    scale = min(1.0, widest / band.shape[1])
    return cv2.resize(band, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
