"""The same photos on a cluster: the same rows, also where a worker dies on the way."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from geoloc.batch import cluster
from geoloc.cli import main

ray = pytest.importorskip("ray")


class Mortal(cluster.Answerer):
    """One that is killed in its first batch, if none was before."""

    def __call__(self, batch: Any) -> Any:
        marker = self.locator_folder / "killed"
        try:
            marker.touch(exist_ok=False)
        except FileExistsError:
            return super().__call__(batch)
        os.kill(os.getpid(), signal.SIGKILL)

    def __init__(self, models: cluster.Models, run: Any) -> None:
        super().__init__(models, run)
        self.locator_folder = models.folder


def rows(path: Path) -> list[dict[str, Any]]:
    table = pyarrow.parquet.read_table(path).drop(["ms"]).to_pylist()
    return sorted(table, key=lambda row: (row["photo"], row["model"] or ""))


def test_two_workers_of_which_one_is_killed_give_the_rows_of_one_process(
    shelf, street, tmp_path, monkeypatch
):
    told = ["locate", str(street), "--recursive", "--checkpoints", str(shelf), "--batch", "1"]
    alone, many = tmp_path / "alone.parquet", tmp_path / "many.parquet"
    assert main([*told, "--workers", "1", "--out", str(alone)]) == 2
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    monkeypatch.setattr(cluster, "Answerer", Mortal)
    monkeypatch.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    ray.init(num_cpus=2, include_dashboard=False, object_store_memory=100_000_000)
    try:
        code = main([*told, "--workers", "2", "--out", str(many), "--ray", "local"])
    finally:
        ray.shutdown()
    assert code == 2 and (shelf / "killed").exists()
    one, other = rows(alone), rows(many)
    shares = [name for name in one[0] if name.startswith("p_") or name in ("lat", "lon")]
    for before, after in zip(one, other, strict=True):
        assert {k: v for k, v in before.items() if k not in (*shares, "probability")} == {
            k: v for k, v in after.items() if k not in (*shares, "probability")
        }
        for name in (*shares, "probability"):
            assert after[name] == pytest.approx(before[name], abs=1e-5)
