"""Reader of Pitts250k and Pitts30k: views of Pittsburgh, placed by MATLAB structures.

NetVLAD: CNN Architecture for Weakly Supervised Place Recognition, Arandjelovic et al. 2016,
arXiv:1511.07247; photos of Torii et al. 2013. Database photos lie at `000/000000_pitch1_yaw1.jpg`,
24 views of a panorama at headings that are not recorded, queries under `queries_real/`. Positions
are in `datasets/pitts250k_{train,val,test}.mat`: `dbStruct` names the photos and gives UTM
coordinates in zone 17 north.
"""

from __future__ import annotations

import posixpath
from pathlib import Path

import numpy as np
import pandas as pd

from training.data.sources import matlab, utm
from training.data.sources.positions import drop_bad, table_of
from training.data.sources.reading import BLOCK_M, SourceError, SourceReading, files_in
from training.data.table import SPLITS, Problems

_ZONE = 17
_QUERIES = "queries_real"
_FOLDERS = (".", "datasets")
# The order of dbStruct's fields; the rest are the numbers of photos and distance thresholds.
_DB_NAMES, _DB_UTM, _QUERY_NAMES, _QUERY_UTM = 1, 2, 3, 4


def fits(root: Path, name: str) -> bool:
    """Whether it holds the structures of one of the two releases."""
    return bool(_structures(root, name))


def read(root: Path, name: str) -> SourceReading:
    """One row a photo, database and queries alike, in the splits of the release.

    Args:
        root: the folder with `datasets/`, `000/` and so on, and `queries_real/`.
        name: "pitts250k" or "pitts30k".

    Raises:
        SourceError: if no structure of that name is there, or one is not what it should be.
    """
    structures = _structures(root, name)
    if not structures:
        raise SourceError(
            f"There is no {name}_train.mat, {name}_val.mat or {name}_test.mat in {root} or in its "
            "folder datasets. They come in netvlad_v100_datasets.tar.gz, apart from the photos."
        )
    problems = Problems()
    rows = pd.concat([_photos(path, split) for split, path in structures.items()])
    rows = problems.drop(rows, rows.duplicated("name"), "photo listed before", "name")
    rows = problems.drop(rows, ~_are_there(root, rows["name"]), "photo is missing", "name")
    rows = drop_bad(rows, problems, "name")
    rows = rows.assign(path=[str(root / name) for name in rows["name"]])
    return SourceReading(table_of(rows, BLOCK_M), problems)


def _structures(root: Path, name: str) -> dict[str, Path]:
    """The files of the splits that are there."""
    return {
        split: path
        for split in SPLITS
        for folder in _FOLDERS
        if (path := root / folder / f"{name}_{split}.mat").is_file()
    }


def _photos(path: Path, split: str) -> pd.DataFrame:
    structure = matlab.variable(path, "dbStruct")
    try:
        fields = structure.item()
        parts = [
            _part(fields[_DB_NAMES], fields[_DB_UTM], "."),
            _part(fields[_QUERY_NAMES], fields[_QUERY_UTM], _QUERIES),
        ]
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise SourceError(
            f"dbStruct in {path} is not built like NetVLAD's ({error}). Download it again."
        ) from error
    return pd.concat(parts).assign(split=split)


def _part(names: np.ndarray, coordinates: np.ndarray, folder: str) -> pd.DataFrame:
    named = [posixpath.normpath(f"{folder}/{cell.item()}") for cell in names.ravel()]
    easting, northing = np.asarray(coordinates, dtype=float).reshape(2, len(named))
    lat, lon = utm.to_lat_lon(easting, northing, _ZONE)
    # A panorama and a query of one number are two places: the folder keeps them apart.
    group = [name.split("_pitch")[0] for name in named]
    return pd.DataFrame({"name": named, "lat": lat, "lon": lon, "group": group})


def _are_there(root: Path, names: pd.Series) -> np.ndarray:
    """Which photos exist, from one listing a folder; a name that leaves the folder does not."""
    folders = {posixpath.dirname(name) for name in names}
    inside = {f for f in folders if not (f.startswith("/") or f.split("/")[0] == "..")}
    there = {posixpath.join(f, name) for f in inside for name in files_in(root / f)}
    return names.isin(there).to_numpy()
