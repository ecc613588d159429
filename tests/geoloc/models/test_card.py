"""What is read from a card: scores with intervals, what is missing, what is damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.models.card import (
    OTHERS,
    Confusion,
    Share,
    check,
    city_scores,
    class_sizes,
    country_scores,
    curves,
    weights_bytes,
)
from geoloc.models.release import Checkpoint, CheckpointError
from tests.geoloc import cards, small_models


def country(**changes: Any) -> Checkpoint:
    parts = cards.country_parts(small_models.CLASSES)
    return Checkpoint(Path("small"), small_models.country_card(**parts | changes))


def city(**changes: Any) -> Checkpoint:
    return Checkpoint(Path("small"), small_models.city_card(**cards.city_parts() | changes))


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_what_was_seen_and_stays_between_nothing_and_all(counts):
    share = Share.of(*counts)
    assert 0 <= share.low <= share.value <= share.high <= 1


@pytest.mark.parametrize(
    ("right", "photos", "low", "high"),
    [(0, 1, 0.0, 0.793), (0, 10, 0.0, 0.278), (5, 10, 0.237, 0.763), (90, 100, 0.826, 0.945)],
)
def test_an_interval_is_wilsons(right, photos, low, high):
    share = Share.of(right, photos)
    assert (share.low, share.high) == pytest.approx((low, high), abs=5e-4)


def test_no_photo_makes_no_share():
    with pytest.raises(ValueError, match="one photo"):
        Share.of(0, 0)


def test_a_country_models_scores_are_those_that_training_measured():
    told = cards.country_scores(small_models.CLASSES)
    scores = country_scores(country())
    assert (scores.split, scores.photos, scores.places) == ("test", cards.PHOTOS, 60)
    assert scores.top1 == Share(told["top1"], *told["top1_interval"])
    assert (scores.ece, scores.ece_floor) == (told["ece"], told["ece_floor"])
    assert scores.set_size == told["set_size"]
    assert scores.always["top1"] == told["baseline"]["top1"]
    assert sum(row.right for row in scores.countries) == round(told["top1"] * cards.PHOTOS)
    assert sum(row.right for row in scores.reliability) == round(told["top1"] * cards.PHOTOS)
    assert sum(row.photos for row in scores.continents) == cards.PHOTOS
    assert scores.continent.value >= scores.top1.value
    assert all(pair.photos <= pair.of for pair in scores.pairs)


def test_a_city_models_scores_are_those_that_training_measured():
    scores = city_scores(city())
    assert set(scores.errors.percentiles) == {25, 50, 75, 90}
    assert set(scores.errors.within) == set(scores.middle.within) == {25, 50, 100, 250, 500}
    assert scores.gain[1] <= scores.gain[0] <= scores.gain[2]
    assert scores.median_interval[0] < scores.errors.percentiles[50]


def test_validation_scores_stand_in_for_test_scores():
    val = country().card["metrics"]["val"]
    assert country_scores(country(metrics={"val": val})).split == "val"


def test_what_was_not_measured_is_none():
    assert country_scores(country(metrics={})) is None
    assert city_scores(city(metrics={})) is None
    scores = country_scores(country(metrics={"test": {"photos": 3, "top1": 0.5}}))
    assert scores.top1 == Share(0.5)
    told = {key for key, value in vars(scores).items() if value not in (None, (), {})}
    assert told == {"split", "photos", "top1"}


def test_curves_keep_their_order_and_the_released_epoch():
    told = curves(country())
    assert (told.epochs, told.best) == ((1, 2, 3), 2)
    assert told.measured["val_top1"] == (0.2, 0.4, 0.3)
    assert curves(country(curves=[])) is None


def test_class_sizes_are_told_before_and_after_balancing():
    before, after = class_sizes(country())
    assert before == {"BR": 40, "FR": 80, "JP": 160, "ZA": 320}
    assert after == {"BR": 400.0, "FR": 400.0, "JP": 400.0, "ZA": 400.0}
    assert class_sizes(country(data={})) == ({}, {})


def test_a_model_without_weights_of_its_own_has_no_size(tmp_path):
    assert weights_bytes(Checkpoint(tmp_path, {})) is None


CONFUSION = Confusion(
    ("BR", "DE", "FR", "JP"),
    ("BR", "DE", "FR", "JP"),
    np.array([[2, 0, 1, 0], [1, 1, 1, 1], [0, 2, 6, 1], [0, 0, 0, 0]]),
)


def test_countries_are_arranged_by_continent_then_by_photos_and_those_without_photos_left_out():
    arranged = CONFUSION.arranged()
    assert arranged.true == ("FR", "DE", "BR")
    assert arranged.predicted == ("FR", "DE", "BR", OTHERS)
    assert arranged.counts.tolist() == [[6, 2, 0, 1], [1, 1, 1, 1], [1, 0, 2, 0]]


@given(st.integers(1, 5))
def test_no_answer_is_lost_when_a_matrix_is_cut(most):
    arranged = CONFUSION.arranged(most)
    size = dict(zip(CONFUSION.true, CONFUSION.counts.sum(axis=1), strict=True))
    assert len(arranged.true) == min(most, 3)
    assert arranged.counts.sum(axis=1).tolist() == [size[code] for code in arranged.true]


def test_kilometres_rise_and_count_each_photo_once():
    km, photos = CONFUSION.kilometres()
    assert km[0] == 0 and (np.diff(km) >= 0).all()
    assert photos.sum() == CONFUSION.counts.sum() and photos[0] <= 9
    assert photos[km == 0].sum() == 9
    always, counted = CONFUSION.kilometres_always("FR")
    assert counted[always == 0].sum() == 9 and counted.sum() == 16


@pytest.mark.parametrize(
    "change",
    [
        {"metrics": {"test": {"top1": 0.5}}},
        {"metrics": {"test": {"photos": 9, "top1": "half"}}},
        {"metrics": {"test": {"photos": 9, "top1": 0.5, "top1_interval": [0.1]}}},
        {"metrics": {"test": {"photos": 9, "analysis": {"confusion": [[1, 2], [3, 4]]}}}},
        {"metrics": {"test": {"photos": 9, "analysis": {"by_country": {"FR": 3}}}}},
        {"metrics": {"test": {"photos": 9, "reliability": [1]}}},
        {"curves": [{"val_loss": 3.0}]},
        {"curves": 7},
        {"data": {"countries": {"train": ["FR"]}}},
    ],
)
def test_a_damaged_part_is_told_before_it_is_drawn(change):
    check(country())
    with pytest.raises(CheckpointError, match="damaged"):
        check(country(**change))
