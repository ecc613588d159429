"""Readers of the test sets that the field reports on: photos beside a table of their positions.

| set      | table                                     | photos                                    |
| -------- | ----------------------------------------- | ----------------------------------------- |
| Im2GPS   | im2gps_places365.csv: IMG_ID, LAT, LON    | named IMG_ID; Hays & Efros 2008           |
| Im2GPS3k | im2gps3k_places365.csv: the same          | Vo et al. 2017, arXiv:1705.04838          |
| YFCC4k   | yfcc4k_places365.csv: the same; or, as it | named by number; Vo et al. 2017           |
|          | was published, 0aaaa.r.imagedata.txt of   |                                           |
|          | "file lat lon"; or yfcc4k.txt / info.txt  |                                           |
|          | in the columns of YFCC100M, tabs between  |                                           |
| GWS15k   | gws15k.csv: IMG_FILE, LAT, LON, as        | Clark et al. 2023, arXiv:2303.04249: not  |
|          | GeoCLIP's loader has them; inferred       | published, made anew from the positions   |
| OSV-5M   | test.csv: id, latitude, longitude,        | images/test/*/<id>.jpg; Astruc et al.     |
| test     | unique_country, sequence                  | 2024, arXiv:2404.18873                    |

Tables come from TIB's GeoEstimation where nothing else is said. An early version of Im2GPS3k's has
the names of its columns exchanged, LON over latitudes: that shows in its numbers, and is put right.
Country211 (Radford et al. 2021) is read by `country_folders`. Photos may lie in any folder beside
the table. All of them are test photos.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geoloc.countries import code_of, countries_at, is_code
from training.data.sources.positions import drop_bad, numbers
from training.data.sources.reading import (
    BLOCK_M,
    SourceError,
    SourceReading,
    files_in,
    folders_in,
    photos_below,
)
from training.data.table import Problems, block_names, from_columns

_FILE = ("img_id", "img_file", "name", "id", "photo_id")
_LAT, _LON = ("lat", "latitude"), ("lon", "longitude", "lng")
_OF_YFCC100M = {"file": 1, "lon": 12, "lat": 13}
"""Columns of YFCC100M's own table, from 0 (Thomee et al. 2016, arXiv:1503.01817)."""


@dataclass(frozen=True)
class Benchmark:
    """How one test set lies on a disk.

    Attributes:
        title: as the field calls it.
        tables: names of its table, small letters; the first that is there counts.
        photos: the folder below which its photos lie, if others lie beside them.
        group: the column that says which photos belong together, besides their position.
        country: the column of ISO codes.
        marked: columns without which a table of so plain a name is another one's.
    """

    title: str
    tables: tuple[str, ...]
    photos: str = ""
    group: str = ""
    country: str = ""
    marked: tuple[str, ...] = ()

    @property
    def shows(self) -> str:
        """How one recognises it, as a phrase for people."""
        return f"{self.title}: {self.tables[0]} beside its photos"


BENCHMARKS = {
    "im2gps": Benchmark("Im2GPS", ("im2gps_places365.csv",)),
    "im2gps3k": Benchmark("Im2GPS3k", ("im2gps3k_places365.csv",)),
    "yfcc4k": Benchmark(
        "YFCC4k", ("yfcc4k_places365.csv", "0aaaa.r.imagedata.txt", "yfcc4k.txt", "info.txt")
    ),
    "gws15k": Benchmark("GWS15k", ("gws15k.csv",)),
    "osv5m": Benchmark(
        "OSV-5M's test set",
        ("test.csv",),
        photos="test",
        group="sequence",
        country="unique_country",
        marked=("id", "latitude", "longitude", "unique_country"),
    ),
}


def fits(root: Path, benchmark: Benchmark) -> bool:
    """Whether its table lies in a folder, or in one in it."""
    table = find(root, benchmark)
    if table is None:
        return False
    if table.suffix == ".txt":
        return _rows(table, limit=1) is not None
    return set(benchmark.marked) <= set(_header(table))


def find(root: Path, benchmark: Benchmark) -> Path | None:
    """The table of a test set, None if there is none."""
    places = [root, *(root / name for name in folders_in(root))]
    for wanted in benchmark.tables:
        for place in places:
            if name := next((n for n in files_in(place) if n.lower() == wanted), None):
                return place / name
    return None


