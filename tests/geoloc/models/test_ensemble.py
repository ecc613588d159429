"""Several models as one: weighted by the card, without those that are gone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import softmax

from geoloc.models.ensemble import Ensemble, pool
from geoloc.models.registry import available, load_model, opener
from geoloc.models.release import CARD, ReleaseError, load, save
from geoloc.photo.inputs import prepare
from geoloc.tasks.country import CountryClassifier
from tests.geoloc import small_models

CPU = torch.device("cpu")
WEIGHTS = {"ant": 0.5, "bee": 0.3, "cat": 0.2}
CALIBRATION = {"temperature": 0.8, "bias": [0.1, 0.0, -0.2, 0.0], "conformal_threshold": 0.7}


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """Three country models of different temperatures, and their ensemble."""
    folder = tmp_path_factory.mktemp("published")
    for number, name in enumerate(WEIGHTS):
        network = small_models.network()
        network.head[2].weight.data = network.head[2].weight.data.roll(number, 0) * (1 + number)
        card = small_models.country_card(name=name, calibration={"temperature": 0.5 + number})
        save(folder / name, network, card)
    save(folder / "ensemble", None, small_models.ensemble_card(WEIGHTS, calibration=CALIBRATION))
    return folder


@pytest.fixture
def folder(published, tmp_path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(published, tmp_path / "models"))


def networks(folder: Path, *names: str) -> dict[str, CountryClassifier]:
    return {name: CountryClassifier(load(folder / name), CPU) for name in names}


def expected(folder: Path, weights: dict[str, float], photos) -> np.ndarray:
    """Probabilities (B, N) by the definition."""
    total = sum(weights.values())
    logits = 0
    for name, weight in weights.items():
        answers = CountryClassifier(load(folder / name), CPU).predict(photos)
        told = np.array([[a.probability(code) for code in small_models.CLASSES] for a in answers])
        logits = logits + weight / total * np.log(told)
    return softmax(logits / 0.8 + CALIBRATION["bias"], axis=1)


def test_it_answers_by_the_weighted_mean_of_log_probabilities(published):
    photos = small_models.photos(3)
    answers = load_model(load(published / "ensemble"), CPU).predict(photos)
    for told, row in zip(answers, expected(published, WEIGHTS, photos), strict=True):
        assert [told.probability(code) for code in small_models.CLASSES] == pytest.approx(
            row, abs=1e-5
        )
        assert told.model == "ensemble" and told.likely is not None


def test_given_crops_or_remembered_answers_it_answers_the_same(published):
    ensemble = load_model(load(published / "ensemble"), CPU)
    photo = small_models.photos(1)[0]
    told = ensemble.predict([photo])[0]
    by_crops = ensemble.probabilities(prepare(photo.pixels)[None, None])[0]
    assert told.over(ensemble.classes) == pytest.approx(by_crops)
    asked = []

    def remembered(network: CountryClassifier):
        asked.append(network.checkpoint.name)
        return network.predict([photo])[0]

    again = ensemble.through(remembered)
    assert asked == list(WEIGHTS)
    assert again.codes == told.codes and again.probabilities == pytest.approx(told.probabilities)


def test_several_photos_of_a_place_have_one_answer(published):
    ensemble = load_model(load(published / "ensemble"), CPU)
    photos = small_models.photos(4)
    together = ensemble.predict_place(photos)
    views = np.stack([told.over(ensemble.classes) for told in ensemble.predict(photos)])
    mean = softmax(np.log(views).mean(axis=0))
    assert together.over(ensemble.classes) == pytest.approx(mean)
    assert ensemble.predict_place(photos[:1]) == ensemble.predict(photos[:1])[0]


def test_a_single_member_with_all_the_weight_is_itself(published):
    told = np.random.default_rng(0).dirichlet(np.ones(4), size=(2, 5))
    assert pool(told, np.array([0.0, 1.0]), 1.0, np.zeros(4)) == pytest.approx(told[1])


def test_a_member_that_is_gone_leaves_its_weight_to_the_others(folder):
    shutil.rmtree(folder / "bee")
    ensemble = load_model(load(folder / "ensemble"), CPU)
    assert list(ensemble.members) == ["ant", "cat"]
    assert ensemble.weights == pytest.approx([5 / 7, 2 / 7])
    assert "by ant, cat alone, without bee" in str(ensemble.problem)
    photos = small_models.photos(2)
    row = expected(folder, {"ant": 0.5, "cat": 0.2}, photos)[0]
    assert ensemble.predict(photos)[0].over(ensemble.classes) == pytest.approx(row, abs=1e-5)


def test_a_whole_ensemble_has_no_problem(published):
    assert load_model(load(published / "ensemble"), CPU).problem is None


def break_weights(folder: Path) -> None:
    (folder / "weights.safetensors").write_bytes(b"not weights")


def other_countries(folder: Path) -> None:
    save(
        folder, small_models.network(), small_models.country_card(classes=["AT", "FR", "JP", "ZA"])
    )


def another_ensemble(folder: Path) -> None:
    save(folder, None, small_models.ensemble_card({"ensemble": 1.0}, name=folder.name))


def a_city(folder: Path) -> None:
    save(folder, small_models.network(outputs=2), small_models.city_card())


@pytest.mark.parametrize("spoil", [break_weights, other_countries, another_ensemble, a_city])
def test_a_member_that_cannot_answer_is_left_out(folder, spoil):
    spoil(folder / "bee")
    ensemble = load_model(load(folder / "ensemble"), CPU)
    assert list(ensemble.members) == ["ant", "cat"] and "without bee" in str(ensemble.problem)


def test_without_any_member_the_sentence_says_so(folder):
    for name in WEIGHTS:
        shutil.rmtree(folder / name)
    with pytest.raises(ReleaseError, match=r"none of its members \(ant, bee, cat\) lies beside"):
        load_model(load(folder / "ensemble"), CPU)


def test_a_member_without_weight_is_not_missed(folder):
    card = small_models.ensemble_card({"ant": 1.0, "gone": 0.0})
    ensemble = load_model(save(folder / "ensemble", None, card), CPU)
    assert list(ensemble.members) == ["ant"] and ensemble.problem is None


def test_an_ensemble_shares_its_members_with_whoever_opened_them(published):
    opened = opener(CPU)
    singles = {c.name: opened(c) for c in available(published)[0] if not c.members}
    ensemble = opened(load(published / "ensemble"))
    assert all(ensemble.members[name] is singles[name] for name in WEIGHTS)
    assert Ensemble(ensemble.checkpoint, singles).networks == ensemble.networks


def test_its_card_alone_makes_a_folder_a_model(published):
    assert [path.name for path in (published / "ensemble").iterdir()] == [CARD]
    released = load(published / "ensemble")
    assert released.members == WEIGHTS and not released.has_probes
    with pytest.raises(ReleaseError, match="has no network of its own"):
        released.network()


BROKEN = {
    "no members": {"members": {}},
    "members in a list": {"members": ["ant"]},
    "weights in words": {"members": {"ant": "all"}},
    "negative weights": {"members": {"ant": 1.5, "bee": -0.5}},
    "half of the weight": {"members": {"ant": 0.5}},
    "no number": {"members": {"ant": float("nan")}},
    "a huge number": {"members": {"ant": 10**400}},
    "another folder": {"members": {"../elsewhere": 1.0}},
    "an absolute path": {"members": {"/etc": 1.0}},
    "its own folder": {"members": {".": 1.0}},
    "a city": {"task": "city", "city": {"name": "t", "title": "T", "box": small_models.BOX}},
    "a bias too few": {"calibration": {"bias": [1.0]}},
    "endless temperature": {"calibration": {"temperature": float("inf")}},
    "half of together": {"calibration": {"together": {"gamma": 0.5}}},
    "gamma in words": {"calibration": {"together": {"gamma": "x", "prior": [1], "set_mass": 0}}},
}


@pytest.mark.parametrize("changes", BROKEN.values(), ids=BROKEN)
def test_a_card_that_makes_no_sense_is_refused(tmp_path, changes):
    card = {"format": 1, **small_models.ensemble_card({"ant": 1.0}), **changes}
    (tmp_path / CARD).write_text(json.dumps(card))
    with pytest.raises(ReleaseError, match="card.json is damaged"):
        load(tmp_path)


def test_a_member_that_knows_more_countries_answers_among_the_ensembles(folder):
    wider = [*small_models.CLASSES, "DE"]
    card = small_models.country_card(
        name="bee",
        classes=wider,
        network={"name": "cnn", "shape": {"outputs": 5, "width": 4}},
        calibration={"temperature": 1.0},
    )
    save(folder / "bee", small_models.network(outputs=5), card)
    ensemble = load_model(load(folder / "ensemble"), CPU)
    assert list(ensemble.members) == ["ant", "bee", "cat"] and ensemble.problem is None
    photos = small_models.photos(2)
    for told, row in zip(ensemble.predict(photos), expected(folder, WEIGHTS, photos), strict=True):
        assert told.over(ensemble.classes) == pytest.approx(row, abs=1e-5)
