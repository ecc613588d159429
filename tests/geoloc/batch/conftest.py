"""Small models and a folder of small photos, made once for all tests of many photos."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from geoloc.models.release import save
from tests.geoloc import small_models as small

PHOTOS = 9


@pytest.fixture(scope="session")
def shelf(tmp_path_factory) -> Path:
    """A country model that looks twice, one that looks once, their ensemble, and a city model."""
    folder = tmp_path_factory.mktemp("shelf")
    twice = {"tta": {"offsets": [0], "mirror": True}}
    save(folder / "ant", small.network(), small.country_card(name="ant", input=twice))
    save(folder / "bee", small.network(seed=1), small.country_card(name="bee"))
    save(folder / "town", small.network(outputs=2), small.city_card(name="town"))
    save(folder / "both", None, small.ensemble_card({"ant": 0.5, "bee": 0.5}, name="both"))
    return folder


@pytest.fixture(scope="session")
def street(tmp_path_factory) -> Path:
    """Photos of a street, one of them deeper and one of them none."""
    folder = tmp_path_factory.mktemp("street")
    (folder / "deeper").mkdir()
    for number, photo in enumerate(small.photos(PHOTOS - 1)):
        place = folder / "deeper" if number == 7 else folder
        Image.fromarray(photo.pixels).save(place / f"{number}.jpg", quality=90)
    (folder / "4b.jpg").write_bytes(b"Dear reader")
    (folder / "notes.txt").write_text("no photo")
    return folder
