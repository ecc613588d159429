"""Trunks of every kind see the band, and what may not be tuned stays as it was."""

from __future__ import annotations

import copy
import sys

import pytest
import torch
from torch import Tensor

from geoloc.networks import build
from geoloc.networks.pretrained import Pretrained, load_published, published_state

KINDS = {
    "convolutions": ("test_efficientnet", 120),
    "patches of 16": ("test_vit", 128),
    "patches of 14": ("eva02_tiny_patch14_224", 126),
    "DINOv2": ("vit_small_patch14_dinov2", 126),
    "images of one size": ("test_vit_relpos", 128),
}


def made(trunk: str = "test_vit", **shape) -> Pretrained:
    torch.manual_seed(0)
    return build("pretrained", outputs=3, trunk=trunk, **shape).eval()


def photos(count: int = 2, rows: int = 120) -> Tensor:
    return torch.rand(count, 3, rows, 2 * rows, generator=torch.Generator().manual_seed(1))


def rows_seen(network: Pretrained, images: Tensor) -> int:
    """How many rows of an image reach the trunk."""
    seen: list[torch.Size] = []
    hook = network.trunk.register_forward_pre_hook(lambda _, given: seen.append(given[0].shape))
    with torch.inference_mode():
        assert network(images).shape == (len(images), 3)
    hook.remove()
    (shape,) = seen
    assert shape[3] == 2 * shape[2]
    return shape[2]


@pytest.mark.parametrize(("trunk", "rows"), KINDS.values(), ids=KINDS)
def test_any_trunk_takes_the_band_enlarged_to_whole_patches(trunk, rows):
    network = made(trunk)
    assert rows_seen(network, photos()) == rows
    assert 88 <= rows_seen(network, photos(rows=88)) <= 128


@pytest.mark.parametrize(("trunk", "rows"), [("test_vit", 176), ("test_efficientnet", 168)])
def test_the_trunk_s_input_can_be_enlarged_further(trunk, rows):
    assert rows_seen(made(trunk, height=168), photos()) == rows


@pytest.mark.parametrize("height", [-168, 60, 10**6])
def test_an_input_that_is_no_enlarged_band_is_refused(height):
    with pytest.raises(ValueError, match=f"height is 0 or lies in .120, 960., and not {height}"):
        made("test_vit_relpos", height=height)


def test_smaller_images_are_enlarged_in_proportion():
    assert rows_seen(made("test_efficientnet", height=160), photos(rows=84)) == 112


def test_colours_are_standardised_as_the_trunk_was_trained():
    assert made("test_vit").prepare.mean.flatten().tolist() == [0.5, 0.5, 0.5]
    clip = made("eva02_tiny_patch14_224").prepare
    assert clip.mean.flatten().tolist() == pytest.approx([0.4815, 0.4578, 0.4082], abs=1e-4)


def test_lite0_keeps_the_names_of_its_released_weights():
    names = build("pretrained", outputs=3, dropout=0.3, stochastic_depth=0.1).state_dict()
    others = [name for name in names if not name.startswith("trunk.")]
    assert others == ["head.1.weight", "head.1.bias"]
    assert "trunk.conv_stem.weight" in names


def test_held_stages_stay_as_they_are_while_the_others_learn():
    network = build("pretrained", outputs=3)
    network.hold(2)
    before = {key: value.clone() for key, value in network.state_dict().items()}
    network.train()
    network(torch.rand(2, 3, 64, 64)).sum().backward()
    torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=1.0).step()
    after = network.state_dict()
    moved = {key for key, value in before.items() if not torch.equal(value, after[key])}
    held = ("trunk.conv_stem.", "trunk.bn1.", "trunk.blocks.0.", "trunk.blocks.1.")
    assert not {key for key in moved if key.startswith(held)}
    assert {key for key in before if key.startswith("trunk.blocks.2.0.bn1.running")} <= moved


@pytest.mark.parametrize("stages", [0, 7])
def test_all_stages_or_none_are_not_held(stages):
    with pytest.raises(ValueError, match=f"no {stages} stages to hold"):
        build("pretrained", outputs=3).hold(stages)


