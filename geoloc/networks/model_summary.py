"""What a network is made of: its stages in order, the shapes they hand on, their parameters.

A network with random weights runs once: PyTorch's meta device, which has shapes only, takes
seconds to load.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from geoloc.networks import build

_MOST = 0.8  # of all parameters: a stage that has more is shown by its parts
_LEAST = 0.005  # of all parameters: a stage that has less and keeps the shape is no stage


@dataclass(frozen=True)
class Stage:
    """A part of a network.

    Attributes:
        name: in the network, such as "conv_2" or "backbone.layer4".
        shape: what it hands on for one photo, such as (40, 5, 10).
        parameters: how many it has.
    """

    name: str
    shape: tuple[int, ...]
    parameters: int


def model_summary(name: str, shape: dict[str, Any]) -> tuple[Stage, ...]:
    """The stages that a photo passes, the photo itself first.

    Args:
        name: one of `geoloc.networks.names()`.
        shape: what the network's constructor takes.

    Raises:
        ValueError: if no network has this name, or it takes no such shape.

    Example:
        >>> [stage.name for stage in model_summary("cnn", {"outputs": 55})]
        ['photo', 'conv_1', 'conv_2', 'conv_3', 'head']
    """
    network = build(name, **shape).eval()
    photo = torch.zeros(1, 3, *network.input_size)
    shapes: dict[str, tuple[int, ...]] = {}
    for label, part in network.named_modules():
        part.register_forward_hook(lambda _, __, out, label=label: shapes.update({label: _of(out)}))
    with torch.no_grad():
        network(photo)
    sizes = _parts(network, "", shapes, _parameters(network))
    seen = [(label, shape) for label, shape in shapes.items() if label in sizes]
    return _merged(_of(photo), seen, sizes, _parameters(network))


def _parts(
    network: nn.Module, prefix: str, shapes: dict[str, tuple[int, ...]], total: int
) -> dict[str, int]:
    """Parameters of parts by their dotted names; what is too much for one stage is opened.

    So is what was not called itself. Parameters that lie in no part are its first part's.
    """
    sizes: dict[str, int] = {}
    for label, part in network.named_children():
        whole = _parameters(part)
        large = whole > _MOST * total and any(part.children())
        if large or f"{prefix}{label}" not in shapes:
            sizes |= _parts(part, f"{prefix}{label}.", shapes, total)
        else:
            sizes[f"{prefix}{label}"] = whole
    if sizes:
        sizes[next(iter(sizes))] += _parameters(network) - sum(sizes.values())
    return sizes


def _merged(
    photo: tuple[int, ...],
    seen: list[tuple[str, tuple[int, ...]]],
    sizes: dict[str, int],
    total: int,
) -> tuple[Stage, ...]:
    """Stages in order; what neither changes the shape nor weighs belongs to the one before."""
    stages = [Stage("photo", photo, 0)]
    for label, shape in seen:
        last, own = stages[-1], sizes[label]
        if shape == last.shape and own < _LEAST * total:
            stages[-1] = Stage(last.name, shape, last.parameters + own)
        else:
            stages.append(Stage(label, shape, own))
    return tuple(stages)


def _of(out: Tensor | tuple[Tensor, ...]) -> tuple[int, ...]:
    """The shape for one photo of what a part gives, or of the first of several."""
    first = out if isinstance(out, Tensor) else out[0]
    return tuple(first.shape[1:])


def _parameters(part: nn.Module) -> int:
    return sum(parameter.numel() for parameter in part.parameters())
