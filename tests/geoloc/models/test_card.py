"""What is read from a card: scores with intervals, what is missing, damaged, or in old words."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from geoloc.models.card import (
    OTHERS,
    CardError,
    CityCard,
    Confusion,
    CountryCard,
    SelectionPart,
    Share,
    as_json,
    as_text,
    lift,
    of_json,
    parse,
    schema,
)
from geoloc.models.release import CARD
from geoloc.photo.inputs import InputSpec
from geoloc.settings import CHECKPOINTS
from geoloc.verdict import VerdictBounds
from tests.geoloc import cards, small_models
from tools.cards import SCHEMA


def country(**changes: Any) -> CountryCard:
    parts = cards.country_parts(small_models.CLASSES)
    return of_json(small_models.country_card(**parts | changes))


def city(**changes: Any) -> CityCard:
    return of_json(small_models.city_card(**cards.city_parts() | changes))


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
    card = country()
    scores = card.scores
    assert (card.split, scores.photos, scores.places) == ("test", cards.PHOTOS, 60)
    assert scores.share("top1") == Share(told["top1"], *told["top1_interval"])
    assert (scores.ece, scores.ece_floor) == (told["ece"], told["ece_floor"])
    assert scores.set_size == told["set_size"]
    assert scores.baseline.top1 == told["baseline"]["top1"]
    assert sum(row.right for row in scores.countries) == round(told["top1"] * cards.PHOTOS)
    assert sum(row.right for row in scores.bins) == round(told["top1"] * cards.PHOTOS)
    assert sum(row.photos for row in scores.continents) == cards.PHOTOS
    assert scores.analysis.continent_accuracy >= scores.top1
    assert all(pair.photos <= pair.of for pair in scores.pairs)
    assert card.confusion.counts.sum() == cards.PHOTOS


def test_scores_are_written_as_training_measured_them():
    told = cards.country_scores(small_models.CLASSES)
    assert country().scores.as_json() == told


def test_a_city_models_scores_are_those_that_training_measured():
    scores = city().scores
    assert set(scores.errors.percentiles) == {25, 50, 75, 90}
    assert set(scores.errors.within) == {25, 50, 100, 250, 500}
    assert scores.baseline.errors.within.keys() == scores.errors.within.keys()
    assert scores.gain[1] <= scores.gain[0] <= scores.gain[2]
    assert scores.p50_interval[0] < scores.errors.percentiles[50]


def test_validation_scores_stand_in_for_test_scores():
    assert country(metrics={"val": country().metrics["val"]}).split == "val"


def test_what_was_not_measured_is_none():
    assert country(metrics={}).scores is None
    assert city(metrics={}).scores is None
    scores = country(metrics={"test": {"photos": 3, "top1": 0.5}}).scores
    assert scores.share("top1") == Share(0.5)
    assert scores.as_json() == {"photos": 3, "top1": 0.5}
    assert not (scores.countries or scores.continents or scores.bins or scores.pairs)


def test_curves_keep_their_order_and_the_released_epoch():
    told = country().training_curves
    assert (told.epochs, told.best) == ((1, 2, 3), 2)
    assert told.measured["val_top1"] == (0.2, 0.4, 0.3)
    assert country(curves=[]).training_curves is None


def test_class_sizes_are_told_before_and_after_balancing():
    before, after = country().data.class_sizes
    assert before == {"BR": 40, "FR": 80, "JP": 160, "ZA": 320}
    assert after == {"BR": 400.0, "FR": 400.0, "JP": 400.0, "ZA": 400.0}
    assert country(data={}).data.class_sizes == ({}, {})


def test_a_cards_text_is_read_as_the_card_that_was_written():
    for card in (country(), city(), of_json(small_models.ensemble_card({"one": 1.0}))):
        assert parse(as_text(card)) == card


def test_a_changed_card_is_another_version_and_is_checked_anew():
    card = country()
    assert card.changed(title="Other").version != card.version
    assert card.changed(title=card.title).version == card.version
    assert card.changed(probes={"conv_2": {"strength": 0.1}}).probes["conv_2"].strength == 0.1
    with pytest.raises(ValidationError, match="outputs"):
        country(metrics={}).changed(classes=("BR", "FR"))


def test_what_a_newer_writer_adds_is_kept_for_it_wherever_it_stands():
    card = country()
    written = as_json(card) | {"world": {"cells": [1]}}
    written["metrics"]["test"]["per_source"] = {"streets": {"top1": 0.5}}
    again = as_json(of_json(written))
    assert again == written


OLD = {
    "network": {"name": "lite0", "shape": {"outputs": 4, "trunk": "b0"}, "trunk_sha256": "0" * 64},
    "input": {"crops": {"offsets": [0], "mirror": True}},
    "calibration": {
        "set_mass": 0.8,
        "together": {"prior": [0.25] * 4, "gamma": 0.5, "set_mass": 0.7},
    },
    "recipe": {"network": {"trunk": "b0"}, "jitter": {"zoom": 0.1}, "fit": {"average": 0.9}},
    "metrics": {"val": {"photos": 3, "together": {"top1": 0.5}}},
    "looks_for": {"split": "val", "album": "0" * 64, "countries": {"FR": [[3, 0.5]]}},
}
NEW = {
    "network": {
        "name": "lite0",
        "shape": {"outputs": 4, "backbone": "b0"},
        "backbone_sha256": "0" * 64,
    },
    "input": {"tta": {"offsets": [0], "mirror": True}},
    "calibration": {
        "conformal_threshold": 0.8,
        "multi_view": {"prior": [0.25] * 4, "gamma": 0.5, "conformal_threshold": 0.7},
    },
    "recipe": {"network": {"backbone": "b0"}, "augment": {"zoom": 0.1}, "fit": {"ema": 0.9}},
    "metrics": {"val": {"photos": 3, "multi_view": {"top1": 0.5}}},
    "top_activating": {
        "split": "val",
        "photo_folder": "0" * 64,
        "countries": {"FR": [[3, 0.5]]},
    },
}


def test_a_card_of_format_1_is_lifted_word_by_word():
    common = small_models.country_card()
    assert lift(common | OLD) == common | NEW | {"format": 2}


OF_MANY_SOURCES = {
    "network": {"name": "pretrained", "shape": {"outputs": 4, "trunk": "b0"}},
    "input": {
        "width": 192,
        "height": 192,
        "method": "square",
        "crop": "the largest central part",
        "crops": {"offsets": [0], "mirror": True},
    },
    "calibration": {
        "set_mass": 0.8,
        "sources": ["a", "b"],
        "prior_power": 0.5,
        "prior": [0.25] * 4,
        "left_out": {"a": {"photos": 9, "set_coverage": 0.9, "set_size": 3.5}},
        "verdict": {"leaning": 0.3, "sure": 0.7},
        "ood": {"threshold": 0.5, "by_kind": {"flat": {"pictures": 30, "found": 1.0}}},
    },
    "recipe": {
        "fit": {"held": 3, "average": 0.9},
        "jitter": {"zoom": 0.1},
        "cameras": {"soft": 0.2},
        "input": {"height": 192, "width": 192, "crop": "square"},
        "sampling": {"photos": 10, "source_power": 0.5},
        "selection": {"photos": 20, "sources": 2, "unseen": ["a", "b"]},
    },
    "data": {
        "name": "world + world2",
        "selection": {"photos": 20, "sources": 2, "unseen": ["a", "b"]},
        "sources": {"train": {"c": 40}, "elsewhere": {"d": 3}},
    },
    "metrics": {
        "elsewhere": {
            "photos": 3,
            "sources": {
                "d": {"photos": 3, "top1": 1, "top5": 1, "set_coverage": 1, "set_size": 2.0}
            },
            "source_mean": {"top1": 1, "top5": 1, "set_coverage": 1, "set_size": 2.0},
            "worst_source": "d",
            "verdicts": {"leaning": {"photos": 3, "share": 1, "right": 1, "ece": 0.1}},
        }
    },
}


def test_a_card_of_format_1_of_a_model_of_many_sources_is_known_whole():
    """What trained while the house was moved publishes such a card."""
    card = of_json(lift(small_models.country_card() | OF_MANY_SOURCES))
    assert card.input.spec == InputSpec(192, 192, "square")
    assert card.calibration.verdict == VerdictBounds(0.3, 0.7)
    assert card.calibration.left_out["a"].set_size == 3.5
    assert card.calibration.ood.by_kind["flat"].found == 1
    assert (
        card.data.selection
        == card.recipe.selection
        == SelectionPart(photos=20, sources=2, unseen=("a", "b"))
    )
    assert card.metrics["elsewhere"].sources["d"].top5 == 1
    parts = (card, card.input, card.calibration, card.data, card.recipe, card.metrics["elsewhere"])
    assert [part.model_extra for part in parts] == [{}] * len(parts)


def test_a_citys_card_of_format_1_is_lifted_word_by_word():
    old = {"mixture": {"own": 1.0, "warmth": 0.1}, "likeness": {"threshold": 0.5}}
    new = {"mixture": {"own": 1.0, "retrieval_temperature": 0.1}, "ood": {"threshold": 0.5}}
    assert lift({"calibration": old}) == {"calibration": new, "format": 2}


@pytest.mark.parametrize("part", ["text", 7, None, [1], {"val": "text"}, {"methods": [1]}])
def test_what_is_no_such_part_is_left_for_the_reader_to_refuse(part):
    assert lift({"metrics": part, "explanations": part}) == {
        "metrics": part,
        "explanations": part,
        "format": 2,
    }


def test_the_schema_in_the_documentation_is_todays():
    """If this fails: python -m tools.cards schema"""
    assert SCHEMA.read_text(encoding="utf-8") == schema()


def test_released_cards_are_of_todays_format():
    """If this fails: python -m tools.cards lift"""
    written = [json.loads(card.read_text()) for card in CHECKPOINTS.glob(f"[!.]*/{CARD}")]
    assert written and {card["format"] for card in written} == {2}
    assert all("files" in card for card in written)


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
    ("change", "reason"),
    [
        ({"metrics": {"test": {"top1": 0.5}}}, "metrics.test.photos: Field required"),
        ({"metrics": {"test": {"photos": 9, "top1": "half"}}}, "metrics.test.top1: .* number"),
        ({"metrics": {"test": {"photos": 9, "top1_interval": [0.1]}}}, "top1_interval.1: Field"),
        (
            {"metrics": {"test": {"photos": 9, "analysis": {"confusion": [[1, 2], [3, 4]]}}}},
            "a confusion of 4 classes",
        ),
        ({"metrics": {"test": {"photos": 9, "analysis": {"by_country": {"FR": 3}}}}}, "FR: "),
        ({"metrics": {"test": {"photos": 9, "reliability": [1]}}}, "reliability.0: "),
        ({"curves": [{"val_loss": 3.0}]}, "a row of the curves has no epoch"),
        ({"curves": 7}, "curves: Input should be a valid tuple"),
        ({"data": {"countries": {"train": ["FR"]}}}, "data.countries.train: .* dictionary"),
        ({"title": 7, "best_epoch": "x"}, "title: Input should be a valid string, and 1 more"),
    ],
)
def test_what_is_damaged_and_where_is_told_in_a_sentence(change, reason):
    with pytest.raises(CardError, match=rf"card.json is damaged \(.*{reason}.*\)\. Take"):
        country(**change)
