"""A training in several processes: what one process learns, two learn."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from geoloc.settings import PROJECT
from tests.training import tiny
from tests.training.loop import one_of_several
from training import distributed


def test_two_processes_give_the_loss_curve_of_one(tmp_path):
    root = tmp_path / "data"
    root.mkdir()
    tiny.countries(root)
    (tmp_path / "two").mkdir()
    run = ["torch.distributed.run", "--nproc-per-node", "2", "--standalone", "-m"]
    told = ["tests.training.loop.one_of_several", root, tmp_path / "two"]
    done = subprocess.run(
        [sys.executable, "-m", *run, *map(str, told)], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    alone = one_of_several.curves(root, tmp_path / "one")
    for process in (0, 1):
        rows = json.loads((tmp_path / "two" / f"{process}.json").read_text())
        assert len(rows) == len(alone) == one_of_several.RECIPE.fit.epochs
        for row, expected in zip(rows, alone, strict=True):
            assert row == pytest.approx(expected, rel=1e-4)
    assert alone[-1]["train_loss"] < alone[0]["train_loss"]


@pytest.mark.parametrize("processes", [1, 2, 3, 5])
def test_the_parts_of_a_batch_are_the_batch(processes, monkeypatch):
    monkeypatch.setattr(distributed, "world", lambda: processes)
    parts = []
    for number in range(processes):
        monkeypatch.setattr(distributed, "rank", lambda number=number: number)
        parts.append(distributed.own(np.arange(17)))
    assert np.concatenate(parts).tolist() == list(range(17))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
