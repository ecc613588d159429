"""What every network is: maps, an embedding and logits from one forward, and a name to build it by.

A network of one's own is one file:

    @register("mine")
    class Mine(GeoNetwork): ...

From then on recipes and cards may name it, and every explanation that fits what it says of itself
explains it. Nothing here is found out by hooks: visitors share one network, and two hooks at work
at once get each other's maps; a forward leaves nothing behind.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Features:
    """What one forward gives.

    Attributes:
        maps: layer -> (B, K, h, w), the last layer last. Gradients lead from the logits to those
            that the logits were computed from.
        logits: (B, N), what `forward` gives.
        embedding: (B, D), what the head reads of a photo.
    """

    maps: dict[str, Tensor]
    logits: Tensor
    embedding: Tensor


@dataclass(frozen=True)
class Attention:
    """How the tokens of a forward attended to each other, and what was read of them.

    Attributes:
        blocks: A of each block, (B, heads, T, T): row i is how much token i took from each token,
            and adds up to 1.
        logits: (B, N), computed from these very tensors.
        readout: (T,), or (B, T) where it differs from photo to photo: the share of each token in
            what the head reads; 1 / T each for a mean over tokens, 1 for a class token and 0 for
            the others.
        grid: rows and columns of the patches' tokens, which are the last ones.
    """

    blocks: tuple[Tensor, ...]
    logits: Tensor
    readout: Tensor
    grid: tuple[int, int]


class GeoNetwork(nn.Module, ABC):
    """(B, 3, H, W), as its `InputSpec` makes of a photo, -> (B, outputs).

    That is colours in [0, 1] for a network that standardises them itself, by `Standardise`.

    Attributes:
        input_size: rows and columns of the photos that it was made for; it may take others too.
        attends: whether `attention` gives how its tokens attend to each other.
        embeds_places: whether photos of one place have embeddings near each other, so that a city
            model compares a photo's with those of its training photos.
        rerank_layer: the layer whose maps tell such photos apart at close range; None without one.
        backbone: what makes the embedding: all that another head could be put on.
        head: what makes logits of an embedding; its last linear layer holds the weights of classes.

    Example:
        >>> import torch
        >>> from geoloc.networks import build
        >>> network = build("cnn", outputs=55).eval()
        >>> features = network.features(torch.rand(1, 3, 120, 240))
        >>> {layer: tuple(maps.shape) for layer, maps in features.maps.items()}
        {'conv_2': (1, 40, 5, 10), 'conv_3': (1, 60, 2, 5)}
        >>> tuple(features.logits.shape), tuple(features.embedding.shape)
        ((1, 55), (1, 600))
    """

    input_size: tuple[int, int] = (120, 240)
    attends: bool = False
    embeds_places: bool = False
    rerank_layer: str | None = None
    backbone: nn.Module
    head: nn.Module

    @abstractmethod
    def features(self, x: Tensor) -> Features:
        """Maps, logits and embedding of photos (B, 3, H, W) in [0, 1], from one forward."""

    def embed(self, x: Tensor) -> Tensor:
        """The embedding alone, (B, D)."""
        return self.features(x).embedding

    def forward(self, x: Tensor) -> Tensor:
        return self.features(x).logits

    def attention(self, x: Tensor) -> Attention:
        """How tokens attend to each other, for a network that says that it `attends`."""
        raise NotImplementedError(f"{type(self).__name__} has no tokens that attend to each other")

    @property
    def frozen(self) -> frozenset[str]:
        """The names in its state of all that training leaves as others published it."""
        return frozenset()

    def fold(self) -> None:
        """Put what was tuned beside frozen weights into them: quicker, no longer to be trained."""


Network = TypeVar("Network", bound=type[GeoNetwork])

_NETWORKS: dict[str, type[GeoNetwork]] = {}
_MODULES = {
    "cnn": "cnn",
    "resnet18": "resnet",
    "vit": "vit",
    "pretrained": "timm_backbone",
    "place": "place",
    "transformers": "transformers_backbone",
}
"""Where networks of this package register, imported when asked for: timm takes seconds."""


def register(name: str) -> Callable[[Network], Network]:
    """Let recipes and cards name a network.

    Args:
        name: a word for `build`, cards and recipes.

    Raises:
        ValueError: if another network has this name.

    Example:
        >>> import torch
        >>> from geoloc.networks import Features, GeoNetwork, build, register
        >>> @register("mean-colour")
        ... class MeanColour(GeoNetwork):
        ...     def __init__(self, outputs: int) -> None:
        ...         super().__init__()
        ...         self.backbone = nn.Conv2d(3, 8, 16, stride=16)
        ...         self.head = nn.Linear(8, outputs)
        ...
        ...     def features(self, x: Tensor) -> Features:
        ...         maps = self.backbone(x)
        ...         embedding = maps.mean(dim=(2, 3))
        ...         return Features({"patches": maps}, self.head(embedding), embedding)
        >>> tuple(build("mean-colour", outputs=5)(torch.rand(2, 3, 120, 240)).shape)
        (2, 5)
    """

    def add(network: Network) -> Network:
        home = f"{network.__module__}.{network.__qualname__}"
        other = _NETWORKS.get(name)
        # A notebook's cell, run again, makes a new class of the same name.
        is_other = other is not None and f"{other.__module__}.{other.__qualname__}" != home
        if is_other or (name in _MODULES and network.__module__ != _home(name)):
            raise ValueError(f"there is a network named {name!r} already: choose another name")
        _NETWORKS[name] = network
        return network

    return add


def names() -> tuple[str, ...]:
    """The names of all networks, this package's first."""
    return tuple(dict.fromkeys([*_MODULES, *_NETWORKS]))


def network_type(name: str) -> type[GeoNetwork]:
    """The class that is registered under a name.

    Raises:
        ValueError: if there is none.
    """
    if name not in _NETWORKS and name in _MODULES:
        # Within somebody's `torch.device("meta")`, what a module computes at import would be empty.
        with torch.device("cpu"):
            import_module(_home(name))
    if name not in _NETWORKS:
        raise ValueError(f"there is no network named {name!r}; there are {', '.join(names())}")
    return _NETWORKS[name]


def build(name: str, **shape: float | str | Sequence[int]) -> GeoNetwork:
    """A freshly initialised network, (B, 3, H, W) in [0, 1] -> (B, outputs).

    Args:
        name: one of `names`.
        shape: what its constructor takes; `outputs` always.

    Raises:
        ValueError: if no network has this name, or it takes no such shape.
    """
    network: Callable[..., Any] = network_type(name)
    parameters = inspect.signature(network).parameters
    unknown = sorted(shape.keys() - parameters.keys())
    if unknown:
        raise ValueError(f"{name} takes {', '.join(parameters)}, not {', '.join(unknown)}")
    return network(**shape)


def _home(name: str) -> str:
    return f"geoloc.networks.{_MODULES[name]}"
