"""Tests of geoloc.draw.charts: what the bars and the world map say, and that they draw offline."""

import json
import math
import re

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Route

from geoloc.countries import CODES, flag_image
from geoloc.draw.charts import percent, probability_bars, probability_map
from geoloc.tasks.country import CountryPrediction
from pages.language import speaking
from tests.pages.browser import RUN_SECONDS

ANSWER = CountryPrediction(
    model="demo",
    codes=("PL", "CZ", "SG", "DO", "FR", "LS"),
    probabilities=(0.62, 0.23, 0.09, 0.05, 0.0098, 0.0002),
)

predictions = st.builds(
    lambda codes, seed: CountryPrediction.of(
        "any", codes, np.random.default_rng(seed).dirichlet(np.full(len(codes), 0.3))
    ),
    st.lists(st.sampled_from(CODES), min_size=1, max_size=40, unique=True),
    st.integers(0, 2**32 - 1),
)


def bars(figure: go.Figure) -> go.Bar:
    (bar,) = figure.select_traces(selector={"type": "bar"})
    return bar


def lands(figure: go.Figure) -> tuple[go.Choropleth, go.Choropleth]:
    unknown, known = figure.select_traces(selector={"type": "choropleth"})
    return unknown, known


def dots(figure: go.Figure) -> go.Scattergeo:
    return list(figure.select_traces(selector={"type": "scattergeo"}))[-1]


@pytest.mark.parametrize(
    ("probability", "language", "shown"),
    [
        (0.234, "en", "23.4%"),
        (0.234, "fr", "23,4\u202f%"),
        (0.05, "en", "5.0%"),
        (0.001, "en", "0.1%"),
        (0.00099, "en", "<0.1%"),
        (0.0, "en", "<0.1%"),
        (0.999, "en", "99.9%"),
        (0.99999, "en", ">99.9%"),
        (1.0, "fr", ">99,9\u202f%"),
    ],
)
def test_a_percentage_reads_as_people_write_it(probability, language, shown):
    with speaking(language):
        assert percent(probability) == shown


@given(st.floats(0, 1))
def test_a_percentage_is_right_to_its_one_decimal(probability):
    shown = percent(probability)
    number = float(shown.strip("<>%"))
    assert re.fullmatch(r"[<>]?\d{1,2}\.\d%", shown)
    if shown[0] == "<":
        assert 100 * probability < number
    elif shown[0] == ">":
        assert 100 * probability > number
    else:
        assert abs(number - 100 * probability) <= 0.0501


def test_bars_run_from_the_likeliest_down_with_their_percentages():
    figure = probability_bars(ANSWER, k=3)
    bar = bars(figure)
    assert bar.orientation == "h"
    assert bar.y == ("PL", "CZ", "SG")
    assert bar.x == (0.62, 0.23, 0.09)
    assert bar.text == ("62%", "23%", "9%")
    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.layout.yaxis.ticktext == ("Poland", "Czechia", "Singapore")


def test_bars_speak_french():
    with speaking("fr"):
        figure = probability_bars(ANSWER, k=2)
    assert figure.layout.yaxis.ticktext == ("Pologne", "Tchéquie")
    assert [text.split()[0] for text in bars(figure).text] == ["62", "23"]
    assert bars(figure).hovertext[0].startswith("Pologne · 62")


def test_each_bar_stands_beside_its_flag():
    figure = probability_bars(ANSWER, k=4)
    assert {image.y: image.source for image in figure.layout.images} == {
        code: flag_image(code) for code in ("PL", "CZ", "SG", "DO")
    }


def test_a_long_name_is_broken_over_two_lines_that_fit_a_phone():
    names = CountryPrediction("m", ("GS", "DO", "PL"), (0.5, 0.3, 0.2))
    labels = probability_bars(names).layout.yaxis.ticktext
    assert labels == ("South Georgia &<br>South Sandwich…", "Dominican<br>Republic", "Poland")


