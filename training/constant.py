"""Fixed numbers that are sent to a device once: sending them for each batch waits for it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor


@lru_cache(maxsize=256)
def constant(values: tuple[Any, ...], device: torch.device) -> Tensor:
    """Numbers, or rows of them, as float32 on a device; nobody may write to them.

    Example:
        >>> constant((1.0, 2.0), torch.device("cpu"))
        tensor([1., 2.])
    """
    return torch.tensor(values, dtype=torch.float32, device=device)


@lru_cache(maxsize=64)
def sent(values: Tensor, device: torch.device) -> Tensor:
    """A tensor that is never written to, on a device."""
    return values.to(device)
