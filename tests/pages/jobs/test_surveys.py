"""What photos are good for: what is held out, what is set aside, and what is in the way."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.geo import METRES_PER_DEGREE, LatLon, haversine_m
from pages.jobs import Kept, survey
from pages.jobs.surveys import TABLE
from tests.pages.jobs.geotagged import TOWN


def kept(places: list[tuple[float, float]]) -> list[Kept]:
    return [
        Kept(f"{n:05d}.jpg", f"IMG_{n}.jpg", lat, lon, None, f"{n:x}", "")
        for n, (lat, lon) in enumerate(places)
    ]


def spread(count: int, metres: float = 3000, lat: float = 48.8, seed: int = 0) -> list[Kept]:
    """So many photos within a square."""
    rng = np.random.default_rng(seed)
    side = metres / METRES_PER_DEGREE
    steps = rng.random((count, 2)) * side
    return kept([(lat + a, 2.3 + b / np.cos(np.radians(lat))) for a, b in steps])


HINDERED = {
    "none": ([], "There is no photo"),
    "one": (spread(1), "There is one photo"),
    "few": (spread(19), "There are 19 photos"),
    "one place": (spread(50, metres=30), "nothing to find out"),
    "a few places": (kept([(48.8 + n % 4 / 100, 2.3) for n in range(60)]), "at a few places"),
    "one place and one photo elsewhere": (
        kept([(48.8, 2.3)] * 50 + [(48.9, 2.3)]),
        "at a few places",
    ),
}


@pytest.mark.parametrize(("photos", "says"), HINDERED.values(), ids=HINDERED)
def test_what_cannot_be_trained_on_says_why(photos, says):
    found = survey(photos)
    assert says in found.hindrance and not found.splits


@given(count=st.integers(60, 300), metres=st.floats(500, 20_000), seed=st.integers(0, 999))
def test_each_split_has_its_share_and_no_block_is_torn(count, metres, seed):
    found = survey(spread(count, metres, seed=seed))
    assert found.hindrance is None
    assert found.count("train") >= 0.6 * count
    for split in ("val", "test"):
        assert 0.08 * count <= found.count(split) <= 0.2 * count
    of_block: dict[str, set[str]] = {}
    for block, split in zip(found.blocks, found.splits, strict=True):
        of_block.setdefault(block, set()).add(split)
    assert all(len(splits) == 1 for splits in of_block.values())


def test_twenty_photos_can_be_trained_on():
    found = survey(spread(20))
    assert found.hindrance is None and {"train", "val", "test"} == set(found.splits)
    assert "20 photos are few" in found.warnings[0]


def test_the_order_of_the_photos_does_not_matter():
    photos = spread(200)
    shuffled = random.Random(0).sample(photos, len(photos))
    one, other = survey(photos), survey(shuffled)
    splits = dict(zip(one.photos, one.splits, strict=True))
    assert splits == dict(zip(other.photos, other.splits, strict=True))


def test_a_small_place_gets_small_blocks():
    assert survey(spread(200, metres=3000)).block_m == 150
    small = survey(spread(200, metres=200))
    assert small.hindrance is None and small.block_m < 100
    row, column = (int(part) for part in small.blocks[0].split("_"))
    assert max(row, column) * small.block_m < 220


def test_photos_of_another_town_are_set_aside():
    home, away = spread(100), spread(5, lat=50.0)
    found = survey([*away, *home])
    assert set(found.photos) == set(home) and set(found.far) == set(away)


def test_a_town_on_the_antimeridian_does_not_reach_around_the_globe():
    photos = kept([(-16.8 + n / 5000, 179.99 + n / 5000) for n in range(45)])
    beyond = [replace(p, lon=p.lon - 360) if p.lon > 180 else p for p in photos]
    found = survey(beyond)
    assert found.box.width_m < 100_000 and len(found.photos) + len(found.far) == 45


def test_many_photos_of_few_points_and_a_wide_area_are_warned_of():
    points = kept([(48.8 + n / 100, 2.3) for n in range(40)])
    found = survey(points * 5)
    assert found.hindrance is None
    assert "200 photos were taken at 40 points" in found.warnings[0]
    assert "reach over" in found.warnings[1]


def test_the_table_says_what_the_survey_found(tmp_path):
    photos = [replace(photo, heading=90.0) for photo in spread(30)]
    found = survey(photos)
    found.write_table(tmp_path)
    lines = (tmp_path / TABLE).read_text().splitlines()
    assert lines[0] == "path,lat,lon,heading,block,split" and len(lines) == 31
    first = found.photos[0]
    assert lines[1] == (
        f"{first.file},{first.lat},{first.lon},90.0,{found.blocks[0]},{found.splits[0]}"
    )


def test_the_box_holds_all_photos():
    found = survey(spread(50))
    assert all(found.box.contains(LatLon(p.lat, p.lon)) for p in found.photos)
    south_west = LatLon(found.box.south, found.box.west)
    assert haversine_m(south_west, LatLon(TOWN.south, TOWN.west)) < 1000
