"""A region of a city's grid as rings that a map can draw."""

from __future__ import annotations

import cv2
import numpy as np

from geoloc.city.density import Density

_FINER = 8
"""Points of an outline to a cell: outlines of bare cells would look like stairs."""


def outline(density: Density, mass: float) -> list[list[list[float]]]:
    """The region of a mass as rings of [latitude, longitude], holes among them.

    Longitude is counted on beyond 180 in a box across the antimeridian: no ring jumps.

    Between the cells' middles the mass is taken to change evenly, so that the outline is smooth.
    """
    inside = density.region(mass)
    level = float(np.log(density.rows[inside].min()))
    # On logarithms: a peak a thousand times its neighbour would bend a straight slope to a spike.
    planes = np.log(np.maximum(density.rows, 1e-30)).astype(np.float32)
    padded = cv2.copyMakeBorder(planes, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    size = (padded.shape[1] * _FINER, padded.shape[0] * _FINER)
    fine = cv2.resize(padded, size, interpolation=cv2.INTER_LINEAR)
    mask = (fine >= level - 1e-6)[_FINER:-_FINER, _FINER:-_FINER]
    contours, _ = cv2.findContours(
        cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT),
        cv2.RETR_CCOMP,
        cv2.CHAIN_APPROX_TC89_L1,
    )
    high, wide = mask.shape
    rings = []
    for contour in contours:
        if len(contour) < 3:
            continue
        # Pixels of the border that was added lie half outside.
        xy = (contour[:, 0].astype(float) - 0.5) / [wide, high]
        lats, lons = density.grid.box.denormalise_all(xy)
        rings.append(np.column_stack([lats, density.grid.box.unroll(lons)]).round(6).tolist())
    return rings
