"""Runs and models of tests lie in folders of their own."""

from pathlib import Path

import pytest

from geoloc.models import registry
from pages.jobs import settings


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "ROOT", tmp_path / "own")
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path / "checkpoints")
    return tmp_path / "own"