def tuned(network: Pretrained) -> set[str]:
    return {name for name, parameter in network.named_parameters() if parameter.requires_grad}


HEAD = {"head.1.weight", "head.1.bias"}


def test_a_head_is_tuned_alone():
    network = made(tune="head")
    assert tuned(network) == HEAD
    assert network.frozen == network.state_dict().keys() - HEAD


def test_a_whole_network_has_nothing_frozen():
    network = made()
    assert not network.frozen
    assert tuned(network) == {name for name, _ in network.named_parameters()}


@pytest.mark.parametrize(
    ("shape", "layers"),
    [({"rank": 2}, {"qkv", "proj"}), ({"rank": 2, "mlp_rank": 1}, {"qkv", "proj", "fc1", "fc2"})],
)
def test_low_ranks_and_the_head_are_all_that_is_tuned(shape, layers):
    network = made(tune="lora", **shape)
    low = tuned(network) - HEAD
    assert {name.split(".")[-5] for name in low} == layers
    assert {name.split(".")[-1] for name in low} == {"up", "down"}
    assert network.frozen.isdisjoint(low | HEAD)
    assert network.frozen | low | HEAD == network.state_dict().keys()


def test_low_ranks_answer_like_the_trunk_before_they_are_trained():
    plain, low = made(), made(tune="lora", mlp_rank=2)
    load_published(low.trunk, published_state(plain.trunk))
    with torch.inference_mode():
        assert torch.equal(low.pooled(photos()), plain.pooled(photos()))


def trained(network: Pretrained, steps: int = 2) -> Pretrained:
    """The network after some steps away from where it was."""
    network = copy.deepcopy(network).train()
    optimizer = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        network(photos()).square().sum().backward()
        optimizer.step()
    return network.eval()


@pytest.mark.parametrize(
    ("trunk", "shape"),
    [
        ("test_vit", {"tune": "head"}),
        ("test_vit", {"tune": "lora", "mlp_rank": 2}),
        ("eva02_tiny_patch14_224", {"tune": "lora"}),
    ],
)
def test_training_changes_all_that_is_tuned_and_nothing_that_is_frozen(trunk, shape):
    before = made(trunk, **shape)
    after = trained(before)
    old, new = before.state_dict(), after.state_dict()
    changed = {key for key in old if not torch.equal(old[key], new[key])}
    assert changed == old.keys() - before.frozen == tuned(before)


def test_a_frozen_trunk_s_batch_statistics_stand_still():
    before = made("test_efficientnet", tune="head")
    old, new = before.trunk.state_dict(), trained(before).trunk.state_dict()
    assert all(torch.equal(old[key], new[key]) for key in old)


@pytest.mark.parametrize("trunk", ["test_vit", "test_maxvit"])
def test_folded_low_ranks_answer_as_before(trunk):
    network = trained(made(trunk, tune="lora", mlp_rank=2))
    with torch.inference_mode():
        before = network(photos())
        network.fold()
        assert torch.allclose(network(photos()), before, atol=1e-5)
    assert network.state_dict().keys() == made(trunk).state_dict().keys()


REFUSED = {
    "an unknown trunk": ({"trunk": "vit_immense"}, "timm .* has no model named 'vit_immense'"),
    "an address of a hub": ({"trunk": "hf-hub:someone/model"}, "has no model named 'hf-hub:"),
    "unknown weights": ({"trunk": "test_vit.laion7b"}, "laion7b"),
    "an unknown way": ({"tune": "prompt"}, "tune is one of whole, head, lora, not 'prompt'"),
    "no attention": ({"trunk": "test_efficientnet", "tune": "lora"}, "has no attention to tune"),
    "no rank": ({"tune": "lora", "rank": 0}, "rank is at least 1"),
}


@pytest.mark.parametrize(("shape", "complaint"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_built_says_why(shape, complaint):
    with pytest.raises((RuntimeError, ValueError), match=complaint):
        made(**shape)


def test_weights_of_another_trunk_are_refused():
    with pytest.raises(ValueError, match="not the weights of test_vit.r160_in1k"):
        load_published(made().trunk, published_state(made("test_vit2").trunk))


def test_without_timm_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(RuntimeError, match="needs timm.*pip install -r requirements.txt"):
        made()
