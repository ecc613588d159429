"""Small networks of each kind as country models, for tests of what explains them."""

from __future__ import annotations

from pathlib import Path

import torch

from geoloc.models.release import save
from geoloc.networks import build
from geoloc.tasks.country import CountryClassifier
from tests.geoloc import small_models

SHAPES = {
    "cnn": {"width": 4},
    "resnet18": {},
    "vit": {"width": 16, "depth": 3, "heads": 2},
    "pretrained": {"backbone": "mobilenetv3_small_050"},
    "tokens": {"backbone": "vit_tiny_patch16_224", "tune": "head"},
    "lite0": {"backbone": "tf_efficientnet_lite0"},
}
CPU = torch.device("cpu")


def classifier(folder: Path, kind: str) -> CountryClassifier:
    """A network of `SHAPES` whose normalisation has seen something, published and loaded."""
    name = kind if kind in ("cnn", "resnet18", "vit") else "pretrained"
    shape = SHAPES[kind] | {"outputs": len(small_models.CLASSES)}
    torch.manual_seed(0)
    network = build(name, **shape)
    with torch.no_grad():
        network(torch.rand(8, 3, 120, 240))
    card = small_models.country_card(network={"name": name, "shape": shape})
    return CountryClassifier(save(folder / kind, network.eval(), card), CPU)


def batch(count: int = 2) -> torch.Tensor:
    """Photos of noise, (B, 3, 120, 240)."""
    return torch.rand(count, 3, 120, 240, generator=torch.Generator().manual_seed(1))
