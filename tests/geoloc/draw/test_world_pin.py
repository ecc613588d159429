"""The world with a pin: what stands on the map, and that it is drawn where it is."""

import numpy as np
import pytest
import shapely

from geoloc.draw.charts import world_pin_map
from geoloc.draw.charts.world_pin import BANDS
from geoloc.geo import LatLon
from geoloc.world.cells import WorldCells
from geoloc.world.prediction import WorldPrediction
from geoloc.world.regions import Raster

CELLS = WorldCells(
    lats=np.array([46.0, 52.0, -18.0, 40.0]),
    lons=np.array([2.0, 10.0, 178.0, -100.0]),
    km2=np.array([5e5, 4e5, 2e4, 7e6]),
    codes=("FR", "DE", "FJ", "US"),
    country=np.arange(4),
)


@pytest.fixture(scope="module")
def raster() -> Raster:
    return Raster(CELLS)


def drawn(raster: Raster, shares: list[float], truth: LatLon | None = None) -> dict:
    prediction = WorldPrediction("world", CELLS, np.array(shares), {50: 0.5, 90: 0.9})
    figure = world_pin_map(prediction, raster, truth)
    bands = figure.data[2]
    shapes = {
        feature["id"]: shapely.geometry.shape(feature["geometry"])
        for feature in bands.geojson["features"]
    }
    return {"bands": shapes, "points": figure.data[3:], "z": bands.z}


def test_each_band_lies_within_the_paler_one(raster):
    shapes = drawn(raster, [0.5, 0.3, 0.1, 0.1])["bands"]
    paler = [shapes[str(share)] for share in BANDS if str(share) in shapes]
    for outer, inner in zip(paler, paler[1:], strict=False):
        assert outer.buffer(0.05).contains(inner)
    assert shapes["0.25"].contains(shapely.Point(2.5, 47.0))
    assert not shapes["0.25"].intersects(shapely.Point(-100.0, 40.0))


def test_outlines_run_clockwise_and_fill_no_globe(raster):
    for shape in drawn(raster, [0.4, 0.3, 0.2, 0.1])["bands"].values():
        assert not any(part.exterior.is_ccw for part in shapely.get_parts(shape))
        assert shape.bounds[0] >= -180 and shape.bounds[2] <= 180


def test_the_pin_stands_above_the_truth_where_that_is_known(raster):
    alone = drawn(raster, [0.7, 0.3, 0.0, 0.0])["points"]
    assert len(alone) == 1 and "of 5,000 points expected" in alone[0].hovertext[0]
    both = drawn(raster, [0.7, 0.3, 0.0, 0.0], LatLon(48.9, 2.4))["points"]
    assert [point.marker.symbol for point in both] == ["diamond", "circle"]
    assert both[0].lat == (48.9,)
