"""One training in several processes, which torchrun starts: every process follows the same loop.

    torchrun --nproc-per-node 2 -m training country --data FOLDER

Each batch is divided among the processes, which average their gradients (Li et al. 2020,
arXiv:2006.15704); each epoch ends with the same weights in all of them. The first one alone keeps
states, reports and releases. Without torchrun there is one process, and all of this is nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn


def world() -> int:
    """How many processes there are."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """Which one this is, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def is_first() -> bool:
    """Whether this is the one that keeps states, reports and releases."""
    return rank() == 0


@contextmanager
def joined() -> Iterator[None]:
    """Within it, this process works with those that torchrun started beside it, if it did."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    # The others wait while the first reads a data set, or calibrates and measures a model.
    patience = timedelta(hours=12)
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo", timeout=patience)
    try:
        yield
    finally:
        dist.destroy_process_group()


def wait() -> None:
    """Go on when all processes have come here."""
    if world() > 1:
        dist.barrier()


@contextmanager
def first_alone() -> Iterator[None]:
    """Its body is done by the first process, then by the others, who meet what that has kept."""
    if not is_first():
        wait()
    yield
    if is_first():
        wait()


def own(items: np.ndarray) -> np.ndarray:
    """This process's part of a batch (B,); together the parts are the batch, in its order."""
    return np.array_split(items, world())[rank()]


def whole(outputs: Tensor, count: int) -> Tensor:
    """The outputs (count, N) of all processes, from those of each one's `own` part."""
    if world() == 1:
        return outputs
    sizes = [len(part) for part in np.array_split(np.arange(count), world())]
    padded = outputs.new_zeros(max(sizes), *outputs.shape[1:])
    padded[: len(outputs)] = outputs
    # Over the network that the processes have: NCCL's moves nothing that lies on a CPU.
    padded = padded.to(_device())
    parts = [torch.empty_like(padded) for _size in sizes]
    dist.all_gather(parts, padded)
    kept = [part[:size] for part, size in zip(parts, sizes, strict=True)]
    return torch.cat(kept).to(outputs.device)


def total(value: Tensor) -> Tensor:
    """The sum of a number over all processes."""
    if world() > 1:
        dist.all_reduce(value)
    return value


def parallel(network: nn.Module, device: torch.device) -> nn.Module:
    """What computes a network's outputs and, as they are differentiated, averages gradients."""
    if world() == 1:
        return network
    ids = [torch.cuda.current_device()] if device.type == "cuda" else None
    return nn.parallel.DistributedDataParallel(network, device_ids=ids)


def same_everywhere(network: nn.Module) -> None:
    """Give all processes the first one's weights and statistics, which may differ by batches."""
    if world() > 1:
        for value in network.state_dict().values():
            dist.broadcast(value, src=0)


def _device() -> torch.device:
    is_cuda = dist.get_backend() == "nccl"
    return torch.device("cuda", torch.cuda.current_device()) if is_cuda else torch.device("cpu")
