"""Measuring released models: the card's numbers come out again, and made-up ones do not."""

from __future__ import annotations

import copy
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from geoloc.geo import LatLon, haversine_m
from geoloc.models.calibration import fit_set_mass, fit_temperature_and_prior
from geoloc.models.card import of_json
from geoloc.models.release import Release, load
from geoloc.photo import read_photo
from geoloc.tasks.city import open_city
from geoloc.tasks.country import CountryClassifier
from training.calibration import multi_view
from training.data import Data, DataError
from training.evaluation.answers import of_split
from training.evaluation.evaluate import differences, evaluate, report
from training.tasks.country import calibrate, prior_of

CPU = torch.device("cpu")


@pytest.fixture(params=["country", "city"])
def released(request, country_model, city_model, countries, town):
    """Each task's model with its data."""
    return (country_model, countries) if request.param == "country" else (city_model, town)


def test_a_card_has_the_numbers_that_its_weights_give(released):
    model, data = released
    measured = evaluate(model, data, "val", CPU)
    assert differences(measured, model.card.metrics["val"].as_json(), 1e-9) == []
    assert measured["photos"] == model.card.data.photos["val"]


def test_publishing_measures_on_val_and_leaves_test_alone(released):
    model, data = released
    assert set(model.card.metrics) == {"val"}
    assert model.card.data.photos["test"] > 0


def test_a_card_says_how_its_model_came_about(released):
    model, data = released
    card = model.card
    assert card.data.fingerprint == data.fingerprint
    assert card.network.parameters == sum(p.numel() for p in model.network().parameters())
    assert card.best_epoch == 1 + np.argmin([row["val_loss"] for row in card.curves])
    assert card.recipe.fit["epochs"] == len(card.curves)
    assert card.input.width == 240 and card.provenance.device == "cpu"


def photos_of(data: Data, split: str):
    rows = data.frames.table[data.frames.table.split == split]
    return rows, [read_photo(path) for path in rows["path"]]


def test_a_country_models_score_is_that_of_its_answers_to_the_photos(country_model, countries):
    rows, photos = photos_of(countries, "test")
    answers = CountryClassifier(country_model, CPU).predict(photos)
    right = [told.codes[0] == code for told, code in zip(answers, rows["country"], strict=True)]
    held = [
        code in told.codes[: told.likely]
        for told, code in zip(answers, rows["country"], strict=True)
    ]
    scores = evaluate(country_model, countries, "test", CPU)
    assert scores["top1"] == np.mean(right)
    assert scores["set_coverage"] == np.mean(held)


def test_a_city_models_score_is_the_distance_of_its_pins(city_model, town):
    rows, photos = photos_of(town, "test")
    pins = [told.position for told in open_city(city_model, CPU).predict(photos)]
    places = [LatLon(*place) for place in zip(rows["lat"], rows["lon"], strict=True)]
    errors = [haversine_m(pin, place) for pin, place in zip(pins, places, strict=True)]
    scores = evaluate(city_model, town, "test", CPU)
    assert scores["mean"] == pytest.approx(np.mean(errors), rel=1e-3)
    assert scores["p50"] == pytest.approx(np.median(errors), rel=1e-3)


def test_the_baseline_of_a_city_is_the_middle_of_its_training_photos(city_model, town):
    table = town.frames.table
    train, test = (table[table.split == split] for split in ("train", "test"))
    middle = LatLon(train.lat.mean(), train.lon.mean())
    errors = [haversine_m(middle, LatLon(*p)) for p in zip(test.lat, test.lon, strict=True)]
    scores = evaluate(city_model, town, "test", CPU)
    assert scores["baseline"]["mean"] == pytest.approx(np.mean(errors))


def test_the_baseline_of_countries_is_the_largest_one_in_training(country_model, countries):
    scores = evaluate(country_model, countries, "test", CPU)
    assert scores["baseline"]["top1"] == pytest.approx(1 / 6)


def answers_to_val(model: Release, data: Data) -> tuple[CountryClassifier, np.ndarray, tuple]:
    """The model, its crops of val, and val's truth and places."""
    rows = data.frames.of_split("val")
    crops = np.stack([model.card.input.crops.of(data.frames.frame(row)) for row in rows])
    return CountryClassifier(model, CPU), crops, of_split(model, data, "val")


def test_a_model_is_calibrated_on_val(country_model, countries):
    classifier, crops, (truth, groups) = answers_to_val(country_model, countries)
    fitted = country_model.country_card.calibration
    best = fit_temperature_and_prior(classifier.logits(crops), prior_of(country_model), truth)
    assert fitted.on == "val"
    assert (fitted.temperature, fitted.prior_weight) == pytest.approx(best)
    probabilities = classifier.probabilities(crops)
    threshold = fit_set_mass(probabilities, truth, groups)
    assert fitted.conformal_threshold == pytest.approx(threshold, abs=1e-6)
    how = multi_view.fit(probabilities, truth, groups)
    assert fitted.multi_view.gamma == pytest.approx(how.gamma, abs=1e-3)
    assert country_model.country_card.multi_view.pooled(probabilities[:2]) == pytest.approx(
        how.pooled(probabilities[:2]), abs=1e-4
    )


