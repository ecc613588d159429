"""Where the networks run, how precisely they multiply there, and how many photos fit at once.

Training, and embedding many photos, multiply in bfloat16 on CUDA and on Apple GPUs, whose matrix
units do that at twice the speed of float32 or more, in half the memory (Kalamkar et al. 2019,
arXiv:1905.12322); a photo that is asked about is answered in float32, as its card was measured.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TypeVar

import torch
from torch import nn

from geoloc.errors import GeolocError

Compiled = TypeVar("Compiled", bound=Callable[..., Any])
Network = TypeVar("Network", bound=nn.Module)

MOST = 1024
"""Photos at once: with more, no GPU gets any faster."""

COMPILED_FROM = 300
"""Batches from which compiling, which takes about a minute, is won back."""

_PIXELS = 2**21
_MAC_WITH_BFLOAT16 = 14


class DeviceError(GeolocError):
    """A device that this machine does not have, and what to do about it."""


def best_device() -> torch.device:
    """A CUDA or Apple GPU where there is one, the CPU otherwise."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def device_of(name: str) -> torch.device:
    """The device of a name, such as "cpu", "cuda", "cuda:1" or "mps"; "auto" is the best one.

    Raises:
        DeviceError: if there is no such device here.

    Example:
        >>> device_of("cpu")
        device(type='cpu')
    """
    if name == "auto":
        return best_device()
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (AssertionError, NotImplementedError, RuntimeError) as error:
        raise DeviceError(
            "no_device",
            "there is no device {device} here: take {best}, or auto, which finds it.",
            device=name,
            best=best_device(),
        ) from error
    return device


def channels_last(network: Network, device: torch.device) -> Network:
    """A network on a device, its weights laid out as convolutions take them fastest.

    Photos come so too: of other weights every run would make a copy that lies so.
    """
    # What torch takes but doesn't type: a layout beside a device.
    layout: dict[str, Any] = {"memory_format": torch.channels_last}
    return network.to(device, **layout)


def mixed_precision(device: torch.device) -> torch.autocast:
    """bfloat16 where the processor multiplies it in hardware; float32 elsewhere."""
    return torch.autocast(device.type, torch.bfloat16, enabled=multiplies_bfloat16(device))


def multiplies_bfloat16(device: torch.device) -> bool:
    """Whether a device has bfloat16 in hardware."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "mps":
        return torch.backends.mps.is_macos_or_newer(_MAC_WITH_BFLOAT16, 0)
    return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))


def compiled(function: Compiled, device: torch.device, batches: int) -> Compiled:
    """A function on batches of one shape, compiled where that pays: on CUDA, for many of them.

    Args:
        function: a network, or what calls one.
        device: where it runs.
        batches: how often it will be called.
    """
    # Triton, which makes the kernels, comes with PyTorch for CUDA on Linux alone.
    if device.type != "cuda" or batches < COMPILED_FROM or find_spec("triton") is None:
        return function
    return torch.compile(function, dynamic=False)  # type: ignore[return-value]  # same call


@torch.inference_mode()
def photos_at_once(
    ask: Callable[[torch.Tensor], Any], size: tuple[int, int], device: torch.device
) -> int:
    """How many photos go through a network at once, by the memory that is free.

    Args:
        ask: what is called with a batch.
        size: rows and columns of its photos.
        device: where it is.
    """
    if device.type != "cuda":
        # More would leave a CPU's cache; a GPU that shares the memory has the same to spare.
        return max(1, min(MOST, _PIXELS // (size[0] * size[1])))
    torch.cuda.synchronize(device)
    torch.cuda.reset_peak_memory_stats(device)
    before = torch.cuda.memory_allocated(device)
    with mixed_precision(device):
        ask(torch.zeros(2, 3, *size, device=device))
    each = max(1, (torch.cuda.max_memory_allocated(device) - before) // 2)
    free, _all = torch.cuda.mem_get_info(device)
    return max(1, min(MOST, free // 2 // each))
