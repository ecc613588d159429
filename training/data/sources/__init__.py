"""Readers of data sets: each turns what lies in a folder into the one table (training.table)."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from geoloc import photo_list
from training.data.sources import (
    benchmarks,
    country_folders,
    csv_file,
    geotagged,
    pitts,
    streetlearn,
    ucf,
    utm_names,
)
from training.data.sources.reading import SourceError, SourceReading
from training.data.table import validate

__all__ = ["SOURCES", "Reader", "SourceReading", "SourceError", "detect", "read", "register_source"]


@dataclass(frozen=True)
class Reader:
    """What reads one kind of data set.

    Attributes:
        shows: how one recognises it, as a phrase for people.
        fits: whether a folder holds it, by names alone where that is possible.
        read: the reader; takes the folder and options of its own.
        question: to be answered where a folder may or may not be of this kind; "" if none.
    """

    shows: str
    fits: Callable[[Path], bool]
    read: Callable[..., SourceReading]
    question: Callable[[Path], str] = lambda root: ""


SOURCES: dict[str, Reader] = {
    "streetlearn": Reader(
        "StreetLearn: nodes.txt beside panoramas, or its LevelDB",
        streetlearn.fits,
        streetlearn.read,
    ),
    "ucf": Reader(f"UCF Google Street View: {ucf.LABELS}", ucf.fits, ucf.read),
    "pitts250k": Reader(
        "Pitts250k: datasets/pitts250k_train.mat and the like",
        partial(pitts.fits, name="pitts250k"),
        partial(pitts.read, name="pitts250k"),
    ),
    "pitts30k": Reader(
        "Pitts30k: datasets/pitts30k_train.mat and the like",
        partial(pitts.fits, name="pitts30k"),
        partial(pitts.read, name="pitts30k"),
    ),
    "utm-names": Reader(
        "place recognition sets: photos named @easting@northing@...@.jpg",
        utm_names.fits,
        utm_names.read,
    ),
    "csv": Reader(
        "a CSV with the columns path (or file, filename, image) and either country or lat and lon",
        csv_file.fits,
        csv_file.read,
    ),
    "folders": Reader(
        "folders named after countries (France, FR or FRA) with photos in them, such as "
        "GeoGuessr 50k and Country211",
        country_folders.fits,
        country_folders.read,
        country_folders.question,
    ),
    "photos": Reader("photos with GPS in their EXIF data", geotagged.fits, geotagged.read),
    **{
        name: Reader(
            benchmark.shows,
            partial(benchmarks.fits, benchmark=benchmark),
            partial(benchmarks.read, benchmark=benchmark),
        )
        for name, benchmark in benchmarks.BENCHMARKS.items()
    },
}


def register_source(name: str, reader: Reader) -> None:
    """Let data sets of another kind be read, and be known by what lies in their folder.

    Args:
        name: as `--source` takes it.
        reader: what reads them.

    Raises:
        ValueError: if another reader has this name.
    """
    if name in SOURCES:
        raise ValueError(f"there is a reader named {name!r} already: choose another name")
    SOURCES[name] = reader


def _goes_after(name: str) -> Set[str]:
    """The sources that, where one of them fits, make it needless to look whether this one does."""
    # Photos with GPS may lie in any of the others, and the photos that a CSV names one by one, in
    # folders named after countries.
    if name == "photos":
        return SOURCES.keys() - {name}
    return {"csv"} if name == "folders" else set()


def read(source: str, root: Path | str, **options: Any) -> SourceReading:
    """Read a data set.

    Args:
        source: a name in SOURCES, or "auto" to go by what lies there.
        root: the data set's folder; for "csv" also the file itself.
        options: the reader's own, such as `offsets` and `block_m` for "streetlearn".

    Returns:
        The table, validated, and what was skipped on the way.

    Raises:
        SourceError: if nothing there can be read; the message says what was looked for.
        TableError: if what was read breaks a rule of the table.
    """
    root = Path(root).expanduser().resolve()
    if not root.exists():
        raise SourceError(f"There is no {root}. Check the path of the data set.")
    if source == "auto":
        source = detect(root)
    if source not in SOURCES:
        raise SourceError(f"No source is called {source!r}. There are: auto, {', '.join(SOURCES)}.")
    reading = SOURCES[source].read(root, **options)
    if reading.table.empty:
        raise SourceError(f"No photo in {root} can be used. {reading.problems}")
    validate(reading.table)
    return reading


def detect(root: Path) -> str:
    """The name of the one source that what lies in `root` fits.

    A CSV goes before the folders its photos may lie in, and GPS is looked for last.

    Raises:
        SourceError: if none does, or several do.
    """
    fitting: list[str] = []
    for name in sorted(SOURCES, key=lambda name: len(_goes_after(name))):
        if not _goes_after(name) & set(fitting) and SOURCES[name].fits(root):
            fitting.append(name)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        choices = "\n".join(f"  --source {name}: {SOURCES[name].shows}" for name in fitting)
        raise SourceError(f"{root} can be read in more than one way. Choose one:\n{choices}")
    kinds = "\n".join(f"  {source.shows}" for source in SOURCES.values())
    hints = [source.question(root) for source in SOURCES.values()]
    if tables := photo_list.tables_in(root):
        hints.append(str(photo_list.objections(tables)))
    lines = [f"No data set was recognised in {root}.", *filter(None, hints), "It may hold:", kinds]
    raise SourceError("\n".join(lines))