def test_the_bars_always_span_zero_to_a_hundred_percent():
    for answer in (ANSWER, CountryPrediction("m", ("PL", "FR"), (0.999, 0.001))):
        assert probability_bars(answer).layout.xaxis.range == (0, 1)


def test_a_highlighted_country_stands_out_by_weight_and_strength():
    figure = probability_bars(ANSWER, k=3, highlight="CZ")
    assert figure.layout.yaxis.ticktext == ("Poland", "<b>Czechia</b>", "Singapore")
    first, highlighted, third = bars(figure).marker.opacity
    assert highlighted == 1 > first == third


def test_a_highlighted_country_beyond_the_top_is_added_with_its_rank():
    figure = probability_bars(ANSWER, k=2, highlight="LS")
    assert bars(figure).y == ("PL", "CZ", "LS")
    assert bars(figure).text == ("62%", "23%", "<1% · #6")
    assert figure.layout.yaxis.ticktext[-1] == "<b>Lesotho</b>"


def test_the_other_countries_stand_below_as_one():
    figure = probability_bars(ANSWER, k=2, rest=True)
    assert bars(figure).text[2:] == ("15%",)
    assert figure.layout.yaxis.ticktext[2] == f"{len(ANSWER.codes) - 2} others"
    assert abs(sum(bars(figure).x) - 1) < 1e-9


def test_a_highlighted_country_that_the_model_does_not_know_changes_nothing():
    assert probability_bars(ANSWER, highlight="JP") == probability_bars(ANSWER)


@settings(max_examples=20)
@given(predictions, st.integers(1, 15))
def test_bars_are_the_top_k_of_any_prediction(prediction, k):
    bar = bars(probability_bars(prediction, k))
    assert list(zip(bar.y, bar.x, strict=True)) == prediction.top(k)


def test_the_map_colours_known_countries_and_leaves_the_others_grey():
    unknown, known = lands(probability_map(ANSWER))
    assert set(known.locations) == set(ANSWER.codes)
    assert set(unknown.locations) == set(CODES) - set(ANSWER.codes)
    colours = {colour for _, colour in unknown.colorscale}
    assert len(colours) == 1 and "128,128,128" in colours.pop()


def test_each_country_of_the_map_finds_its_outline():
    for trace in lands(probability_map(ANSWER)):
        drawn = [feature["id"] for feature in trace.geojson["features"]]
        assert drawn == list(trace.locations)


def test_the_map_shades_by_the_logarithm_of_the_probability():
    figure = probability_map(ANSWER)
    _, known = lands(figure)
    shade = dict(zip(known.locations, known.z, strict=True))
    assert shade["PL"] == pytest.approx(math.log10(620))
    assert shade["SG"] == pytest.approx(math.log10(90))
    assert shade["LS"] == 0  # below 0.1 %
    axis = figure.layout.coloraxis
    assert (axis.cmin, axis.cmax) == (0, 3)
    assert axis.colorbar.tickvals == (0, 1, 2, 3)
    assert axis.colorbar.ticktext == ("≤ 0.1%", "1%", "10%", "100%")


def test_the_map_tells_each_country_and_what_the_model_says_of_it():
    unknown, known = lands(probability_map(ANSWER))
    said = dict(zip(known.locations, known.hovertext, strict=True))
    unsaid = dict(zip(unknown.locations, unknown.hovertext, strict=True))
    assert said["PL"] == "Poland · 62.0%"
    assert said["LS"] == "Lesotho · <0.1%"
    assert unsaid["JP"] == "Japan · not a class of this model"
    with speaking("fr"):
        french, _ = lands(probability_map(ANSWER))
    assert french.hovertext[french.locations.index("JP")] == "Japon · inconnu de ce modèle"


