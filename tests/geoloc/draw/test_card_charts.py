"""Charts of a model's card: what they say, that they need no internet, and what they can't hide."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from geoloc.draw.charts import (
    Compared,
    architecture,
    class_sizes,
    comparison,
    confused_pairs,
    confusion_matrix,
    continent_rows,
    distance_curve,
    error_rows,
    interval,
    learning_curves,
    recall_map,
    recall_rows,
    reliability_curve,
    shape_text,
    whole_percent,
    within,
    within_bars,
)
from geoloc.models.card import Bin, Confusion, Counted, Curves, Errors, OfContinent, Pair, Share
from geoloc.networks.model_summary import Stage
from tests.pages.browser import RUN_SECONDS

COUNTED = (Counted("FR", 40, 10), Counted("SG", 1, 0), Counted("PL", 9, 9))
CONTINENTS = (OfContinent("Asia", 1, 0, 1), OfContinent("Europe", 49, 19, 40))
CONFUSION = Confusion(
    ("JP", "FR", "PL"), ("JP", "FR", "PL"), np.array([[3, 1, 0], [0, 8, 2], [1, 0, 4]])
)
BINS = (Bin(0.1, 90, 9), Bin(0.55, 20, 14), Bin(0.93, 1, 1))
CURVES = Curves(
    (1, 2, 3),
    {
        "train_loss": (3.0, 2.0, 1.0),
        "val_loss": (3.0, 2.5, 2.6),
        "val_top1": (0.1, 0.4, 0.3),
    },
    2,
)
METRES = Curves((1, 2), {"val_loss": (4.0, 3.0), "val_median_m": (900.0, 700.0)}, 2)
KM = (np.array([0.0, 500.0, 9000.0]), np.array([5, 4, 1]))
ERRORS = Errors({25: 120.0, 50: 900.0, 90: 4200.0}, {25: 0.0, 500: 0.4})
MIDDLE = Errors({25: 200.0, 50: 1500.0, 90: 4000.0}, {25: 0.0, 500: 0.2})
STAGES = (
    Stage("photo", (3, 120, 240), 0),
    Stage("conv_1", (40, 5, 10), 1234),
    Stage("tokens", (120, 192), 99),
    Stage("head", (55,), 7),
)
BEFORE, AFTER = {"FR": 100, "PL": 1000, "JP": 10}, {"FR": 250.0, "PL": 1000.0, "JP": 25.0}
MODELS = (
    Compared("Small <b>CNN</b>", Share(0.31, 0.27, 0.35), 0.26),
    Compared("Other", Share(0.5), None),
)

FIGURES = {
    "architecture": architecture(STAGES),
    "class sizes": class_sizes(BEFORE, AFTER),
    "class sizes, logarithmic": class_sizes(BEFORE, AFTER, log=True),
    "class sizes before": class_sizes(BEFORE),
    "comparison": comparison(MODELS),
    "confused pairs": confused_pairs((Pair("FR", "PL", 2, 10), Pair("PL", "JP", 1, 5))),
    "confusion": confusion_matrix(CONFUSION.arranged()),
    "confusion, cut": confusion_matrix(CONFUSION.arranged(2)),
    "continents": continent_rows(CONTINENTS),
    "curves": learning_curves(CURVES, 0.26),
    "curves in metres": learning_curves(METRES, 1500.0),
    "curves of one epoch": learning_curves(Curves((1,), {"val_loss": (3.0,)}, None)),
    "distances": distance_curve(KM, KM, "Always France"),
    "errors": error_rows(ERRORS, MIDDLE),
    "errors alone": error_rows(ERRORS),
    "within": within_bars(ERRORS, MIDDLE),
    "recall": recall_rows(COUNTED),
    "recall map": recall_map(COUNTED),
    "reliability": reliability_curve(BINS),
}


def trace(figure: go.Figure, number: int = 0):
    return list(figure.data)[number]


@pytest.mark.parametrize("title", FIGURES)
def test_no_chart_has_a_ground_or_names_an_address(title):
    figure = FIGURES[title]
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert "//" not in figure.to_json()


@pytest.mark.parametrize("title", [title for title in FIGURES if title != "recall map"])
def test_axes_stay_put_under_a_finger_that_scrolls(title):
    figure = FIGURES[title]
    assert figure.layout.dragmode is False
    axes = [*figure.select_xaxes(), *figure.select_yaxes()]
    assert axes and all(axis.fixedrange for axis in axes)


def test_charts_take_the_pages_ink():
    for figure in (recall_rows(COUNTED, "#123456"), class_sizes(BEFORE, ink="#123456")):
        assert figure.layout.xaxis.tickfont.color == figure.layout.legend.font.color == "#123456"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0%"), (0.004, "<1%"), (0.314, "31%"), (0.996, ">99%"), (1.0, "100%")],
)
def test_a_counted_share_reaches_an_end_only_if_it_is_there(share, text):
    assert whole_percent(share) == text


def test_an_unknown_interval_is_not_told():
    assert interval(Share(0.5)) == "" and interval(Share(0.5, 0.25, 0.75)) == "25% to 75%"


def test_little_known_countries_have_long_whiskers():
    row = trace(FIGURES["recall"])
    length = [
        high + low for high, low in zip(row.error_x.array, row.error_x.arrayminus, strict=True)
    ]
    assert row.x == (0.25, 0.0, 1.0)
    assert length[1] > 0.7 > 0.3 > length[0]
    assert FIGURES["recall"].layout.yaxis.ticktext == ("France · 40", "Singapore · 1", "Poland · 9")
    assert "10 of 40 photos" in row.hovertext[0] and "0 of 1 photo<" in row.hovertext[1]


def test_each_continent_has_a_country_and_a_continent_score_the_most_photographed_first():
    country, place = FIGURES["continents"].data
    assert FIGURES["continents"].layout.yaxis.ticktext == ("Europe · 49", "Asia · 1")
    assert country.x == (19 / 49, 0.0) and place.x == (40 / 49, 1.0)
    assert all(sooner <= later for sooner, later in zip(country.x, place.x, strict=True))


def test_a_title_is_text_and_not_markup():
    assert FIGURES["comparison"].layout.yaxis.ticktext[0] == "Small &lt;b&gt;CNN&lt;/b&gt;"


def test_the_baseline_is_marked_where_it_is_known():
    mark = trace(FIGURES["comparison"], 1)
    assert (mark.x, mark.y) == ((0.26,), (0,))


def test_a_row_of_the_matrix_shares_out_a_countrys_photos_and_leaves_cells_without_any_empty():
    cells = trace(FIGURES["confusion"])
    assert list(cells.z[0]) == [0.75, 0.25, None]
    assert np.nansum(np.array(cells.z, float), axis=1) == pytest.approx(1.0)
    assert "1 of 4 photos, 25%" in cells.hovertext[0][1]
    assert "Japan, answered France" in cells.hovertext[0][1]


def test_a_cut_matrix_says_that_there_are_others():
    figure = FIGURES["confusion, cut"]
    assert figure.layout.xaxis.ticktext == ("FR", "PL", "others")
    assert "France, answered another country" not in str(trace(figure).hovertext[0][0])
    assert "Poland, answered another country" in trace(figure).hovertext[1][2]


def test_lines_part_the_continents_of_the_matrix():
    ends = {line.y0 for line in FIGURES["confusion"].layout.shapes if line.xref == "paper"}
    assert ends == {0.5}


def test_a_pair_names_the_true_country_first():
    figure = FIGURES["confused pairs"]
    assert figure.layout.yaxis.ticktext[0] == "France →<br>Poland"
    assert trace(figure).text[0] == "2 of 10"
    assert "France taken for Poland" in trace(figure).hovertext[0]


@pytest.mark.parametrize(("part", "km"), [(0.5, 0.0), (0.75, 500.0), (0.9, 500.0), (1.0, 9000.0)])
def test_so_many_photos_lie_within_so_many_kilometres(part, km):
    assert within(KM, part) == km


def test_the_distance_curve_rises_from_nothing_to_all():
    curve = trace(FIGURES["distances"])
    assert (curve.y[0], curve.y[-1]) == (0.0, 1.0)
    assert list(curve.y) == sorted(curve.y) and list(curve.x) == sorted(curve.x)


def test_the_released_epoch_is_marked_on_the_curve():
    mark = trace(FIGURES["curves"], 3)
    assert (mark.x, mark.y, mark.text) == ((2,), (0.4,), "epoch 2, released")
    assert FIGURES["curves in metres"].layout.yaxis2.tickformat == ","
    assert FIGURES["curves"].layout.yaxis2.tickformat == ".0%"


def test_few_epochs_are_counted_one_by_one():
    assert FIGURES["curves"].layout.xaxis2.dtick == 1
    many = Curves(tuple(range(1, 31)), {"val_loss": (3.0,) * 30}, None)
    assert learning_curves(many).layout.xaxis2.dtick is None


def test_the_reliability_curve_tells_how_many_photos_stand_behind_each_dot():
    measured, diagonal, photos = FIGURES["reliability"].data
    assert measured.y == (0.1, 0.7, 1.0) and photos.y == (90, 20, 1)
    assert list(measured.marker.size) == sorted(measured.marker.size, reverse=True)
    assert measured.error_y.arrayminus[2] > 0.7  # one photo says next to nothing
    assert (diagonal.x, diagonal.y) == ((0, 1), (0, 1))


def test_classes_stand_in_the_order_of_their_size_with_what_an_epoch_shows_behind():
    after, before = FIGURES["class sizes"].data
    assert before.x == after.x == ("PL", "FR", "JP")
    assert before.y == (1000, 100, 10) and after.y == (1000.0, 250.0, 25.0)
    assert FIGURES["class sizes, logarithmic"].layout.yaxis.type == "log"
    assert len(FIGURES["class sizes before"].data) == 1


def test_errors_stand_beside_those_of_the_middle():
    model, middle = FIGURES["errors"].data
    assert model.x == (120.0, 900.0, 4200.0) and middle.x == (200.0, 1500.0, 4000.0)
    assert model.text == ("120 m", "900 m", "4.2 km")
    assert len(FIGURES["errors alone"].data) == 1
    assert trace(FIGURES["within"]).text == ("0%", "40%")


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ((40, 5, 10), "40 maps of 5 × 10"),
        ((120, 192), "120 tokens of 192"),
        ((512, 1, 1), "512 numbers"),
        ((55,), "55 numbers"),
    ],
)
def test_a_shape_reads_as_people_say_it(shape, text):
    assert shape_text(shape) == text


def test_a_stage_is_drawn_in_the_proportions_of_its_maps():
    photo, maps = FIGURES["architecture"].data[1:]
    assert photo.x[0] / photo.width[0] == pytest.approx(2)
    assert maps.x[0] / maps.width[0] == pytest.approx(2)
    assert maps.x[0] < photo.x[0]
    assert "1,234 parameters" in maps.hovertext[0]


def test_the_map_of_recall_colours_what_was_tested_and_dots_what_is_too_small_to_see():
    figure = FIGURES["recall map"]
    _, known = figure.select_traces(selector={"type": "choropleth"})
    assert dict(zip(known.locations, known.z, strict=True)) == {"FR": 0.25, "PL": 1.0, "SG": 0.0}
    assert figure.data[-1].ids == ("SG",)
    assert "10 of 40 photos" in known.hovertext[known.locations.index("FR")]


def test_charts_are_light_enough_to_send_to_a_page():
    for title, figure in FIGURES.items():
        assert len(json.dumps(figure.to_dict(), default=list)) < 500_000, title


def test_charts_draw_in_a_narrow_browser_that_reaches_nothing(browser, tmp_path):
    page_file = tmp_path / "charts.html"
    figures = [
        figure.to_html(full_html=False, include_plotlyjs=i == 0, div_id=f"figure{i}")
        for i, figure in enumerate(FIGURES.values())
    ]
    page_file.write_text("<!doctype html><meta charset=utf-8>" + "".join(figures), encoding="utf-8")
    asked: list[str] = []
    with browser.new_page(viewport={"width": 390, "height": 900}) as page:
        page.set_default_timeout(1000 * RUN_SECONDS)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri())
        page.wait_for_selector(f"#figure{len(FIGURES) - 1} .main-svg")
        cut = page.evaluate(
            """[...document.querySelectorAll('.ytick text, .y2tick text')]
            .filter(text => text.getBoundingClientRect().left < 0).map(text => text.textContent)"""
        )
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert cut == []
