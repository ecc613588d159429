"""A network sees a photo as its card says, wherever it is asked: answers, maps and pins alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from geoloc.explain import PinCam, explainers
from geoloc.models.card import Input
from geoloc.models.registry import load_model
from geoloc.models.release import ReleaseError, save
from geoloc.networks import Features, GeoNetwork, build, register
from geoloc.photo.inputs import InputSpec, to_batch
from tests.geoloc import small_models

CPU = torch.device("cpu")
NETWORK = {"name": "pretrained", "backbone": "test_efficientnet"}
SPECS = [
    InputSpec(96, 96, "square"),
    InputSpec(320, 320, "square"),
    InputSpec(64, 96, "full"),
    InputSpec(64, 128, "band"),
]


def saved(folder: Path, spec: InputSpec, card: dict, outputs: int):
    torch.manual_seed(0)
    shape = {"outputs": outputs, "backbone": NETWORK["backbone"], "input_size": list(spec.size)}
    network = build(NETWORK["name"], **shape).eval()
    network_part = {"name": NETWORK["name"], "shape": shape}
    part = Input.of(spec).model_dump(mode="json")
    return load_model(save(folder, network, card | {"network": network_part, "input": part}), CPU)


@pytest.mark.parametrize("spec", SPECS)
def test_a_country_model_answers_and_explains_what_it_sees(spec, tmp_path):
    model = saved(tmp_path / "m", spec, small_models.country_card(), 4)
    photo = small_models.photos(1)[0]
    view = spec.prepare(photo.pixels)
    assert view.shape == (*spec.size, 3)
    with torch.inference_mode():
        expected = model.network(to_batch([view])).softmax(dim=1)[0].numpy()
    answer = model.predict(photo)
    assert answer.over(model.classes) == pytest.approx(expected, abs=1e-5)
    for explainer in explainers(model):
        cams = explainer.explain_layers(photo, answer.codes[0])
        assert all(cam.spec == spec for cam in cams)
        shown = [cam.probability for cam in cams if cam.probability is not None]
        assert shown == pytest.approx([answer.probabilities[0]] * len(shown), abs=1e-4)


def test_a_city_model_pins_and_explains_what_it_sees(tmp_path):
    spec = InputSpec(64, 64, "square")
    model = saved(tmp_path / "m", spec, small_models.city_card(), 2)
    photo = small_models.photos(1)[0]
    latitudes, longitudes = model.positions(spec.prepare(photo.pixels)[None])
    pin = model.predict(photo).position
    assert (pin.lat, pin.lon) == pytest.approx((latitudes[0], longitudes[0]))
    cam = PinCam(model).explain(photo)
    assert cam.spec == spec and np.isfinite(cam.values).all()


@register("only-bands")
class OnlyBands(GeoNetwork):
    """Takes photos of 120 rows and 240 columns, and no others."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.backbone = nn.Sequential(nn.AvgPool2d(12), nn.Flatten())
        self.head = nn.Linear(3 * 10 * 20, outputs)

    def features(self, x: Tensor) -> Features:
        embedding = self.backbone(x)
        return Features({}, self.head(embedding), embedding)


def test_a_card_that_asks_for_an_input_that_its_network_cannot_take_is_refused(tmp_path):
    card = small_models.country_card(network={"name": "only-bands", "shape": {"outputs": 4}})
    save(tmp_path / "m", OnlyBands(4), card).hold_against_weights()
    part = Input.of(InputSpec(64, 64, "square")).model_dump(mode="json")
    model = save(tmp_path / "m", OnlyBands(4), card | {"input": part})
    with pytest.raises(ReleaseError, match="takes no photos of 64 rows and 64 columns"):
        model.hold_against_weights()
    with pytest.raises(ReleaseError, match="takes no photos of 64 rows and 64 columns"):
        model.network()


@pytest.mark.parametrize(
    "part", [{"height": 100, "width": 100, "method": "square"}, {"method": "round"}]
)
def test_a_card_with_an_input_that_cannot_be_made_is_refused(part, tmp_path):
    with pytest.raises(ReleaseError, match="input"):
        save(tmp_path / "m", small_models.network(), small_models.country_card(input=part))
