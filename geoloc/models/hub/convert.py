"""python -m geoloc.models.hub.convert PICKLE SAFETENSORS: weights that were published as a pickle.

It runs in a process of its own, with torch's unpickler of weights alone: what a pickle might do, it
does to that process, and what is kept is plain tensors.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

LIMIT_S = 900


def main(pickle: Path, kept: Path) -> None:
    """Write the tensors of a pickle as safetensors."""
    weights = torch.load(pickle, map_location="cpu", weights_only=True)
    if not isinstance(weights, dict):
        raise TypeError(f"it holds a {type(weights).__name__} and no tensors by name")
    tensors = {key: value for key, value in weights.items() if isinstance(value, torch.Tensor)}
    # Tensors that share memory can't be stored so.
    save_file({key: value.clone().contiguous() for key, value in tensors.items()}, kept)


def converted(pickle: Path, kept: Path) -> str | None:
    """Convert in a process of its own; gives why that failed, None if it did not."""
    command = [sys.executable, "-m", "geoloc.models.hub.convert", str(pickle), str(kept)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        return f"it was not read within {LIMIT_S} s"
    said = done.stderr.strip().splitlines()
    return (said or ["it ended without a word"])[-1] if done.returncode else None


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
