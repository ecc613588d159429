"""A backbone sees each photo once, whatever is tried on it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from geoloc.networks import build
from geoloc.networks.device import best_device, compiled, mixed_precision
from geoloc.photo.inputs import BAND, Crops, InputSpec
from training import embeddings as cache
from training.embeddings import View, digest_of, embeddings, only_its_head

CPU = torch.device("cpu")
ROWS = np.arange(6)


@pytest.fixture
def network():
    torch.manual_seed(0)
    return build("pretrained", outputs=3, backbone="test_vit", tune="head").eval()


@pytest.fixture
def frames(countries, tmp_path):
    """Frames with a place of their own for what is kept."""
    return dataclasses.replace(countries.frames, place=tmp_path)


def test_embeddings_are_those_of_the_network_and_computed_once(network, frames, monkeypatch):
    batch = torch.from_numpy(frames.inputs(ROWS)).permute(0, 3, 1, 2) / 255
    with torch.inference_mode():
        expected = network.embed(batch)
    first = embeddings(network, frames, ROWS, CPU)
    assert torch.allclose(first, expected, rtol=0.02, atol=0.02)
    monkeypatch.setattr(type(network), "embed", lambda *_: pytest.fail("embedded again"))
    monkeypatch.setattr(cache, "photos_at_once", lambda *_: 4)
    assert torch.equal(embeddings(network, frames, ROWS, CPU), first)


@pytest.mark.parametrize("change", ["weights", "view", "rows", "broken file"])
def test_what_would_be_other_embeddings_is_computed(network, frames, change):
    before, rows, view = embeddings(network, frames, ROWS, CPU), ROWS, View()
    if change == "weights":
        with torch.no_grad():
            network.backbone.norm.weight += 1
    if change == "broken file":
        for file in frames.place.glob("*.safetensors"):
            file.write_bytes(b"broken")
    view = View(mirrored=True) if change == "view" else view
    rows = ROWS[::-1].copy() if change == "rows" else ROWS
    after = embeddings(network, frames, rows, CPU, view)
    assert torch.equal(after, before) == (change == "broken file")


def test_another_head_has_the_same_embeddings_and_other_low_ranks_have_not(network):
    other = build("pretrained", outputs=5, backbone="test_vit", tune="head")
    other.backbone.load_state_dict(network.backbone.state_dict())
    assert digest_of(other) == digest_of(network) and only_its_head(other)
    assert not only_its_head(build("pretrained", outputs=5, backbone="test_vit", tune="lora"))
    assert not only_its_head(build("cnn", outputs=5))


@pytest.mark.parametrize(
    "crops", [Crops((-30, 0, 30), True), Crops((0,), True, InputSpec(64, 64, "square"))]
)
def test_views_are_the_crops_that_a_card_names(frames, crops):
    data = frames if crops.spec == BAND else dataclasses.replace(frames, framing=crops.spec.framing)
    expected = crops.of_all(map(data.frame, ROWS))
    views = np.stack([view.of(data, ROWS) for view in View.all_of(crops)], axis=1)
    assert np.array_equal(views, expected)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU of NVIDIA's")
def test_a_gpu_embeds_in_bfloat16_and_compiled_about_what_a_cpu_embeds(network, frames):
    device = best_device()
    expected = embeddings(network, frames, ROWS, CPU)
    network.to(device)
    half = embeddings(network, dataclasses.replace(frames, place=None), ROWS, device)
    ask = compiled(network.embed, device, batches=10_000)
    batch = BAND.batch(frames.inputs(ROWS), device)
    with torch.inference_mode(), mixed_precision(device):
        quick = ask(batch).float().cpu()
    for each in (half, quick):
        assert torch.nn.functional.cosine_similarity(each, expected).min() > 0.99
