"""What holds of every method: it explains the model's own answer, and leaves the model alone."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch

from geoloc.explain import Cam, all_methods, contrast, explainers
from geoloc.photo.inputs import prepare
from tests.geoloc import small_models
from tests.geoloc.explain import networks

FITTING = {
    "cnn": {"last_block": {"conv_3": (2, 5)}, "grad_cam": {"conv_2": (5, 10), "conv_3": (2, 5)}},
    "resnet18": {
        "last_block": {"layer4": (4, 8)},
        "grad_cam": {"layer3": (8, 15), "layer4": (4, 8)},
    },
    "vit": {
        "last_block": {"block 3": (8, 15)},
        "grad_cam": {"block 2": (8, 15), "block 3": (8, 15)},
        "gradient_attention": {"all blocks": (8, 15)},
        "rollout": {"all blocks": (8, 15)},
    },
    "lite0": {
        "last_block": {"last stage": (4, 8)},
        "grad_cam": {"stage 4": (8, 15), "last stage": (4, 8)},
    },
    # Others' Vision Transformer answers by a token of its own: after its last block nothing else.
    "tokens": {
        "grad_cam": {"block 11": (8, 16)},
        "gradient_attention": {"all blocks": (8, 16)},
        "rollout": {"all blocks": (8, 16)},
    },
    # Its head has a layer between the mean and the last one: no map of the last block adds up.
    "pretrained": {"grad_cam": {"stage 4": (8, 15), "last stage": (4, 8)}},
}


@pytest.fixture(scope="module", params=FITTING)
def kind(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def classifier(kind, classifier_of):
    return classifier_of(kind)


def test_each_network_has_its_methods_layers_and_grids(kind, classifier):
    batch = networks.batch()
    found = {
        explainer.name: {
            layer: tuple(reading.values.shape[1:])
            for layer, reading in explainer.read(batch, [0, 1]).items()
        }
        for explainer in explainers(classifier)
    }
    assert found == FITTING[kind]
    for explainer in explainers(classifier):
        assert set(explainer.layers) == set(found[explainer.name])


def test_the_forward_that_keeps_maps_gives_the_networks_own_answer(classifier):
    batch = networks.batch()
    with torch.no_grad():
        logits = classifier.network.features(batch).logits
        assert torch.allclose(logits, classifier.network(batch), atol=1e-4)


def test_a_network_whose_answer_is_not_reached_by_the_forward_is_not_explained(classifier_of):
    classifier = copy.copy(classifier_of("cnn"))
    classifier.network = copy.deepcopy(classifier.network)
    classifier.network.register_forward_hook(lambda _, __, logits: logits + 1)
    assert explainers(classifier) == ()


def test_maps_come_with_the_calibrated_probability_of_the_middle_of_the_photo(classifier):
    photo = small_models.photos(1)[0]
    expected = classifier.probabilities(prepare(photo.pixels)[None, None])[0]
    for explainer in explainers(classifier):
        for country, probability in zip(small_models.CLASSES, expected, strict=True):
            for cam in explainer.explain_layers(photo, country):
                assert cam.method == explainer.name and cam.layer in explainer.layers
                assert cam.values.dtype == np.float32 and np.isfinite(cam.values).all()
                assert cam.country == (country if explainer.by_country else None)
                if explainer.by_country:
                    assert cam.probability == pytest.approx(probability, abs=1e-5)


def test_only_methods_with_signs_go_below_zero(classifier):
    batch = networks.batch(len(small_models.CLASSES))
    for explainer in explainers(classifier):
        least = min(
            float(reading.values.min())
            for reading in explainer.read(batch, range(len(small_models.CLASSES))).values()
        )
        assert (least < -1e-6) == explainer.signed


def test_explaining_leaves_no_trace_in_the_network(classifier):
    network = classifier.network
    before = {key: value.clone() for key, value in network.state_dict().items()}
    for explainer in explainers(classifier):
        explainer.read(networks.batch(), [0, 1])
    assert all(torch.equal(before[key], value) for key, value in network.state_dict().items())
    assert not network.training
    assert all(parameter.grad is None for parameter in network.parameters())
    assert not any(m._forward_hooks or m._backward_hooks for m in network.modules())


def test_another_country_of_the_same_photo_has_its_own_map_and_costs_no_forward(
    classifier, monkeypatch
):
    photo = small_models.photos(1)[0]
    changeable = replace(photo, pixels=photo.pixels.copy())
    assert not photo.pixels.flags.writeable
    forwards: list[str] = []
    for explainer in (each for each in explainers(classifier) if each.by_country):
        alone = [explainer.explain_layers(changeable, code) for code in small_models.CLASSES]
        explainer.explain_layers(photo, small_models.CLASSES[0])
        with monkeypatch.context() as patch:
            for forward in ("features", "attention"):
                patch.setattr(classifier.network, forward, lambda _: forwards.append("one"))
            again = [explainer.explain_layers(photo, code) for code in small_models.CLASSES]
        assert not forwards
        for cams, same in zip(alone, again, strict=True):
            for cam, other in zip(cams, same, strict=True):
                assert cam.values == pytest.approx(other.values, abs=1e-6)
                assert replace(cam, values=other.values, probability=other.probability) == other


def test_visitors_who_ask_at_once_get_their_own_maps(classifier):
    photos = small_models.photos(3)
    asked = [(explainer, photo) for explainer in explainers(classifier) for photo in photos]

    def ask(question) -> list[np.ndarray]:
        explainer, photo = question
        return [cam.values for cam in explainer.explain_layers(photo, "FR")]

    alone = [ask(question) for question in asked]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(ask, asked))
    for one, other in zip(alone, together, strict=True):
        for values, same in zip(one, other, strict=True):
            assert values == pytest.approx(same, abs=1e-4)


def test_a_frozen_network_can_be_explained_too(classifier):
    classifier.network.requires_grad_(False)
    for explainer in explainers(classifier):
        for reading in explainer.read(networks.batch(), [0, 1]).values():
            assert float(reading.values.abs().max()) > 0
    classifier.network.requires_grad_(True)


def test_an_unknown_country_is_named(classifier):
    for explainer in explainers(classifier):
        with pytest.raises(KeyError, match="XK is not a class of small"):
            explainer.explain_layers(small_models.photos(1)[0], "XK")


def test_each_method_tells_what_it_shows_and_where_it_comes_from():
    for method in all_methods():
        assert "arXiv:" in method.source and method.title and method.says.endswith(".")
    assert len({method.name for method in all_methods()}) == len(all_methods())


def cam(values, country: str | None, layer: str = "conv_2", bias: float | None = 0.0) -> Cam:
    return Cam(np.array(values, np.float32), layer, country, 0.5, bias)


def test_a_contrast_is_the_difference_of_maps_and_of_scores():
    told = contrast(cam([[3, 1]], "FR", bias=2.0), cam([[1, 4]], "ES", bias=0.5))
    assert told.values.tolist() == [[2, -3]]
    assert (told.country, told.against, told.bias) == ("FR", "ES", 1.5)
    # The mean plus the bias is the difference of the two logits.
    assert told.values.mean() + told.bias == pytest.approx((2 + 2) - (2.5 + 0.5))


def test_a_contrast_without_biases_has_none():
    assert contrast(cam([[1]], "FR", bias=None), cam([[1]], "ES")).bias is None


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (cam([[1]], "ES", layer="conv_3"), "is not probes of conv_3"),
        (cam([[1]], None), "is not of a country"),
    ],
)
def test_maps_that_do_not_belong_together_have_no_contrast(other, reason):
    with pytest.raises(ValueError, match=reason):
        contrast(cam([[1]], "FR"), other)
