"""Untrained models with complete cards, and the app opened on them without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from streamlit.testing.v1 import AppTest

from geoloc.models.release import released, save
from geoloc.networks import build
from geoloc.networks.cnn import MAPS
from geoloc.settings import PROJECT
from pages.gallery import entries
from pages.locate.clues import READ
from pages.shared.examples import EXAMPLES

APP = PROJECT / "app.py"
CLASSES = ("BR", "DE", "FR", "IN", "IT", "JP", "PL", "US")
BOXES = {
    "pittsburgh": {"south": 40.425, "west": -80.035, "north": 40.460, "east": -79.930},
    "cambridge": {"south": 52.201, "west": 0.113, "north": 52.209, "east": 0.127},
}
# Probabilities of the untrained are nearly even: a low temperature tells countries apart.
_TEMPERATURE = 0.01


def country_model(folder: Path, title: str = "Little CNN", seed: int = 0, **card: Any) -> Path:
    """Publish a country model with linear models for its activation maps."""
    torch.manual_seed(seed)
    network = build("cnn", outputs=len(CLASSES), width=8)
    metrics = {"photos": 1234, "top1": 0.321, "top1_interval": [0.301, 0.341]}
    written = {
        **_common(folder, title, "country", len(CLASSES)),
        "classes": list(CLASSES),
        "calibration": {"temperature": _TEMPERATURE},
        "data": {"name": "world", "countries": {"train": {"FR": 30, "US": 70}}},
        "metrics": {"test": {**metrics, "baseline": {"top1": 0.111}}},
    }
    probes = {}
    for layer, (maps, _, _) in MAPS.items():
        probes[f"{layer}.weight"] = torch.randn(len(CLASSES), maps)
        probes[f"{layer}.bias"] = torch.randn(len(CLASSES))
    released(folder, network, written | card).with_probes(probes).publish()
    return folder


def ensemble(folder: Path, members: dict[str, float], **card: Any) -> Path:
    """Publish an ensemble of country models that lie beside it."""
    written = {
        "name": folder.name,
        "title": "Ensemble",
        "task": "country",
        "network": {"name": "ensemble"},
        "members": members,
        "classes": list(CLASSES),
        "data": {"name": "world", "countries": {"train": {"FR": 30, "US": 70}}},
    }
    save(folder, None, written | card)
    return folder


def city_model(
    folder: Path, city: str = "pittsburgh", called: str | None = None, **card: Any
) -> Path:
    """Publish a city model; the city may be called otherwise than by its name."""
    torch.manual_seed(0)
    title, box = called or city.title(), BOXES[city]
    errors = {"photos": 145, "p50": 812.0, "p90": 2345.0}
    gain = {"gain_p50": 75.0, "gain_p50_interval": [50.0, 99.0]}
    coverage = {"box": box, "rows": 2, "columns": 2, "counts": [[1, 0], [3, 2]]}
    written = {
        **_common(folder, f"Little CNN, {title}", "city", 2),
        "city": {"name": city, "title": title, "box": box},
        "data": {"name": city, "coverage": coverage},
        "metrics": {"test": {**errors, **gain, "baseline": {"p50": 3900.0}}},
    }
    save(folder, build("cnn", outputs=2, width=8), written | card)
    return folder


def _common(folder: Path, title: str, task: str, outputs: int) -> dict[str, Any]:
    network = {"name": "cnn", "shape": {"width": 8, "outputs": outputs}}
    return {"name": folder.name, "title": title, "task": task, "network": network}


def opened(signs: bool = False) -> AppTest:
    """The app's first page; signs are read only if a test is about them: that takes a while."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.session_state[READ] = signs
    # Every example, where a visitor is offered some of them.
    app.session_state[EXAMPLES] = [photo.file for photo in entries()]
    return app.run()


def upload(app: AppTest, filename: str, data: bytes) -> AppTest:
    """The page after a file was given to its uploader."""
    return app.file_uploader[0].upload(filename, data, "application/octet-stream").run()


def upload_all(app: AppTest, files: list[tuple[str, bytes]]) -> AppTest:
    """The page after several files were given to its uploader at once."""
    given = [(name, data, "application/octet-stream") for name, data in files]
    return app.file_uploader[0].set_value(given).run()


def example(app: AppTest, file: str) -> AppTest:
    """The page after a click on a photo of the gallery."""
    return app.button(key=f"example {file}").click().run()


def written(app: AppTest) -> str:
    """All headings and running text of the page."""
    texts = (app.title, app.header, app.subheader, app.markdown, app.caption, app.code)
    return "\n".join(element.value for kind in texts for element in kind)