def test_a_likely_country_too_small_to_be_seen_gets_a_dot():
    answer = CountryPrediction("m", ("SG", "PL", "MT", "MC"), (0.6, 0.3, 0.095, 0.005))
    trace = dots(probability_map(answer))
    assert trace.ids == ("SG", "MT")  # Poland is large, Monaco unlikely
    assert trace.lat == pytest.approx((1.36, 35.9), abs=0.1)
    assert trace.lon == pytest.approx((103.8, 14.4), abs=0.1)
    assert trace.hovertext == ("Singapore · 60.0%", "Malta · 9.5%")


def test_antarctica_is_shown_only_to_a_model_that_knows_it():
    south = probability_map(ANSWER).layout.geo.lataxis.range[0]
    polar = CountryPrediction("m", ("AQ", "FR"), (0.5, 0.5))
    assert south > -60
    assert probability_map(polar).layout.geo.lataxis.range[0] == -90


def test_charts_leave_the_background_to_the_page_and_take_its_ink():
    for figure in (probability_bars(ANSWER), probability_map(ANSWER)):
        assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    inked = probability_bars(ANSWER, ink="#123456")
    assert bars(inked).textfont.color == inked.layout.yaxis.tickfont.color == "#123456"
    scale = probability_map(ANSWER, ink="#123456").layout.coloraxis.colorbar
    assert scale.tickfont.color == scale.title.font.color == "#123456"


def test_no_figure_names_an_address():
    for figure in (probability_bars(ANSWER, highlight="LS"), probability_map(ANSWER)):
        text = figure.to_json()
        assert "http:" not in text and "https:" not in text
        assert "//" not in re.sub(r"data:image/png;base64,[\w+/=]+", "", text)


@settings(max_examples=10)  # each lays out the whole world
@given(predictions)
def test_every_country_is_on_the_map_once(prediction):
    unknown, known = lands(probability_map(prediction))
    assert sorted([*unknown.locations, *known.locations]) == list(CODES)


def test_charts_draw_in_a_browser_that_reaches_nothing(browser, tmp_path):
    asked = []

    def refuse_outside(route: Route) -> None:
        if route.request.url.startswith(("file:", "data:", "blob:")):
            return route.continue_()
        asked.append(route.request.url)
        return route.abort()

    # Nothing small is likely here: without its dots the map must not ask for outlines either.
    plain = CountryPrediction("m", ("FR", "US", "MT"), (0.6, 0.395, 0.005))
    page_file = tmp_path / "charts.html"
    figures = [probability_map(ANSWER), probability_map(plain), probability_bars(ANSWER)]
    scripts = [True, False, False]
    page_file.write_text(
        "<!doctype html><meta charset=utf-8>"
        + "".join(
            figure.to_html(full_html=False, include_plotlyjs=script, div_id=f"figure{i}")
            for i, (figure, script) in enumerate(zip(figures, scripts, strict=True))
        ),
        encoding="utf-8",
    )
    with browser.new_page(viewport={"width": 390, "height": 1200}) as page:
        page.set_default_timeout(1000 * RUN_SECONDS)
        page.route("**/*", refuse_outside)
        page.goto(page_file.as_uri())
        page.wait_for_selector("#figure2 .barlayer .point")
        page.wait_for_selector("#figure1 .choroplethlayer path", state="attached")
        count = "selector => document.querySelectorAll(selector).length"
        countries = [page.evaluate(count, f"#figure{i} .choroplethlayer path") for i in (0, 1)]
        points = [page.evaluate(count, f"#figure{i} .scattergeo .point") for i in (0, 1)]
        rows = page.evaluate(count, "#figure2 .barlayer .point")
        widest = page.evaluate(
            "Math.max(...[...document.querySelectorAll('#figure2 text')]"
            ".map(text => text.getBoundingClientRect().right))"
        )
    assert asked == []
    assert countries == [len(CODES), len(CODES)]
    assert points == [1, 0]  # Singapore, and nothing
    assert rows == len(ANSWER.codes)
    assert widest <= 390


def test_a_map_is_light_enough_to_send_to_a_page():
    assert len(json.dumps(probability_map(ANSWER).to_dict(), default=list)) < 500_000
