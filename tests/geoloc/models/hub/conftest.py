"""A hub in a folder, and an empty place for what is fetched from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoloc import settings
from tests.geoloc.models.hub import stand_in


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Repositories as on the hub: StreetCLIP, SigLIP 2, DINOv3 and GeoCLIP's CLIP, all small."""
    folder = tmp_path_factory.mktemp("hub")
    stand_in.clip(folder)
    stand_in.siglip(folder)
    stand_in.dino(folder)
    stand_in.geoclip_trunk(folder)
    return folder


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where fetched models go."""
    monkeypatch.setattr(settings, "FETCHED", tmp_path / "fetched")
    return settings.FETCHED
