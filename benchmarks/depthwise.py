"""python -m benchmarks.depthwise: how much quicker EfficientNets train by
`training.cpu_speed.depthwise`.

A step is one batch forward and back through the whole network, as the training loop takes it. Both
ways take turns in one run, so that a machine busy with other things slows both.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from geoloc.networks import build
from geoloc.networks.device import mixed_precision
from training.cpu_speed.depthwise import quick

CPU = torch.device("cpu")
BATCH, CLASSES, ROUNDS = 64, 55, 3

Way = Callable[[], AbstractContextManager]
WAYS: tuple[Way, Way] = (nullcontext, partial(quick, CPU))
"""Torch's own, and ours."""


def step(network: nn.Module, images: Tensor, way: Way) -> float:
    """Seconds of one step."""
    started = time.perf_counter()
    with mixed_precision(CPU), way():
        outputs = network(images)
    F.cross_entropy(outputs.float(), torch.arange(len(images)) % CLASSES).backward()
    return time.perf_counter() - started


def main() -> None:
    """Print photos a second by torch's own gradients and by ours, a line a network and size."""
    print("| network | rows | torch | ours | ratio |\n| --- | --- | --- | --- | --- |")
    for backbone in ("tf_efficientnet_lite0", "tf_efficientnet_lite2"):
        network = build("pretrained", outputs=CLASSES, backbone=backbone).train()
        network.to(memory_format=torch.channels_last)
        for rows in (80, 120):
            images = torch.rand(BATCH, 3, rows, 2 * rows)
            images = images.contiguous(memory_format=torch.channels_last)
            rounds = [[step(network, images, way) for way in WAYS] for _ in range(ROUNDS + 1)]
            # The first also chooses kernels.
            theirs, ours = (BATCH / statistics.median(s) for s in zip(*rounds[1:], strict=True))
            print(f"| {backbone} | {rows} | {theirs:.0f}/s | {ours:.0f}/s | {ours / theirs:.1f} |")


if __name__ == "__main__":
    main()
