"""The map of a visitor's photos: where the dots are, and what their key says."""

from __future__ import annotations

import json
import re

from geoloc.draw.maps import base_map
from geoloc.draw.photo_map import photos_group
from geoloc.geo import Box, City, LatLon

TOWN = City("own", "Your photos", Box(south=48.8, west=2.3, north=48.82, east=2.35))
TRAINED = [LatLon(48.81, 2.31), LatLon(48.815, 2.34)]
HELD_OUT = [LatLon(48.805, 2.33)]


def html(trained: list[LatLon], held_out: list[LatLon]) -> str:
    drawn = base_map(TOWN)
    photos_group(trained, held_out).add_to(drawn)
    return drawn.get_root().render()


def test_each_photo_has_a_dot_latitude_first():
    drawn = [
        json.loads(places) for places in re.findall(r"of (\[.*?\])\) L\.c", html(TRAINED, HELD_OUT))
    ]
    assert drawn == [[[48.81, 2.31], [48.815, 2.34]], [[48.805, 2.33]]]


def test_the_key_tells_photos_to_train_on_from_those_held_out():
    assert "2 photos to train on" in html(TRAINED, HELD_OUT)
    assert "1 held out" in html(TRAINED, HELD_OUT)
    assert "held out" not in html(TRAINED, [])


def test_the_map_asks_nothing_of_the_internet():
    sources = re.findall(r"<(?:script|link)[^>]+?(?:src|href)=\"([^\"]+)", html(TRAINED, HELD_OUT))
    assert sources and not [source for source in sources if source.startswith("http")]


def test_dots_beyond_the_antimeridian_are_drawn_beside_the_others():
    town = City("own", "Town", Box(south=-17.0, west=179.8, north=-16.6, east=-179.8))
    drawn = base_map(town)
    photos_group([LatLon(-16.8, 179.9)], [LatLon(-16.8, -179.9)], town.box).add_to(drawn)
    html = drawn.get_root().render()
    assert "[[-16.8, 179.9]]" in html and "[[-16.8, 180.1]]" in html
    assert "[[-17.0, 179.8], [-16.6, 180.2]]" in html.replace("179.79999999999998", "179.8")
