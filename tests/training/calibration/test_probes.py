"""The linear models behind activation maps: what they recognise, and how sure they are of it."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import torch
from scipy.special import softmax

from geoloc.explain import ProbeCam
from geoloc.models.calibration import fit_temperature
from geoloc.models.release import load
from geoloc.networks.cnn import MAPS
from geoloc.photo import read_photo
from geoloc.photo.inputs import prepare, to_batch
from geoloc.tasks.country import CountryClassifier
from training.calibration import probes
from training.calibration.probes import STRENGTHS, Probe
from training.evaluation.answers import truth_of
from training.evaluation.metrics import log_loss, top_k

CPU = torch.device("cpu")


def clouds(classes: int, size: int = 300, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Features (B, 6) of very different scales around a centre a class, and the classes (B,)."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, size)
    centres = np.random.default_rng(9).normal(0, 2, (classes, 6))
    scales = np.array([1e-3, 0.1, 1.0, 1.0, 10.0, 1e3])
    return (5 + centres[truth] + rng.normal(0, 1, (size, 6))) * scales, truth


@pytest.mark.parametrize("classes", [2, 3, 6])
def test_the_linear_models_recognise_what_can_be_told_apart(classes):
    probe = probes.fit(clouds(classes), clouds(classes, seed=1), classes)
    features, truth = clouds(classes, seed=2)
    probabilities = probe.probabilities(features)
    assert probe.weight.shape == (classes, 6) and probe.bias.shape == (classes,)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(300))
    assert top_k(probabilities, truth, 1).mean() > 0.85
    assert log_loss(probabilities, truth) < 0.4
    assert probe.strength in STRENGTHS


def test_their_probabilities_need_no_further_temperature():
    val = clouds(4, seed=1)
    probe = probes.fit(clouds(4), val, 4)
    logits = val[0] @ probe.weight.T + probe.bias
    assert fit_temperature(logits, val[1]) == pytest.approx(1, abs=0.01)
    assert probe.probabilities(val[0]) == pytest.approx(softmax(logits, axis=1))


def test_the_scale_of_a_map_does_not_matter():
    (train, truth), (val, val_truth) = clouds(3), clouds(3, seed=1)
    scale = np.array([7.0, 0.2, 1.0, 3.0, 50.0, 0.01])
    one = probes.fit((train, truth), (val, val_truth), 3)
    other = probes.fit((train * scale, truth), (val * scale, val_truth), 3)
    assert other.probabilities(val * scale) == pytest.approx(one.probabilities(val), abs=0.01)


def test_a_country_without_training_photos_is_never_likely():
    train, val = clouds(3), clouds(3, seed=1)
    probe = probes.fit((train[0], train[1] * 2), (val[0], val[1] * 2), classes=6)
    probabilities = probe.probabilities(val[0])
    assert (probabilities.argmax(axis=1) % 2 == 0).all()
    assert probabilities[:, [1, 3, 5]].mean() < 0.01


@pytest.fixture(scope="module")
def classifier(country_model) -> CountryClassifier:
    return CountryClassifier(country_model, CPU)


def test_pooled_maps_are_the_means_of_each_photos_maps(countries, classifier):
    rows = np.array([60, 3])
    pooled = probes.pooled_maps(classifier, countries.frames, rows)
    photos = [read_photo(path).pixels for path in countries.frames.table["path"].iloc[rows]]
    maps = classifier.network.features(to_batch([prepare(pixels) for pixels in photos])).maps
    for layer in MAPS:
        expected = maps[layer].mean(dim=(2, 3)).detach().numpy()
        assert pooled[layer] == pytest.approx(expected, abs=1e-5)


def test_a_cam_gives_the_probability_that_its_linear_model_was_fitted_for(
    countries, classifier, tmp_path
):
    fitted = probes.fit_layers(
        classifier, countries.frames, truth_of(classifier.checkpoint, countries), progress=False
    )
    folder = shutil.copytree(classifier.checkpoint.folder, tmp_path / "tiny")
    load(folder).with_probes(probes.tensors(fitted)).publish()
    cams = ProbeCam(CountryClassifier(load(folder), CPU))
    row = countries.frames.of_split("test")[0]
    photo = read_photo(countries.frames.table["path"][row])
    pooled = probes.pooled_maps(classifier, countries.frames, np.array([row]))
    for layer in MAPS:
        expected = fitted[layer].probabilities(pooled[layer])[0]
        told = [cams.explain(photo, code, layer).probability for code in classifier.classes]
        assert told == pytest.approx(expected.tolist(), abs=1e-4)


def test_linear_models_are_stored_in_single_precision_under_their_layers_names():
    made = {layer: Probe(np.ones((3, 2)), np.zeros(3), 0.1) for layer in MAPS}
    stored = probes.tensors(made)
    assert set(stored) == {"conv_2.weight", "conv_2.bias", "conv_3.weight", "conv_3.bias"}
    assert stored["conv_2.weight"].dtype == torch.float32
    assert stored["conv_3.bias"].shape == (3,)
