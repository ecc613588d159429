"""Deletion and insertion: a right map does better than chance, and a wrong one worse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geoloc.explain.faithfulness import (
    STEPS,
    PerturbationCurves,
    blurred,
    brightest_tenth,
    centre_map,
    country_score,
    measure,
    pin_score,
    random_map,
    trial,
)
from geoloc.explain.faithfulness.curves import between
from geoloc.geo import Box, distances_m
from geoloc.models.card import Areas, Explanations, Record, as_text, of_json, parse
from geoloc.photo.inputs import prepare
from tests.geoloc import small_models
from tests.geoloc.explain import networks

ROW, COLUMN = 1, 7
BAND = np.random.default_rng(0).integers(0, 256, (120, 240, 3), np.uint8)
maps = arrays(np.float32, (2, 5), elements=st.integers(-50, 50).map(float))


def sharp(bands: np.ndarray) -> np.ndarray:
    """The answer of a model that looks at one cell of a 5x10 grid: how sharp it is there."""
    part = bands[:, ROW * 24 : ROW * 24 + 24, COLUMN * 24 : COLUMN * 24 + 24].astype(float)
    return part.std(axis=(1, 2, 3)) / 100


def pointing(row: int, column: int, sign: float = 1.0) -> np.ndarray:
    values = np.zeros((5, 10), np.float32)
    values[row, column] = sign
    return values


def test_a_map_that_points_where_the_model_looks_beats_every_other():
    found = trial(sharp, BAND, pointing(ROW, COLUMN))
    assert found.beaten == len(found.random) == 6
    assert found.map.gain > found.centre.gain
    assert found.map.tenth > 0.9 * sharp(BAND[None])[0] - sharp(blurred(BAND)[None])[0]
    assert found.map.deletion < 0.5 < found.map.insertion


def test_a_map_that_points_anywhere_else_does_worse_than_chance():
    found = trial(sharp, BAND, pointing(ROW, COLUMN, sign=-1.0))
    assert found.beaten == 0
    assert found.map.gain < 0


def test_the_curves_lead_from_the_whole_photo_to_the_blurred_one_and_back():
    (curves,) = measure(sharp, BAND, [pointing(ROW, COLUMN)])
    whole, nothing = sharp(np.stack([BAND, blurred(BAND)]))
    assert len(curves.blurred) == len(curves.revealed) == STEPS + 1
    assert (curves.blurred[0], curves.blurred[-1]) == (whole, nothing)
    assert (curves.revealed[0], curves.revealed[-1]) == (nothing, whole)


def test_many_maps_measured_at_once_give_what_each_gives_alone():
    asked = [pointing(0, 0), pointing(ROW, COLUMN), centre_map((2, 5))]
    for together, values in zip(measure(sharp, BAND, asked), asked, strict=True):
        (alone,) = measure(sharp, BAND, [values])
        assert np.array_equal(together.blurred, alone.blurred)
        assert np.array_equal(together.revealed, alone.revealed)


@given(maps)
@settings(max_examples=15)
def test_each_step_blurs_a_tenth_more_and_reveals_a_tenth_more(values):
    views, soft = between(BAND, values), blurred(BAND)
    assert views.shape == (2 * (STEPS - 1), 120, 240, 3)
    differs = (soft != BAND).any(axis=2).sum()
    for step, view in enumerate(views[: STEPS - 1], start=1):
        hidden = (view != BAND).any(axis=2).sum()
        assert hidden == pytest.approx(step / STEPS * differs, abs=600)
    # What is blurred first is revealed first: the two views of a step make up the whole photo.
    for hiding, revealing in zip(views[: STEPS - 1], views[STEPS - 1 :], strict=True):
        assert np.array_equal(hiding.astype(int) + revealing, BAND.astype(int) + soft)


@given(maps, st.integers(1, 9), st.integers(-20, 20))
@settings(max_examples=15)
def test_only_the_order_of_a_maps_values_counts(values, scale, shift):
    same = brightest_tenth(values * scale + shift, BAND.shape[:2])
    # Rounding may swap pixels that are as good as equal.
    assert (same != brightest_tenth(values, BAND.shape[:2])).mean() < 0.01


@given(maps)
@settings(max_examples=15)
def test_a_tenth_is_a_tenth_even_of_a_flat_map(values):
    assert brightest_tenth(values, BAND.shape[:2]).sum() == 120 * 240 // 10


def test_where_a_map_is_flat_the_order_is_none():
    rows, columns = np.nonzero(brightest_tenth(np.zeros((5, 10)), BAND.shape[:2]))
    assert abs(rows.mean() - 59.5) < 3 and abs(columns.mean() - 119.5) < 6


def test_areas_are_those_under_the_curves():
    straight = np.linspace(1, 0, STEPS + 1)
    curves = PerturbationCurves(blurred=straight**2, revealed=1 - straight)
    assert curves.insertion == pytest.approx(0.5)
    assert curves.deletion == pytest.approx(1 / 3, abs=0.01)
    assert curves.gain == pytest.approx(curves.insertion - curves.deletion)
    assert curves.tenth == pytest.approx(1 - 0.81)
    assert PerturbationCurves.mean(
        [curves, PerturbationCurves(1 - straight, straight**2)]
    ).insertion == pytest.approx((curves.insertion + curves.deletion) / 2)


def test_the_middle_is_brightest_in_the_map_of_the_middle_and_symmetric():
    values = centre_map((5, 9))
    assert np.unravel_index(values.argmax(), values.shape) == (2, 4)
    assert np.array_equal(values, values[::-1, ::-1])


def test_random_maps_differ():
    rng = np.random.default_rng(0)
    assert not np.array_equal(random_map((2, 5), rng), random_map((2, 5), rng))


def test_a_blurred_photo_keeps_its_colours_and_loses_its_detail():
    soft = blurred(BAND)
    assert soft.shape == BAND.shape and soft.dtype == np.uint8
    assert soft.mean(axis=(0, 1)) == pytest.approx(BAND.mean(axis=(0, 1)), abs=2)
    assert soft.std() < BAND.std() / 10


def test_what_is_left_of_a_country_is_its_calibrated_probability(classifier_of):
    model = classifier_of("cnn")
    bands = np.stack([prepare(photo.pixels) for photo in small_models.photos(3)])
    expected = model.probabilities(bands[:, None])[:, small_models.CLASSES.index("JP")]
    assert country_score(model, "JP")(bands) == pytest.approx(expected)


class East:
    """A city model whose pin goes east with the brightness of the photo."""

    def positions(self, bands: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        box = Box(**small_models.BOX)
        share = bands.mean(axis=(1, 2, 3)) / 255
        return np.full(len(bands), box.south), box.west + share * (box.east - box.west)


def test_what_is_left_of_a_pin_are_metres_below_zero():
    white = np.full((1, 120, 240, 3), 255, np.uint8)
    black = np.zeros((1, 120, 240, 3), np.uint8)
    score = pin_score(East(), black[0])
    box = Box(**small_models.BOX)
    width = distances_m(box.south, box.west, [box.south], [box.east])[0]
    assert score(np.concatenate([black, white])) == pytest.approx([0, -width], abs=1)


def areas(deletion: float, insertion: float, gain: float, tenth: float) -> Areas:
    return Areas(deletion=deletion, insertion=insertion, gain=gain, tenth=tenth)


def record(**changes) -> Record:
    told = {
        "method": "probes",
        "layer": "conv_2",
        "photos": 200,
        "map": areas(0.2, 0.5, 0.3, 0.1),
        "random": areas(0.3, 0.3, 0.0, 0.02),
        "centre": areas(0.3, 0.4, 0.1, 0.05),
        "over_random": (0.3, 0.2, 0.4),
        "over_centre": (0.2, 0.1, 0.3),
        "untrained": 0.05,
    }
    return Record(**(told | changes))


def test_a_record_survives_the_card():
    methods = (record(), record(layer="conv_3"))
    told = Explanations(on="val", photos=200, methods=methods)
    card = of_json(small_models.country_card(explanations=told))
    assert parse(as_text(card)).records == {
        ("probes", "conv_2"): record(),
        ("probes", "conv_3"): record(layer="conv_3"),
    }


def test_a_card_without_measurements_tells_nothing():
    assert of_json(small_models.country_card()).records == {}


@pytest.mark.parametrize(
    ("interval", "beats"),
    [((0.3, 0.2, 0.4), True), ((0.1, -0.1, 0.3), False), ((0.1, 0.0, 0.2), False)],
)
def test_better_means_better_beyond_the_luck_of_the_photos(interval, beats):
    assert record(over_random=interval).beats_random == beats
    assert record(over_centre=interval).beats_centre == beats


@pytest.fixture(scope="module")
def classifier_of(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return lambda kind: networks.classifier(folder, kind)
