"""The table: its rules, splits that keep places together, spatial blocks, and what it says."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc.geo import distances_m
from training.table import (
    COLUMNS,
    SPLITS,
    Problems,
    TableError,
    block_names,
    from_columns,
    split_all,
    split_by_group,
    summary,
    validate,
)

# No file name holds a zero character, and numpy drops those at the end of a text.
letters = st.characters(exclude_characters="\0", exclude_categories=("Cs",))
names = st.lists(st.text(letters, min_size=1, max_size=8), min_size=1, max_size=30)


def photos(groups, **columns) -> pd.DataFrame:
    columns = {"country": "FR", "split": "train"} | columns
    return from_columns([f"/photos/{i}.jpg" for i in range(len(groups))], groups, **columns)


def test_a_table_has_exactly_its_columns_and_none_for_an_unknown_country():
    table = photos(["a", "b"], country=["FR", np.nan], lat=[np.nan, 1], lon=[np.nan, 2])
    validate(table)
    assert tuple(table.columns) == COLUMNS
    assert table["country"].tolist() == ["FR", None]


@given(st.floats(-1e6, 1e6))
def test_angles_are_taken_modulo_a_turn(angle):
    table = photos(["a"], heading=[-angle], yaw=[angle])
    validate(table)
    assert np.cos(np.radians(table["yaw"][0] - angle)) == pytest.approx(1)


def test_the_smallest_negative_angle_is_north():
    table = photos(["a"], heading=[-1e-17])
    validate(table)
    assert table["heading"][0] == 0


BROKEN = [
    ({"path": ["photos/0.jpg", "/b.jpg"]}, "path is not absolute"),
    ({"path": ["/a.jpg", "/a.jpg"]}, "listed before"),
    ({"country": ["fr", "FR"]}, "country is no ISO code"),
    ({"lat": [1.0, np.nan]}, "only one of lat and lon"),
    ({"lat": [91.0, 1.0], "lon": [0.0, 1.0]}, "latitude leaves"),
    ({"lat": [9.0, 1.0], "lon": [-180.5, 1.0]}, "longitude leaves"),
    ({"country": [None, "FR"]}, "neither country nor position"),
    ({"heading": [360.0, 0.0]}, "heading leaves"),
    ({"yaw": [-1.0, 0.0], "heading": [0.0, 0.0]}, "yaw leaves"),
    ({"yaw": [1.0, np.nan]}, "panorama has no heading"),
    ({"group": ["", "b"]}, "group is empty"),
    ({"split": ["", "val"]}, "split is not train, val, test or elsewhere"),
    ({"group": ["a", "a"], "split": ["train", "test"]}, "group lies in two splits"),
    ({"extra": [1, 2]}, "columns do not belong: extra"),
    ({"lat": ["1", "2"]}, "columns are not floats: lat"),
]


@pytest.mark.parametrize(("columns", "complaint"), BROKEN, ids=[case[1] for case in BROKEN])
def test_a_broken_rule_is_named(columns, complaint):
    table = photos(["a", "b"]).assign(**columns)
    with pytest.raises(TableError, match=complaint):
        validate(table)


def test_all_broken_rules_are_named_at_once():
    table = photos(["a", "a"], split=["train", "test"]).assign(country="France")
    with pytest.raises(TableError) as error:
        validate(table)
    assert "country is no ISO code" in str(error.value)
    assert "group lies in two splits (a)" in str(error.value)


def test_a_missing_column_and_an_empty_table_are_refused():
    with pytest.raises(TableError, match="columns are missing: group"):
        validate(photos(["a"]).drop(columns="group"))
    with pytest.raises(TableError, match="no rows"):
        validate(photos([]))


def test_views_into_one_panorama_are_no_repetition():
    table = from_columns(["/p.jpg"] * 2, "g", country="US", split="val", heading=[0, 90], yaw=10)
    validate(table)
    with pytest.raises(TableError, match="listed before"):
        validate(table.assign(heading=90.0))


@given(names)
def test_a_group_lies_whole_in_one_split(groups):
    validate(split_by_group(photos(groups, split="")))


@given(names, names, st.integers(0, 5))
def test_photos_added_later_move_no_other_photo(first, later, seed):
    before = split_by_group(photos(first), seed=seed)["split"]
    after = split_by_group(photos(first + later), seed=seed)["split"]
    assert before.tolist() == after[: len(first)].tolist()


def test_the_split_meets_its_shares_and_depends_on_the_seed():
    table = photos([f"place {i}" for i in range(4000)])
    shares = split_by_group(table, (0.5, 0.3, 0.2))["split"].value_counts(normalize=True)
    # Four standard deviations of a share of 4,000 draws.
    assert shares[list(SPLITS)].tolist() == pytest.approx([0.5, 0.3, 0.2], abs=0.032)
    again = split_by_group(table, (0.5, 0.3, 0.2), seed=1)["split"]
    assert (again != split_by_group(table, (0.5, 0.3, 0.2))["split"]).mean() > 0.3


def test_a_share_of_zero_leaves_a_split_empty():
    table = split_by_group(photos([str(i) for i in range(200)]), (0.5, 0.0, 0.5))
    assert set(table["split"]) == {"train", "test"}


@pytest.mark.parametrize("fractions", [(0.8, 0.1), (0.8, 0.1, 0.2), (1.1, -0.1, 0.0)])
def test_shares_that_are_none_are_refused(fractions):
    with pytest.raises(ValueError, match="sum to 1"):
        split_by_group(photos(["a"]), fractions)


@settings(max_examples=30)
@given(st.sets(st.integers(0, 10_000), min_size=3, max_size=12), st.integers(0, 20))
def test_three_places_are_enough_for_three_splits(places, seed):
    table = split_all(photos([str(place) for place in places] * 2, split=""), seed)
    validate(table)
    assert set(table["split"]) == set(SPLITS)


def test_the_rarer_splits_take_a_tenth_each_where_chance_would_leave_one_empty():
    chances = (photos([f"{n}:{i}" for i in range(12)], split="") for n in range(20))
    unlucky = next(t for t in chances if split_by_group(t)["split"].nunique() < 3)
    counts = split_all(unlucky)["split"].value_counts().to_dict()
    assert counts == {"train": 10, "val": 1, "test": 1}


def test_where_no_split_is_empty_the_draw_stands():
    table = photos([f"place {i}" for i in range(200)], split="")
    assert split_all(table, 3)["split"].tolist() == split_by_group(table, seed=3)["split"].tolist()


def test_two_places_are_not_torn_apart_to_fill_three_splits():
    table = split_all(photos(["a", "b"] * 10, split=""))
    validate(table)


places = st.lists(
    st.tuples(st.floats(-80, 80), st.floats(-179, 179)), min_size=1, max_size=20, unique=True
)


@given(places, st.floats(20, 5000))
def test_a_block_is_no_wider_than_its_size(spots, size_m):
    # Each place and a neighbour 5 m away, which shares its block unless an edge lies between them.
    lat = [place[0] for place in spots] + [place[0] + 5 / 111_195 for place in spots]
    lon = [place[1] for place in spots] * 2
    table = pd.DataFrame({"lat": lat, "lon": lon})
    for _, block in table.groupby(block_names(lat, lon, size_m)):
        first = block.iloc[0]
        apart = distances_m(first["lat"], first["lon"], block["lat"], block["lon"])
        # The diagonal; a row narrows towards the pole by less than a fiftieth in 5 km.
        assert apart.max() <= 1.02 * np.sqrt(2) * size_m


def test_neighbours_share_a_block_and_others_do_not():
    lat, lon = [40.44001, 40.44002, 40.46], [-80.00001, -80.00002, -80.0]
    groups = block_names(lat, lon, 500)
    assert groups[0] == groups[1] != groups[2]


@pytest.mark.parametrize("lat", [0.0, 40.0, -70.0])
def test_blocks_are_as_wide_as_they_are_high_at_every_latitude(lat):
    north = lat + np.arange(0, 0.1, 0.001)
    east = 10 + np.arange(0, 0.1, 0.001) / np.cos(np.radians(lat))
    column = block_names(north, np.full(100, 10.0), 1000)
    row = block_names(np.full(100, lat), east, 1000)
    # Both lines are 11 km long.
    assert len(set(row)) in (11, 12, 13) and len(set(column)) in (11, 12, 13)


def test_a_block_without_size_is_refused():
    with pytest.raises(ValueError, match="positive"):
        block_names([1], [1], 0)


def test_the_summary_counts_by_split_and_country():
    table = photos(["a", "a", "b", "c"], country=["FR", "FR", "PL", "FR"], split=["train"] * 4)
    table.loc[3, "split"] = "test"
    table.loc[3, "heading"] = 90.0
    table.loc[0, ["lat", "lon"]] = 48.0, 2.0
    lines = summary(table).splitlines()
    assert lines[0].split() == ["photos", "groups", "countries", "positions", "headings"]
    assert [line.split() for line in lines[1:5]] == [
        ["train", "3", "2", "2", "1", "0"],
        ["val", "0", "0", "0", "0", "0"],
        ["test", "1", "1", "1", "0", "1"],
        ["all", "4", "3", "2", "1", "1"],
    ]
    assert lines[-1] == "FR 2/0/1  PL 1/0/0"


def test_problems_are_counted_and_a_few_are_named():
    problems = Problems()
    assert not problems and str(problems) == "Nothing was skipped."
    problems.add("file is missing", *(f"{i}.jpg" for i in range(1200)))
    problems.add("unknown folder", "Atlantis", todo="Rename it.")
    assert len(problems) == 1201
    assert str(problems).splitlines() == [
        "1,201 skipped:",
        "  1,200 x file is missing: 0.jpg, 1.jpg, 2.jpg, 3.jpg, 4.jpg and 1,195 more",
        "  1 x unknown folder: Atlantis",
        "      Rename it.",
    ]


def test_names_from_strangers_are_printed_without_control_characters():
    problems = Problems()
    problems.add("unknown folder", "\x1b[2J", "x" * 5000)
    assert str(problems).isascii() and "\x1b" not in str(problems)
    assert len(str(problems)) < 200


def test_dropped_rows_are_noted_by_name():
    problems = Problems()
    rows = pd.DataFrame({"path": ["a", "b", "c"]}, index=[5, 6, 7])
    kept = problems.drop(rows, rows["path"] == "b", "no b")
    assert kept["path"].tolist() == ["a", "c"]
    assert problems.reasons == {"no b": ["b"]}
