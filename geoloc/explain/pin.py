"""Which parts of a photo move the pin: each is blurred in turn, and the pin looked up again.

Occlusion (Zeiler & Fergus 2014, arXiv:1311.2901), with metres on the map as the measure. It needs
nothing of the model but its pins, so that it fits every model of a city.
"""

from __future__ import annotations

import numpy as np

from geoloc.explain.cam import Cam
from geoloc.explain.faithfulness.blur import blurred
from geoloc.geo import distances_m
from geoloc.photo import Photo
from geoloc.photo.inputs import Crops
from geoloc.tasks.city import CityLocator
from geoloc.text import N_

GRID = (3, 6)
"""Rows and columns of parts, squares in a 2:1 band; each costs a run of the network."""


class PinCam:
    """Maps of a city model, in metres; safe to share between threads."""

    name = "pin"
    title = N_("What moves the pin")
    source = "Zeiler & Fergus 2014, arXiv:1311.2901"
    says = N_("How many metres the pin moves when this part of the photo is blurred.")
    signed = False
    layers = ("the whole model",)

    def __init__(self, locator: CityLocator) -> None:
        self.locator = locator

    def metres(self, band: np.ndarray) -> np.ndarray:
        """How far blurring each part moves the pin, float32 (3, 6).

        Args:
            band: prepared, uint8 (H, W, 3).
        """
        lats, lons = self.locator.positions(np.concatenate([band[None], hidden(band)]))
        moved = distances_m(lats[1:], lons[1:], lats[0], lons[0])
        return moved.reshape(GRID).astype(np.float32)

    def explain(self, photo: Photo) -> Cam:
        """The map of a photo."""
        spec = self.locator.card.input.spec
        metres = self.metres(Crops(spec=spec).of_photos([photo])[0, 0])
        return Cam(metres, self.layers[0], None, None, method=self.name, spec=spec)


def hidden(band: np.ndarray) -> np.ndarray:
    """The band (H, W, 3) with each part blurred in turn, row by row: uint8 (18, H, W, 3)."""
    rows, columns = (
        np.linspace(0, side, parts + 1).round().astype(int)
        for side, parts in zip(band.shape, GRID, strict=False)
    )
    soft = blurred(band)
    views = np.repeat(band[None], GRID[0] * GRID[1], axis=0)
    for number, view in enumerate(views):
        row, column = divmod(number, GRID[1])
        part = np.s_[rows[row] : rows[row + 1], columns[column] : columns[column + 1]]
        view[part] = soft[part]
    return views
