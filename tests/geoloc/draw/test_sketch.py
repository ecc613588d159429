"""A city's sketch: what is written by hand lies where it should, and is drawn without internet."""

import pytest

from geoloc.draw.maps import base_map
from geoloc.draw.sketch import sketch_of
from geoloc.geo import PITTSBURGH_BOX, WORLD_BOX, Box, City

CAMBRIDGE = Box(52.2014, 0.1139, 52.2088, 0.1262)
PARIS = Box(48.82, 2.25, 48.90, 2.42)


@pytest.mark.parametrize("box", [PITTSBURGH_BOX, CAMBRIDGE], ids=["Pittsburgh", "Cambridge"])
def test_all_that_is_written_down_lies_in_or_near_the_city(box):
    sketch = sketch_of(box)
    points = [point for water in sketch["water"] for point in water["line"]]
    points += [point for _name, line in sketch["streets"] for point in line]
    points += [row[1:3] for kind in ("bridges", "places", "landmarks") for row in sketch[kind]]
    reach = 2 * max(box.north - box.south, box.east - box.west)
    for lat, lon in points:
        assert abs(lat - box.center.lat) < reach and abs(lon - box.center.lon) < reach
    assert len(sketch["places"]) + len(sketch["landmarks"]) > 24 and len(sketch["bridges"]) > 5


@pytest.mark.parametrize("box", [PARIS, WORLD_BOX], ids=["another city", "the world"])
def test_of_elsewhere_nothing_is_known(box):
    assert sketch_of(box) is None


def test_rivers_bridges_and_names_are_on_the_map_without_a_request():
    html = base_map(City("pittsburgh", "Pittsburgh", PITTSBURGH_BOX)).get_root().render()
    assert "geoloc-water" in html and "Smithfield Street Bridge" in html and "Oakland" in html
    assert "https://tile" not in html
