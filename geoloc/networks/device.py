"""Where the networks run."""

from __future__ import annotations

import torch


def best_device() -> torch.device:
    """A CUDA or Apple GPU where there is one, the CPU otherwise."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")
