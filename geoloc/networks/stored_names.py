"""What cards and weights of format 1 call otherwise: a network's backbone was its trunk.

Released weights stay as they are, so that their names are read as today's in this one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor


def lifted_shape(shape: Mapping[str, Any]) -> dict[str, Any]:
    """A network's name and shape, of a card or its recipe, in today's words."""
    return {("backbone" if key == "trunk" else key): value for key, value in shape.items()}


def lifted_weights(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A network's weights under the names that it has today."""
    return {
        f"backbone.{key.removeprefix('trunk.')}" if key.startswith("trunk.") else key: value
        for key, value in weights.items()
    }
