"""`geoloc locate --out --resume` over a folder of photos, in each format in turn."""

from __future__ import annotations

import itertools
from pathlib import Path

from PIL import Image

from benchmarks.faults.work import Child, Work
from geoloc.cli import main
from geoloc.models.release import save
from tests.geoloc import small_models
from tests.geoloc.batch.rows import ENDINGS, Row, rows, written_rows

_PHOTOS = 60
_endings = itertools.cycle(ENDINGS)


class Locating(Work):
    """Gone on with after its kills, the file is the one that nothing interrupted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        # The same for all: their paths stand in the rows.
        self.models, self.street = folder.parent / "models", folder.parent / "street"
        save(self.models / "ant", small_models.network(), small_models.country_card(name="ant"))
        save(self.models / "town", small_models.network(outputs=2), small_models.city_card())
        self.street.mkdir(exist_ok=True)
        for number, photo in enumerate(small_models.photos(_PHOTOS)):
            Image.fromarray(photo.pixels).save(self.street / f"{number:02}.png")
        self.out = folder / f"answers{next(_endings)}"

    def start(self) -> Child:
        self.child = Child(self.log, main, self._arguments(self.out))
        return self.child

    def after_kill(self, whole: Locating) -> list[str]:
        wrong = ["processes of it go on"] if self.child.left_behind() else []
        if self.out.suffix != ".parquet" and self.out.is_file():
            there = written_rows(self.out)
            if there != self._whole_rows()[: len(there)]:
                wrong.append(f"{self.out.name}: the rows that are there are others")
        return wrong

    def at_end(self, whole: Locating) -> list[str]:
        is_whole = rows(self.out) == self._whole_rows()
        return [] if is_whole else [f"{self.out.name}: not the file that nothing interrupted"]

    def _whole_rows(self) -> list[Row]:
        """Those of a file of this format that nothing interrupted."""
        out = self.folder.parent / f"whole{self.out.suffix}"
        if not out.exists():
            Child(self.log, main, self._arguments(out)).wait()
        return rows(out)

    def _arguments(self, out: Path) -> list[str]:
        told = ["--resume", "--workers=1", "--batch=2", "--device=cpu"]
        return ["locate", str(self.street), f"--out={out}", *told, f"--checkpoints={self.models}"]
