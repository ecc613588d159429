"""The ensemble: who gets which weight, scores that a photo had no part in itself, the card."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax, softmax

from geoloc.models.card import as_json
from geoloc.models.registry import load_model
from geoloc.models.release import CARD, load, save
from geoloc.photo import read_photo
from training.__main__ import main
from training.calibration.ensemble import Val, cross_fitted, fit
from training.evaluation.metrics import log_loss, top_k

CPU = torch.device("cpu")
CLASSES = 6
PRIOR = np.log(np.full(CLASSES, 1 / CLASSES))


def tellers(
    *skills: float, count: int = 600, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Calibrated answers (M, B, N) of models that see the truth this well, truth, and places."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, CLASSES, count)
    seen = [s * np.eye(CLASSES)[truth] + rng.normal(size=(count, CLASSES)) for s in skills]
    told = [softmax(s * view, axis=1) for s, view in zip(skills, seen, strict=True)]
    return np.stack(told), truth, (np.arange(count) // 4).astype(str)


def test_independent_models_of_equal_skill_share_the_weight_and_are_surer_together():
    told, truth, groups = tellers(1.5, 1.5)
    fitted = fit(told, Val(PRIOR, truth, groups))
    assert fitted.weights == pytest.approx([0.5, 0.5], abs=0.1)
    # Independent evidence adds up: the sum of two log-probabilities, not their mean.
    assert fitted.calibration.temperature == pytest.approx(0.5, abs=0.1)
    apart = [log_loss(one, truth) for one in told]
    assert log_loss(fitted.probabilities(told), truth) < min(apart) - 0.1


def test_a_model_that_knows_nothing_gets_no_weight():
    told, truth, groups = tellers(1.5, 0.0)
    assert fit(told, Val(PRIOR, truth, groups)).weights == pytest.approx([1, 0], abs=0.02)


def test_a_model_that_is_there_twice_counts_as_one():
    told, truth, groups = tellers(1.5)
    fitted = fit(np.concatenate([told, told]), Val(PRIOR, truth, groups))
    assert fitted.calibration.temperature == pytest.approx(1, abs=0.15)
    assert fitted.weights.sum() == pytest.approx(1)


@given(st.lists(st.floats(0, 3), min_size=3, max_size=3), st.floats(-1, 1))
@settings(max_examples=20)
def test_no_weights_make_the_truth_more_likely_than_the_fitted_ones(shares, weight):
    told, truth, groups = tellers(1.0, 1.5, 0.5, count=120)
    prior = np.log([0.3, 0.2, 0.2, 0.1, 0.1, 0.1])
    logits = np.tensordot(shares, np.log(told), axes=1) + weight * prior
    other = -log_softmax(logits, axis=1)[np.arange(len(truth)), truth].mean()
    assert log_loss(fit(told, Val(prior, truth, groups)).probabilities(told), truth) <= other + 1e-6


def test_models_that_know_nothing_still_make_an_answer():
    told, truth, groups = tellers(0.0, 0.0)
    answers = fit(told, Val(PRIOR, truth, groups)).probabilities(told)
    assert np.isfinite(answers).all() and answers.sum(axis=1) == pytest.approx(1)


def test_cross_fitted_answers_do_not_depend_on_the_truth_of_their_own_place():
    told, truth, groups = tellers(1.0, 0.7, count=40)
    before = cross_fitted(told, Val(PRIOR, truth, groups))
    place = groups == "3"
    changed = np.where(place, (truth + 1) % CLASSES, truth)
    after = cross_fitted(told, Val(PRIOR, changed, groups))
    assert np.array_equal(before.probabilities[place], after.probabilities[place])
    assert np.array_equal(before.mass[place], after.mass[place])
    assert not np.array_equal(before.probabilities[~place], after.probabilities[~place])


def test_cross_fitting_does_not_praise_what_only_fits_by_chance():
    rng = np.random.default_rng(0)
    told = rng.dirichlet(np.ones(CLASSES), size=(6, 60))
    truth, groups = rng.integers(0, CLASSES, 60), np.arange(60).astype(str)
    fitted = fit(told, Val(PRIOR, truth, groups))
    judged = cross_fitted(told, Val(PRIOR, truth, groups))
    assert log_loss(judged.probabilities, truth) > log_loss(fitted.probabilities(told), truth)


def test_places_of_several_photos_are_cross_fitted_too():
    told, truth, _ = tellers(1.0, 1.5, count=80)
    groups = np.arange(80).astype(str)
    truth = truth[np.arange(80) // 2 * 2]  # pairs of photos of one country
    pairs = (np.arange(80) // 2).astype(str)
    judged = cross_fitted(told, Val(PRIOR, truth, pairs))
    assert judged.places.shape == (40, CLASSES) and len(judged.seen) == 40
    assert judged.places.sum(axis=1) == pytest.approx(1) and (judged.place_mass <= 1).all()
    assert cross_fitted(told, Val(PRIOR, truth, groups)).seen == []


def test_a_small_source_that_nothing_was_trained_on_counts_as_much_as_a_large_one():
    known, truth, groups = tellers(2.0, 0.3)
    strange, others, _places = tellers(2.0, 2.0, count=60, seed=1)
    strange[0] = np.roll(strange[0], 1, axis=1)  # there the first takes each country for another
    told, truth = np.concatenate([known, strange], axis=1), np.concatenate([truth, others])
    groups = np.arange(len(truth)).astype(str)
    sources = np.where(np.arange(len(truth)) < 600, "large", "small")
    by_photos = fit(told, Val(PRIOR, truth, groups))
    by_sources = fit(told, Val(PRIOR, truth, groups, sources, ("small",)))
    assert by_sources.weights[1] > by_photos.weights[1] + 0.03
    # How sure to be, and by whom, is decided where nothing was trained on.
    assert by_sources.calibration.sources == ("small",) and by_sources.calibration.verdict
    assert by_sources.calibration.temperature > by_photos.calibration.temperature


@pytest.fixture(scope="module")
def published(country_model, city_model, countries, tmp_path_factory) -> Path:
    """The tiny country model, a copy of it that confuses two countries, and a city model."""
    folder = tmp_path_factory.mktemp("published")
    for model in (country_model, city_model):
        shutil.copytree(model.folder, folder / model.name)
    network = country_model.network()
    weight = network.head[2].weight.data
    weight[[0, 1]] = weight[[1, 0]]
    save(folder / "mixed", network, country_model.card.changed(name="mixed"))
    assert run("calibrate", folder, "mixed", "--data", countries.root) == 0
    return folder


@pytest.fixture
def folder(published, tmp_path) -> Path:
    """A copy that a test may write to."""
    return Path(shutil.copytree(published, tmp_path / "checkpoints"))


def run(command: str, folder: Path, *arguments: object) -> int:
    told = [command, *arguments, "--checkpoints", folder, "--device", "cpu"]
    return main(list(map(str, told)))


def test_the_command_publishes_a_card_that_answers_and_bears_out(folder, countries, town, capsys):
    assert run("ensemble", folder, "--data", countries.root) == 0
    told = capsys.readouterr().out
    assert "ensemble on val: 24 photos of 12 places" in told and "tiny 0." in told
    assert [path.name for path in (folder / "ensemble").iterdir()] == [CARD]
    released = load(folder / "ensemble")
    assert released.classes == load(folder / "tiny").classes
    assert sum(released.members.values()) == pytest.approx(1)
    assert released.country_card.metrics["val"].how.startswith("cross-fitted")
    assert released.country_card.multi_view.conformal_threshold is not None
    photo = read_photo(countries.root / "FR-test-0.png")
    assert load_model(released, CPU).predict([photo])[0].codes[0] == "FR"
    sets = ["--data", countries.root, town.root]
    assert run("evaluate", folder, *sets, "--split", "val") == 0
    assert run("evaluate", folder, "ensemble", *sets, "--split", "test", "--write") == 0
    assert run("evaluate", folder, "ensemble", *sets) == 0


def test_all_models_end_in_one_table_of_each_kind(folder, countries, town, capsys):
    assert run("ensemble", folder, "--data", countries.root) == 0
    capsys.readouterr()
    told = ["--all", "--data", countries.root, town.root, "--write"]
    assert run("evaluate", folder, *told) == 0
    out = capsys.readouterr().out
    tables = out.partition("All on test:\n\n")[2].strip().split("\n\n")
    assert [table.split()[0] for table in tables] == ["top-1", "median", "places"]
    titles = [line.split("  ")[0] for line in tables[0].splitlines()[1:]]
    assert titles == [
        "Tiny",
        "Tiny",
        "Ensemble",
        "always the most frequent classes of the training split",
    ]
    assert "ECE" in tables[0] and "countries a set" in tables[0]


def test_members_can_be_named_and_the_useless_are_left_out(folder, countries):
    network = load(folder / "tiny").network()
    network.head[2].weight.data.zero_()
    network.head[2].bias.data.zero_()
    save(folder / "blind", network, load(folder / "tiny").card.changed(name="blind"))
    told = ["--data", countries.root, "--members", "mixed", "blind", "--name", "both"]
    assert run("ensemble", folder, *told) == 0
    assert list(load(folder / "both").members) == ["mixed"]


def refusal(capsys, folder: Path, *arguments: object) -> str:
    assert run("ensemble", folder, *arguments) == 2
    return capsys.readouterr().err


def test_what_cannot_be_an_ensemble_is_answered_with_a_sentence(
    folder, countries, town, tmp_path, capsys
):
    data = ("--data", countries.root)
    assert "needs two country models trained on countries; there is tiny" in refusal(
        capsys, folder, *data, "--members", "tiny", "town-tiny"
    )
    assert "there is none" in refusal(capsys, folder, "--data", town.root)
    assert "tiny is a network" in refusal(capsys, folder, *data, "--name", "tiny")
    card = as_json(load(folder / "mixed").card)
    card["classes"] = card["classes"][::-1]
    (folder / "mixed" / CARD).write_text(json.dumps(card))
    assert "know different countries" in refusal(capsys, folder, *data)


def test_an_ensemble_is_not_calibrated_but_fitted_again(folder, countries, capsys):
    card = as_json(load(folder / "tiny").card)
    changes = {"name": "ensemble", "network": {"name": "ensemble"}, "members": {"tiny": 1.0}}
    save(folder / "ensemble", None, card | changes)
    assert run("calibrate", folder, "ensemble", "--data", countries.root) == 2
    assert "python -m training ensemble fits it again" in capsys.readouterr().err


def test_the_skill_of_a_teller_is_what_the_tests_above_assume():
    told, truth, _ = tellers(1.5, 0.0)
    assert top_k(told[0], truth, 1).mean() > 0.5
