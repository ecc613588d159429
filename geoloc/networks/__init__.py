"""The networks, by name: `build("cnn", outputs=55)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module

from torch import nn

NETWORKS: dict[str, tuple[str, str]] = {
    "cnn": ("cnn", "CNN"),
    "resnet18": ("resnet", "ResNet18"),
    "vit": ("vit", "VisionTransformer"),
    "pretrained": ("timm_backbone", "Pretrained"),
    "place": ("place", "Place"),
}
"""Name -> module and class; imported when built, since torchvision and timm take seconds."""


def build(name: str, **shape: float | str) -> nn.Module:
    """A freshly initialised network, (B, 3, 120, 240) in [0, 1] -> (B, outputs).

    Args:
        name: a key of `NETWORKS`.
        shape: what its constructor takes; `outputs` always.

    Raises:
        ValueError: if no network has this name, or it takes no such shape.
    """
    if name not in NETWORKS:
        raise ValueError(f"there is no network named {name!r}; there are {', '.join(NETWORKS)}")
    module, kind = NETWORKS[name]
    network: Callable[..., nn.Module] = getattr(import_module(f"geoloc.networks.{module}"), kind)
    takes = inspect.signature(network).parameters
    unknown = sorted(shape.keys() - takes.keys())
    if unknown:
        raise ValueError(f"{name} takes {', '.join(takes)}, not {', '.join(unknown)}")
    return network(**shape)