def read(root: Path, benchmark: Benchmark, block_m: float = BLOCK_M) -> SourceReading:
    """One row a photo that is there and whose position its table has; all of them in test.

    Args:
        root: the folder with the table, or above it.
        benchmark: which test set.
        block_m: edge in metres of the spatial blocks that are the groups where the table has none.

    Raises:
        SourceError: if the table is missing or is not what it should be.
    """
    table = find(root, benchmark)
    if table is None:
        raise SourceError(f"There is no {benchmark.tables[0]} in {root}. Put it beside the photos.")
    rows = _rows(table)
    if rows is None or rows.empty:
        raise SourceError(f"{table} is not the table of {benchmark.title}: take it anew.")
    problems = Problems()
    rows = _positions(rows)
    rows = problems.drop(rows, rows.duplicated("file"), "photo is listed before", "file")
    paths = _paths(root, benchmark)
    rows = rows.assign(path=[paths.get(_stem(name), "") for name in rows["file"]])
    rows = problems.drop(rows, rows["path"] == "", "photo is not there", "file")
    rows = drop_bad(rows, problems, "file")
    rows = problems.drop(rows, rows["lat"].isna(), "no position", "file")
    lat, lon = rows["lat"].to_numpy(float), rows["lon"].to_numpy(float)
    made = from_columns(
        path=rows["path"],
        group=_groups(rows, benchmark, block_names(lat, lon, block_m)),
        country=_countries(rows, benchmark, lat, lon),
        lat=lat,
        lon=lon,
        split="test",
    )
    return SourceReading(made, problems)


def _header(table: Path) -> list[str]:
    try:
        with table.open(encoding="utf-8", errors="replace", newline="") as file:
            return [cell.strip().lower() for cell in next(csv.reader(file), [])]
    except (OSError, csv.Error):
        return []


def _rows(table: Path, limit: int | None = None) -> pd.DataFrame | None:
    """The columns file, lat, lon and whatever else there is, as text; None of another table."""
    try:
        if table.suffix != ".txt":
            rows = pd.read_csv(table, dtype=str, nrows=limit, encoding_errors="replace")
            return _named(rows.rename(columns=lambda name: str(name).strip().lower()))
        with table.open(encoding="utf-8", errors="replace") as file:
            lines = [line.rstrip("\n") for line in file if line.strip()][:limit]
    except (OSError, ValueError):
        return None
    return _of_lines(lines)


def _named(rows: pd.DataFrame) -> pd.DataFrame | None:
    roles = {"file": _FILE, "lat": _LAT, "lon": _LON}
    chosen = {role: next((n for n in names if n in rows), None) for role, names in roles.items()}
    if None in chosen.values():
        return None
    return rows.assign(**{role: rows[name] for role, name in chosen.items()})


def _of_lines(lines: list[str]) -> pd.DataFrame | None:
    cells = [line.split("\t") for line in lines]
    if all(len(line) > max(_OF_YFCC100M.values()) for line in cells):
        columns = _OF_YFCC100M
    else:
        cells, columns = [line.split() for line in lines], {"file": 0, "lat": 1, "lon": 2}
        if any(len(line) < len(columns) for line in cells):
            return None
    rows = pd.DataFrame({name: [line[n] for line in cells] for name, n in columns.items()})
    return None if numbers(rows["lat"]).isna().all() else rows


def _positions(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.assign(lat=numbers(rows["lat"]), lon=numbers(rows["lon"]))
    if (rows["lat"].abs() > 90).any() and (rows["lon"].abs() <= 90).all():
        # No latitude exceeds 90: the two names stand over each other's numbers.
        rows = rows.rename(columns={"lat": "lon", "lon": "lat"})
    return rows


def _paths(root: Path, benchmark: Benchmark) -> dict[str, str]:
    """Photos by the name without its ending."""
    paths = [Path(name) for name in photos_below(root)]
    inside = [path for path in paths if benchmark.photos in path.parts[:-1]]
    return {_stem(path.name): str(root / path) for path in inside or paths}


def _stem(name: str) -> str:
    file = Path(str(name)).name
    return file.rsplit(".", 1)[0] if file.lower().endswith((".jpg", ".jpeg", ".png")) else file


def _groups(rows: pd.DataFrame, benchmark: Benchmark, blocks: np.ndarray) -> np.ndarray:
    if benchmark.group not in rows:
        return blocks
    known = rows[benchmark.group].fillna("").to_numpy(str)
    return np.where(known == "", blocks, known)


def _countries(
    rows: pd.DataFrame, benchmark: Benchmark, lat: np.ndarray, lon: np.ndarray
) -> list[str | None]:
    by_border = countries_at(lat, lon)
    if benchmark.country not in rows:
        return by_border
    given = rows[benchmark.country].fillna("").to_numpy(str)
    return [
        code_of(code) if is_code(code) else other
        for code, other in zip(given, by_border, strict=True)
    ]