def test_places_with_several_photos_are_measured_as_places(country_model, countries):
    rows, photos = photos_of(countries, "test")
    rows = rows.reset_index(drop=True)
    classifier = CountryClassifier(country_model, CPU)
    right = []
    for _, place in rows.groupby("group"):
        told = classifier.predict_place([photos[i] for i in place.index])
        right.append(told.codes[0] == place["country"].iloc[0])
    scores = evaluate(country_model, countries, "test", CPU)["multi_view"]
    assert (scores["places"], scores["photos"], scores["views"]) == (len(right), 2 * len(right), 2)
    assert scores["top1"] == np.mean(right)


def test_the_prior_is_how_often_countries_occur_over_how_often_training_shows_them(country_model):
    prior = dict(zip(country_model.classes, prior_of(country_model), strict=True))
    # Of 24 and 8 photos, growth to a target of 0.8 x 24 makes 24 and 19.2.
    assert prior["FR"] == pytest.approx(np.log((24 / 64) / (24 / 120)), abs=1e-6)
    assert prior["SE"] == pytest.approx(np.log((8 / 64) / (19.2 / 120)), abs=1e-6)


def test_training_without_balancing_shows_countries_as_often_as_they_occur(country_model):
    recipe = country_model.card.recipe.changed(balance={"method": "none"})
    plain = country_model.changed(recipe=recipe)
    assert not prior_of(plain).any()


def test_calibrating_twice_changes_nothing(country_model, countries):
    assert calibrate(country_model, countries, CPU).card == country_model.card


def test_countries_that_a_model_does_not_know_are_named(country_model, countries):
    classes = ["DE", "ES", "IT", "PL"]
    other = of_json(
        {
            "name": "tiny",
            "title": "Tiny",
            "task": "country",
            "classes": classes,
            "network": {"name": "cnn", "shape": {"outputs": 4}},
            "data": {},
        }
    )
    with pytest.raises(DataError, match="countries has countries that tiny does not know: FR, SE"):
        evaluate(replace(country_model, card=other), countries, "val", CPU)


def doctored(scores: dict, *place, value=None) -> dict:
    """Scores as a card would tell them with one number changed, or left out."""
    scores = copy.deepcopy(scores)
    *way, last = place
    part = scores
    for key in way:
        part = part[key]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return scores


SCORES = {
    "photos": 24,
    "top1": 0.5,
    "top1_interval": [0.4, 0.6],
    "p50": 800.0,
    "reliability": [{"confidence": 0.9, "accuracy": 0.8, "photos": 3}],
    "analysis": {"confusion": [[3, 1], [0, 2]]},
    "baseline": {"what": "a constant", "top1": 0.2},
}
DOCTORED = {
    "a score": (("top1",), 0.56, ["top1: measured 0.5, the card says 0.56"]),
    "metres": (("p50",), 780.0, ["p50: measured 800, the card says 780"]),
    "a baseline": (("baseline", "top1"), 0.1, ["baseline.top1: measured 0.2, the card says 0.1"]),
    "an interval": (
        ("top1_interval", 0),
        0.45,
        ["top1_interval.0: measured 0.4, the card says 0.45"],
    ),
    "a score left out": (("top1",), None, ["top1: measured 0.5, the card says nan"]),
    "a score made up": (("top9",), 0.99, ["top9: measured nan, the card says 0.99"]),
    "no number": (("top1",), math.nan, ["top1: measured 0.5, the card says nan"]),
    "a word": (("top1",), "0.5", ["top1: measured 0.5, the card says nan"]),
    "within rounding": (("top1",), 0.505, []),
    "metres within rounding": (("p50",), 807.0, []),
    "another name": (("baseline", "what"), "something else", []),
    "a point of the curve": (("reliability", 0, "photos"), 4, []),
    "a cell of the matrix": (("analysis", "confusion", 0, 1), 2, []),
}


@pytest.mark.parametrize(("place", "value", "expected"), DOCTORED.values(), ids=DOCTORED)
def test_a_card_that_was_doctored_is_found_out(place, value, expected):
    assert differences(SCORES, doctored(SCORES, *place, value=value), 0.01) == expected


def test_a_report_stands_beside_the_baseline(released):
    model, data = released
    scores = model.card.metrics["val"].as_json()
    told = report(model, "val", scores).splitlines()
    assert told[0].startswith(f"{model.name} on val: {scores['photos']} photos of")
    assert model.title in told[1] and scores["baseline"]["what"] in told[2]
    if model.task == "country":
        assert "12 places of 2.0 photos" in told[-1] and "gain_top1" in told[-1]


def test_a_model_can_be_measured_again_after_its_card_is_written_again(released, tmp_path):
    model, data = released
    folder = Path(shutil.copytree(model.folder, tmp_path / "again"))
    again = load(folder).changed(title="Again").publish()
    assert again.card.changed(title=model.title) == model.card
    claimed = again.card.metrics["val"].as_json()
    assert differences(evaluate(again, data, "val", CPU), claimed, 1e-9) == []
