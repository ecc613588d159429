"""Maps that are sums: they add up to the logit, agree with each other, and can be written out."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from torch import Tensor

from geoloc.explain import Terms, explainers
from geoloc.networks.cnn import MAPS
from geoloc.photo.inputs import prepare, to_batch
from tests.geoloc import small_models
from tests.geoloc.explain import networks

ENDING_IN_A_MEAN = ("resnet18", "vit", "lite0")


def of(classifier, name: str):
    return next(explainer for explainer in explainers(classifier) if explainer.name == name)


@pytest.mark.parametrize("kind", ["cnn", *ENDING_IN_A_MEAN])
def test_the_mean_of_the_last_blocks_map_and_the_bias_make_the_networks_logit(classifier_of, kind):
    classifier = classifier_of(kind)
    photo = small_models.photos(1)[0]
    with torch.no_grad():
        logits = classifier.network(to_batch([prepare(photo.pixels)]))[0].tolist()
    for country, logit in zip(small_models.CLASSES, logits, strict=True):
        (cam,) = of(classifier, "last_block").explain_layers(photo, country)
        assert cam.values.mean() + cam.bias == pytest.approx(logit, abs=1e-3)


@pytest.mark.parametrize("kind", ENDING_IN_A_MEAN)
def test_after_the_last_block_grad_cam_is_the_class_activation(classifier_of, kind):
    photo = small_models.photos(1)[0]
    (activation,) = of(classifier_of(kind), "last_block").explain_layers(photo, "JP")
    gradient = of(classifier_of(kind), "grad_cam").explain(photo, "JP", activation.layer)
    assert gradient.values == pytest.approx(activation.values, abs=1e-3)


def test_grad_cam_is_what_hooks_would_find(classifier_of):
    classifier = classifier_of("resnet18")
    batch, layer = networks.batch(), classifier.network.backbone.layer3
    kept = {}
    hooks = [
        layer.register_forward_hook(lambda _, __, out: kept.update(maps=out)),
        layer.register_full_backward_hook(lambda _, __, out: kept.update(gradient=out[0])),
    ]
    logits = classifier.network(batch)
    (logits[0, 2] + logits[1, 0]).backward()
    for hook in hooks:
        hook.remove()
    classifier.network.zero_grad(set_to_none=True)
    weights = kept["gradient"].mean(dim=(2, 3), keepdim=True)
    expected = (weights * kept["maps"]).sum(dim=1).detach()
    found = of(classifier, "grad_cam").read(batch, [2, 0])["layer3"].values
    # Ours sums gradients over the 8 x 15 positions where the paper has their mean.
    assert torch.allclose(found / 120, expected, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("resnet18", "last_block"),
        ("resnet18", "grad_cam"),
        ("cnn", "grad_cam"),
        ("vit", "grad_cam"),
    ],
)
def test_a_map_is_the_sum_of_its_terms(classifier_of, kind, name):
    explainer = of(classifier_of(kind), name)
    photo = small_models.photos(1)[0]
    for layer in explainer.layers:
        cam, terms = explainer.explain(photo, "FR", layer), explainer.terms(photo, "FR")[layer]
        assert terms.whole == pytest.approx(cam.values, abs=1e-3)
        everything = terms.strongest(len(terms.maps))
        assert sum(term.adds for term in everything) == pytest.approx(cam.values.mean(), abs=1e-3)
        assert terms.bias == cam.bias


numbers = st.floats(-100, 100, width=32)


@given(st.data())
@settings(max_examples=30)
def test_a_whole_has_the_mean_of_what_its_terms_add(data):
    count, height, width = (data.draw(st.integers(1, 6)) for _ in range(3))
    maps = data.draw(arrays.arrays(np.float32, (count, height, width), elements=numbers))
    weights = data.draw(arrays.arrays(np.float32, count, elements=numbers))
    terms = Terms(maps, weights, None)
    assert terms.whole.shape == (height, width) and terms.whole.dtype == np.float32
    added = sum(term.adds for term in terms.strongest(count))
    assert float(terms.whole.mean()) == pytest.approx(added, abs=0.1)


@pytest.mark.parametrize("layer", MAPS)
def test_enlarging_the_maps_enlarges_the_whole_and_keeps_its_mean(layer):
    generator = torch.Generator().manual_seed(0)
    maps = torch.rand(MAPS[layer], generator=generator)
    weights = torch.randn(len(maps), generator=generator)

    def enlarged(small: Tensor) -> Tensor:
        return F.interpolate(small[None], size=(120, 240), mode="bilinear", align_corners=False)[0]

    small, large = (Terms.of(each, weights, None).whole for each in (maps, enlarged(maps)))
    assert small.min() < 0 < small.max()
    assert large == pytest.approx(enlarged(torch.from_numpy(small)[None])[0].numpy(), abs=1e-4)
    assert large.mean() == pytest.approx(small.mean(), abs=1e-4)


def test_a_head_with_weights_for_each_position_is_no_sum_of_whole_maps(classifier_of):
    assert of(classifier_of("cnn"), "last_block").terms(small_models.photos(1)[0], "FR") == {}


def test_the_strongest_terms_are_those_that_change_the_map_most():
    maps = np.array([[[1.0, 1.0]], [[9.0, 9.0]], [[0.0, 2.0]]], np.float32)
    terms = Terms(maps, np.array([5.0, -1.0, 0.1], np.float32), bias=None)
    first, second, third = terms.strongest(3)
    assert [term.number for term in (first, second, third)] == [2, 1, 3]
    assert (first.weight, first.adds) == (-1.0, -9.0)
    assert third.adds == pytest.approx(0.1)
    assert [term.number for term in terms.strongest(1)] == [2]
