"""Where the networks run, and with how many digits."""

from __future__ import annotations

import torch


def best_device() -> torch.device:
    """A CUDA or Apple GPU where there is one, the CPU otherwise."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def mixed_precision(device: torch.device) -> torch.autocast:
    """bfloat16 where the processor multiplies it in hardware; float32 elsewhere."""
    able = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    able |= device.type == "cpu" and torch.cpu.get_capabilities().get("avx512_bf16", False)
    return torch.autocast(device.type, torch.bfloat16, enabled=able)
