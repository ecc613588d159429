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


def test_the_largest_of_several_towns_is_trained_on_and_the_others_are_named():
    far, farther = spread(40, lat=49.5, seed=1), spread(30, lat=50.7, seed=2)
    found = survey([*far, *spread(60), *farther])
    assert found.hindrance is None and found.chosen
    assert [len(town.photos) for town in found.towns] == [60, 40, 30]
    assert len(found.photos) == 60 and len(found.far) == 70
    assert any(LatLon(p.lat, p.lon) == found.towns[0].center for p in found.photos)
    assert "40 photos around 49.5" in found.elsewhere and "(France), 78 km away" in found.elsewhere
    assert "30 photos around 50.7" in found.elsewhere and "km away" in found.elsewhere


def test_between_two_towns_alike_somebody_has_to_choose():
    both = [*spread(60), *spread(60, lat=50.0, seed=1)]
    found = survey(both)
    assert not found.chosen and not found.splits
    assert "several towns" in found.hindrance and "choose which" in found.hindrance
    assert found.hindrance.count("60 photos around") == 2
    for town in (0, 1):
        chosen = survey(both, town)
        assert chosen.hindrance is None and chosen.photos == found.towns[town].photos


def test_photos_of_many_places_say_that_they_are_scattered_and_not_that_they_are_few():
    found = survey([p for n in range(6) for p in spread(15, lat=44 + n, seed=n)])
    assert "There are 90 photos with a position" in found.hindrance
    assert "6 places" in found.hindrance and "15 photos around" in found.hindrance


def test_a_town_on_the_antimeridian_is_one_town():
    here = spread(100, metres=20_000, lat=-16.8)
    west = [replace(photo, lon=photo.lon - 2.3 + 179.9) for photo in here]
    across = [replace(p, lon=p.lon - 360) if p.lon > 180 else p for p in west]
    assert {p.lon > 0 for p in across} == {True, False}
    found, same = survey(across), survey(here)
    assert found.hindrance is None and len(found.photos) == 100 and not found.far
    assert found.box.width_m == pytest.approx(same.box.width_m, rel=1e-6)
    assert found.block_m == same.block_m and sorted(found.splits) == sorted(same.splits)


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
