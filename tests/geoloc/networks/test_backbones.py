"""A frozen backbone lies beside the models once; with each model is stored what was tuned."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from geoloc.models.registry import available
from geoloc.models.release import WEIGHTS, Release, ReleaseError, load, save
from geoloc.networks import build
from geoloc.networks.timm_backbone import TimmBackbone, published_state
from tests.geoloc import small_models

SHAPE = {"backbone": "test_vit", "tune": "lora", "rank": 2}
FILE = Path("trunks") / "test_vit.r160_in1k.safetensors"


def network(seed: int = 0, **shape) -> TimmBackbone:
    """A random backbone, whose low ranks have moved away from where they start."""
    torch.manual_seed(seed)
    made = build("pretrained", outputs=4, **{**SHAPE, **shape}).eval()
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            if name.endswith(".up"):
                parameter.normal_(0, 0.05)
    return made


def published(folder: Path, made: TimmBackbone, **shape) -> Release:
    spec = {"name": "pretrained", "shape": {**SHAPE, **shape, "outputs": 4}}
    return save(folder, made, small_models.country_card(network=spec))


@pytest.fixture
def released(tmp_path) -> Release:
    return published(tmp_path / "tuned", network())


@pytest.mark.parametrize("tune", ["lora", "head", "whole"])
def test_a_network_on_a_backbone_answers_as_before_to_half_precision(tmp_path, tune):
    made, photos = network(tune=tune), torch.rand(3, 3, 120, 240)
    back = published(tmp_path / "tuned", made, tune=tune).network()
    with torch.inference_mode():
        before, after = made(photos), back(photos)
    assert (after - before).abs().max() < 0.01 * before.abs().max()
    assert (tmp_path / FILE).is_file() == (tune != "whole")


def test_only_what_was_tuned_is_stored_with_a_model(released):
    stored = load_file(released.folder / WEIGHTS)
    assert all(name.startswith("head.") or name.endswith((".up", ".down")) for name in stored)
    size = (released.folder / WEIGHTS).stat().st_size
    assert size < 0.1 * (released.folder.parent / FILE).stat().st_size


def test_a_model_that_is_loaded_to_answer_needs_no_low_ranks(released):
    names = released.network().state_dict()
    assert "backbone.blocks.0.attn.qkv.weight" in names
    assert not any("parametrizations" in name for name in names)


def test_models_on_one_trunk_share_it(released):
    before = (released.folder.parent / FILE).stat().st_mtime_ns
    other = published(released.folder.parent / "other", network(tune="head"), tune="head")
    assert (released.folder.parent / FILE).stat().st_mtime_ns == before
    assert [path.name for path in (released.folder.parent / "trunks").iterdir()] == [FILE.name]
    digests = {model.card.network.backbone_sha256 for model in (released, other)}
    assert len(digests) == 1
    assert [model.name for model in available(released.folder.parent)[0]] == ["small", "small"]


def test_another_version_of_a_backbone_is_not_written_over_the_first(released):
    with pytest.raises(ReleaseError, match="other: .*another version.*another folder"):
        published(released.folder.parent / "other", network(seed=1))
    assert released.network()


def damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def exchanged(path: Path) -> None:
    save_file({key: value + 1 for key, value in load_file(path).items()}, path)


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (Path.unlink, "tuned: .*not in .*Copy that file.*training trunk test_vit.r160_in1k"),
        (damaged, "is damaged, or another version"),
        (exchanged, "is damaged, or another version"),
    ],
)
def test_a_backbone_that_is_not_the_one_it_was_tuned_on_is_refused(released, harm, complaint):
    harm(released.folder.parent / FILE)
    with pytest.raises(ReleaseError, match=complaint):
        released.changed(name="tuned").network()


def test_a_card_without_its_backbone_s_digest_is_refused(released):
    spec = released.card.network.changed(backbone_sha256=None)
    with pytest.raises(ReleaseError, match="another version"):
        released.changed(network=spec).network()


def test_a_backbone_that_is_not_finite_is_refused(tmp_path):
    spoilt = network()
    published_state(spoilt.backbone)["cls_token"].fill_(float("nan"))
    with pytest.raises(ReleaseError, match="not finite"):
        published(tmp_path / "tuned", spoilt).network()


def test_a_model_says_that_it_needs_timm(released, monkeypatch):
    found = load(released.folder)
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(ReleaseError, match="needs timm.*pip install -r requirements.txt"):
        found.network()
