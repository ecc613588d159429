"""The state of a run on disk: all that the next epoch depends on, so that a killed run can go on.

Tensors as safetensors, the rest as JSON; written aside and moved into place, so that a run killed
while saving still has its last whole epoch.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from geoloc.files import replacing

FILE = "state.safetensors"


def save(
    folder: Path,
    network: nn.Module,
    ema: nn.Module,
    best: dict[str, Tensor],
    optimizer: torch.optim.Optimizer,
    progress: dict[str, Any],
) -> None:
    """Write a run's state after an epoch; `progress` is any JSON, such as epoch and curves.

    What a network names as `frozen` is left out: it is the same after every epoch, and large.
    """
    tensors = {f"network/{k}": v for k, v in network.state_dict().items()}
    tensors |= {f"ema/{k}": v for k, v in ema.state_dict().items()}
    tensors |= {f"best/{k}": v for k, v in best.items()}
    frozen: frozenset[str] = getattr(network, "frozen", frozenset())
    tensors = {k: v for k, v in tensors.items() if k.partition("/")[2] not in frozen}
    for number, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer/{number}/{k}": v for k, v in moments.items()}
    # Networks may share buffers between the copies; safetensors wants each tensor on its own.
    tensors = {k: v.detach().to("cpu", copy=True).contiguous() for k, v in tensors.items()}
    with replacing(folder / FILE) as aside:
        save_file(tensors, aside, metadata={"progress": json.dumps(progress)})


def load(
    folder: Path, network: nn.Module, ema: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
    """Put a saved state back; gives the best weights and `progress`, or None if there is none."""
    if not (folder / FILE).is_file():
        return None
    parts: dict[str, dict[str, Tensor]] = {
        "network": {},
        "ema": {},
        "best": {},
        "optimizer": {},
    }
    with safe_open(folder / FILE, framework="pt") as file:
        progress = json.loads(file.metadata()["progress"])
        for key in file.keys():  # noqa: SIM118 - safe_open is no mapping
            part, _, rest = key.partition("/")
            parts[part][rest] = file.get_tensor(key)
    # A frozen part is not in the file: the network that is given here has it.
    frozen: frozenset[str] = getattr(network, "frozen", frozenset())
    held = {k: v for k, v in network.state_dict().items() if k in frozen}
    network.load_state_dict(held | parts["network"])
    ema.load_state_dict(held | parts["ema"])
    moments: dict[int, dict[str, Tensor]] = {}
    for key, value in parts["optimizer"].items():
        number, _, name = key.partition("/")
        moments.setdefault(int(number), {})[name] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": moments, "param_groups": groups})
    return held | parts["best"], progress
