"""What moves the pin: the parts that a city model looks at, in metres."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from geoloc.explain import PinCam
from geoloc.explain.pin import GRID, hidden
from geoloc.geo import Box
from geoloc.models.card import Input
from geoloc.photo.inputs import prepare
from tests.geoloc import small_models

BOX = Box(**small_models.BOX)


class Looking:
    """A city model whose pin goes north with the contrast of one part of the photo."""

    card = SimpleNamespace(input=Input())

    def __init__(self, row: int, column: int) -> None:
        self.part = slice(row * 40, row * 40 + 40), slice(column * 40, column * 40 + 40)

    def positions(self, bands: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        contrast = bands[:, *self.part].astype(float).std(axis=(1, 2, 3)) / 255
        return BOX.south + contrast * (BOX.north - BOX.south), np.full(len(bands), BOX.west)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (1, 4), (2, 5)])
def test_only_the_part_that_the_model_looks_at_moves_the_pin(row, column):
    cam = PinCam(Looking(row, column)).explain(small_models.photos(1, 240, 480)[0])
    assert cam.values.shape == GRID and cam.values.dtype == np.float32
    assert np.unravel_index(cam.values.argmax(), GRID) == (row, column)
    others = cam.values.copy()
    others[row, column] = 0
    assert cam.values[row, column] > 10 and others.max() < 0.01
    assert (cam.country, cam.probability, cam.method) == (None, None, "pin")


def test_each_view_hides_its_own_part_and_nothing_else():
    band = prepare(small_models.photos(1)[0].pixels)
    views = hidden(band)
    assert views.shape == (18, 120, 240, 3)
    changed = (views != band).any(axis=3)
    for number, view in enumerate(changed):
        top, left = number // 6 * 40, number % 6 * 40
        assert view[top : top + 40, left : left + 40].any()
        view[top : top + 40, left : left + 40] = False
        assert not view.any()
