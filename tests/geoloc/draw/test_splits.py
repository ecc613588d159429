"""Charts of the training data: each photo stands in them once."""

from geoloc.draw.charts import photos_map, split_bars, total_by_country

COUNTS = {"train": {"FR": 30, "US": 70, "SG": 4}, "val": {"US": 9}, "test": {"FR": 5}}


def test_bars_are_the_photos_of_each_split_the_largest_country_first() -> None:
    figure = split_bars(COUNTS)
    assert [bar.name for bar in figure.data] == ["train", "val", "test"]
    assert [list(bar.x) for bar in figure.data] == [["US", "FR", "SG"]] * 3
    assert [list(bar.y) for bar in figure.data] == [[70, 30, 4], [9, 0, 0], [0, 5, 0]]
    assert figure.layout.barmode == "stack"
    assert "9 of 79 photos in val" in figure.data[1].hovertext[0]


def test_totals_add_the_splits() -> None:
    assert total_by_country(COUNTS) == {"FR": 35, "US": 79, "SG": 4}


def test_the_map_colours_countries_with_photos_and_dots_the_tiny_ones() -> None:
    figure = photos_map({"FR": 35, "US": 79, "SG": 1, "BR": 0})
    coloured = figure.data[2]
    assert dict(zip(coloured.locations, coloured.z, strict=True))["SG"] == 0
    assert set(coloured.locations) == {"FR", "US", "SG"}
    assert list(figure.data[3].ids) == ["SG"]
    assert figure.layout.coloraxis.cmax == 2
    assert "Brazil · no photo" in figure.data[1].hovertext
