"""Puts the released models into the package; all else about it stands in pyproject.toml."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

MODELS = Path("checkpoints")
CARD = "card.json"


def released() -> Iterator[Path]:
    """The files of the models that are released, and of the backbones that these are tuned on."""
    cards = [card for card in sorted(MODELS.glob(f"*/{CARD}")) if not _own(card.parent)]
    for card in cards:
        yield from (file for file in sorted(card.parent.iterdir()) if file.is_file())
    named = "".join(card.read_text(encoding="utf-8") for card in cards)
    for file in sorted(MODELS.glob("*/*.safetensors")):
        # A card names the backbone that its model is tuned on by its digest.
        if not (file.parent / CARD).exists() and _digest(file) in named:
            yield file


def _own(folder: Path) -> bool:
    """Whether a visitor of this copy of the app trained the model."""
    return folder.name.startswith("own-")


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


class WithModels(build_py):
    """Builds the package with the released models inside, where `geoloc.settings` looks for them.

    Installed as editable it has none: the clone's own are used.
    """

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for file in released():
            to = Path(self.build_lib, "geoloc", file)
            self.mkpath(str(to.parent))
            self.copy_file(str(file), str(to))


setup(cmdclass={"build_py": WithModels})
