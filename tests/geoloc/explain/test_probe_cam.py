"""Class activation maps by linear models: they sum up to the logit, and point where photos do."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from geoloc.explain import ProbeCam
from geoloc.models.release import ReleaseError, save
from geoloc.networks import Features
from geoloc.networks.cnn import CNN, MAPS
from geoloc.photo.inputs import prepare, to_batch
from geoloc.tasks.country import CountryClassifier
from tests.geoloc import small_models

CPU = torch.device("cpu")


def random_probes(seed: int = 0) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    probes = {}
    for layer, (maps, _, _) in MAPS.items():
        probes[f"{layer}.weight"] = torch.randn(
            len(small_models.CLASSES), maps, generator=generator
        )
        probes[f"{layer}.bias"] = torch.randn(len(small_models.CLASSES), generator=generator)
    return probes


def explainer(folder) -> ProbeCam:
    released = save(folder, small_models.network(), small_models.country_card())
    released = released.with_probes(random_probes())
    return ProbeCam(CountryClassifier(released, CPU))


@pytest.fixture(scope="module")
def cams(tmp_path_factory) -> ProbeCam:
    return explainer(tmp_path_factory.mktemp("small"))


def linear_logits(cams: ProbeCam, photo, layer: str) -> Tensor:
    """What the layer's linear models say of a photo, computed without any CAM."""
    maps = cams.classifier.network.features(to_batch([prepare(photo.pixels)])).maps[layer][0]
    return cams.probes[f"{layer}.weight"] @ maps.flatten(1).mean(1) + cams.probes[f"{layer}.bias"]


@pytest.mark.parametrize("layer", MAPS)
def test_the_mean_of_a_cam_and_the_bias_make_the_logit(cams, layer):
    for photo in small_models.photos(2):
        logits = linear_logits(cams, photo, layer).tolist()
        for country, logit in zip(small_models.CLASSES, logits, strict=True):
            cam = cams.explain(photo, country, layer)
            assert cam.values.mean() + cam.bias == pytest.approx(logit, abs=1e-4)
            assert cam.values.shape == MAPS[layer][1:] and cam.values.dtype == np.float32
            assert (cam.layer, cam.country) == (layer, country)


@pytest.mark.parametrize("layer", MAPS)
def test_a_cams_probability_is_the_softmax_of_all_countries_logits(cams, layer):
    photo = small_models.photos(1)[0]
    told = [cams.explain(photo, country, layer).probability for country in small_models.CLASSES]
    assert told == pytest.approx(linear_logits(cams, photo, layer).softmax(0).tolist(), abs=1e-5)
    assert sum(told) == pytest.approx(1)


class Symmetric(CNN):
    """Treats left and right alike: its maps are the photo's colours, shrunk, in many shades."""

    def features(self, x: Tensor) -> Features:
        maps = {}
        for layer, (count, *size) in MAPS.items():
            small = F.adaptive_avg_pool2d(x, size)
            maps[layer] = torch.cat([small ** (1 + i) for i in range(count)], dim=1)[:, :count]
        return Features(maps, self.head(maps["conv_3"]), maps["conv_3"].flatten(1))


@pytest.fixture(scope="module")
def symmetric(tmp_path_factory) -> ProbeCam:
    cams = explainer(tmp_path_factory.mktemp("symmetric"))
    cams.classifier.network = Symmetric(len(small_models.CLASSES), width=4).eval()
    return cams


@pytest.mark.parametrize("layer", MAPS)
@pytest.mark.parametrize(("height", "width"), [(180, 240), (240, 180), (360, 480)])
def test_a_mirrored_photo_mirrors_its_cam(symmetric, layer, height, width):
    photo = small_models.photos(1, height, width)[0]
    mirrored = small_models.photo(np.ascontiguousarray(photo.pixels[:, ::-1]))
    here, there = (symmetric.explain(p, "FR", layer) for p in (photo, mirrored))
    assert np.abs(here.values - here.values[:, ::-1]).max() > 0.1
    assert there.values == pytest.approx(here.values[:, ::-1], abs=0.02)
    assert there.probability == pytest.approx(here.probability, abs=0.01)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 9), (4, 0), (4, 9), (2, 6)])
def test_a_cam_lights_up_where_the_photo_does(symmetric, row, column):
    weight = symmetric.probes["conv_2.weight"]
    before, weight[1] = weight[1].clone(), 0
    weight[1, 0] = 1.0
    pixels = np.zeros((180, 240, 3), np.uint8)
    pixels[30 + row * 24 : 30 + (row + 1) * 24, column * 24 : (column + 1) * 24, 0] = 255
    values = symmetric.explain(small_models.photo(pixels), small_models.CLASSES[1], "conv_2").values
    weight[1] = before
    expected = np.zeros((5, 10))
    expected[row, column] = 1
    assert values == pytest.approx(expected, abs=1e-6)


def test_evidence_against_a_country_is_negative(cams):
    photo = small_models.photos(1)[0]
    least = [
        cams.explain(photo, country, "conv_2").values.min() for country in small_models.CLASSES
    ]
    assert min(least) < 0


def test_a_country_that_the_model_does_not_know_is_named(cams):
    with pytest.raises(KeyError, match="XK is not a class of small"):
        cams.explain(small_models.photos(1)[0], "XK", "conv_2")


def test_explaining_changes_nothing(cams):
    photo = small_models.photos(1)[0]
    before = {k: v.clone() for k, v in cams.classifier.network.state_dict().items()}
    first = cams.explain(photo, "FR", "conv_3")
    assert np.array_equal(first.values, cams.explain(photo, "FR", "conv_3").values)
    after = cams.classifier.network.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)
    assert not cams.classifier.network.training


def test_a_model_without_linear_models_has_no_cams(tmp_path):
    released = save(tmp_path, small_models.network(), small_models.country_card())
    assert not ProbeCam.fits(released)
    with pytest.raises(ReleaseError, match="probes.safetensors"):
        ProbeCam(CountryClassifier(released, CPU))


def test_a_model_with_linear_models_has_cams(cams):
    assert ProbeCam.fits(cams.classifier.checkpoint)
