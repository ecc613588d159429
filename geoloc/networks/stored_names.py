"""What released weights call otherwise: a network's backbone was its trunk.

Released weights stay as they are, so that their names are read as today's in this one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Value = TypeVar("Value")
"""A tensor, or its shape."""


def lifted_weights(weights: Mapping[str, Value]) -> dict[str, Value]:
    """A network's weights, or their shapes, under the names that they have today."""
    return {
        f"backbone.{key.removeprefix('trunk.')}" if key.startswith("trunk.") else key: value
        for key, value in weights.items()
    }
