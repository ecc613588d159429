"""python -m benchmarks.depthwise: how much quicker EfficientNets train by `training.depthwise`.

A step is one batch forward and back through the whole network, as the training loop takes it. Both
ways take turns in one run, so that a machine busy with other things slows both.
"""

from __future__ import annotations

import statistics
import time

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from geoloc.networks import build
from training.depthwise import quick
from training.fit import mixed_precision

CPU = torch.device("cpu")
BATCH, CLASSES, ROUNDS = 64, 55, 3


def step(network: nn.Module, images: Tensor, way: torch.device) -> float:
    """Seconds of one step; on a GPU's way convolutions are torch's own."""
    started = time.perf_counter()
    with mixed_precision(CPU), quick(way):
        outputs = network(images)
    F.cross_entropy(outputs.float(), torch.arange(len(images)) % CLASSES).backward()
    return time.perf_counter() - started


def main() -> None:
    """Print photos a second by torch's own gradients and by ours, a line a network and size."""
    print("| network | rows | torch | ours | ratio |\n| --- | --- | --- | --- | --- |")
    for trunk in ("tf_efficientnet_lite0", "tf_efficientnet_lite2"):
        network = build("pretrained", outputs=CLASSES, trunk=trunk).train()
        network.to(memory_format=torch.channels_last)
        for rows in (80, 120):
            images = torch.rand(BATCH, 3, rows, 2 * rows)
            images = images.contiguous(memory_format=torch.channels_last)
            spent: dict[str, list[float]] = {"cuda": [], "cpu": []}
            for _ in range(ROUNDS + 1):
                for way, times in spent.items():
                    times.append(step(network, images, torch.device(way)))
            # The first of each also chooses kernels.
            theirs, ours = (BATCH / statistics.median(t[1:]) for t in spent.values())
            print(f"| {trunk} | {rows} | {theirs:.0f}/s | {ours:.0f}/s | {ours / theirs:.1f} |")


if __name__ == "__main__":
    main()
