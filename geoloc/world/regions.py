"""The outlines of parts of the land, from the cells that make them up."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geoloc.countries import outlines
from geoloc.geo import WORLD_BOX
from geoloc.world.cells import WorldCells

STEP = 0.5
"""Degrees of the squares that an outline follows away from coasts."""


class Raster:
    """The world in squares of half a degree, each of which belongs to the cell of its middle.

    Args:
        cells: that are to be outlined.

    Example:
        >>> cells = WorldCells(
        ...     np.array([48.9, -33.9]), np.array([2.4, 18.4]), np.array([9e4, 8e4]),
        ...     ("FR", "ZA"), np.array([0, 1]),
        ... )
        >>> north = Raster(cells).outline(np.array([True, False]))
        >>> north.contains(shapely.Point(10.0, 50.0)), north.contains(shapely.Point(25.0, -30.0))
        (True, False)
    """

    def __init__(self, cells: WorldCells) -> None:
        self.lats = np.arange(WORLD_BOX.south, WORLD_BOX.north, STEP)
        self.lons = np.arange(WORLD_BOX.west, WORLD_BOX.east, STEP)
        north, east = np.meshgrid(self.lats + STEP / 2, self.lons + STEP / 2, indexing="ij")
        self.cell = cells.cell_of(north.ravel(), east.ravel()).reshape(north.shape)

    def outline(self, chosen: np.ndarray) -> BaseGeometry:
        """The land of some cells, in degrees of longitude and latitude.

        Args:
            chosen: bool (N,).
        """
        inside = np.pad(chosen[self.cell], ((0, 0), (1, 1)))
        steps = np.diff(inside.astype(np.int8), axis=1)
        rows, starts = np.nonzero(steps == 1)
        _, ends = np.nonzero(steps == -1)
        south, west = self.lats[rows], WORLD_BOX.west + STEP * starts
        runs = shapely.box(west, south, WORLD_BOX.west + STEP * ends, south + STEP)
        return shapely.intersection(shapely.union_all(runs), _land())


@cache
def _land() -> BaseGeometry:
    shapes = [
        shapely.from_geojson(json.dumps(feature["geometry"])) for feature in outlines()["features"]
    ]
    return shapely.union_all(shapely.make_valid(np.array(shapes)))
