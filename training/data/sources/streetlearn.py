"""Reader of StreetLearn, in either release: panoramas of a city with their places and yaw.

The StreetLearn Environment and Dataset, Mirowski et al. 2019, arXiv:1903.01292. A folder of JPEGs
such as `jpegs_pittsburgh_2019` or `jpegs_pittsburgh_2021` holds `nodes.txt` (no header: pano_id,
yaw, lat, lon; a yaw may be negative), `links.txt` (the street graph, not needed here) and
`<pano_id>.jpg`. The other release is a LevelDB: see `streetlearn_leveldb`.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from training.data.sources import streetlearn_leveldb
from training.data.sources.positions import drop_bad, numbers, table_of
from training.data.sources.reading import BLOCK_M, SourceError, SourceReading, files_in, folders_in
from training.data.table import Problems

NODES = "nodes.txt"
OFFSETS = (0.0, 90.0, 180.0, 270.0)
_FIELDS = ["pano_id", "yaw", "lat", "lon"]


def fits(root: Path) -> bool:
    """Whether it holds a release, as JPEGs or LevelDB."""
    return bool(_releases(root))


def read(root: Path, offsets: Sequence[float] = OFFSETS, block_m: float = BLOCK_M) -> SourceReading:
    """One row for each view into each panorama that is there.

    Args:
        root: the release's folder, or the folder around it.
        offsets: the views' headings, in degrees clockwise from the panorama's yaw.
        block_m: edge in metres of the spatial blocks that are the groups.

    Raises:
        SourceError: if there is no release, or several, or its LevelDB cannot be opened.
    """
    folder = _release(root)
    problems = Problems()
    if (folder / NODES).is_file():
        panoramas = _jpegs(folder, problems)
    else:
        panoramas = drop_bad(streetlearn_leveldb.panoramas(folder, problems), problems, "pano_id")
    n = len(offsets)
    rows = panoramas.loc[panoramas.index.repeat(n)].reset_index(drop=True)
    rows["heading"] = rows["yaw"] + np.tile(np.asarray(offsets, dtype=float), len(panoramas))
    return SourceReading(table_of(rows, block_m), problems)


def _jpegs(folder: Path, problems: Problems) -> pd.DataFrame:
    nodes = _nodes(folder / NODES, problems)
    files = files_in(folder)
    listed = set(nodes["pano_id"])
    unlisted = [f for f in files if f.endswith(".jpg") and f.removesuffix(".jpg") not in listed]
    problems.add("panorama not in nodes.txt", *unlisted)
    # Looking ids up in the listing also keeps an id such as "../x" from leaving the folder.
    absent = ~(nodes["pano_id"] + ".jpg").isin(files)
    nodes = problems.drop(nodes, absent, "panorama's file is missing", "pano_id")
    return nodes.assign(path=[f"{folder / pano_id}.jpg" for pano_id in nodes["pano_id"]])


def _nodes(path: Path, problems: Problems) -> pd.DataFrame:
    try:
        # Lines that end in a lone carriage return are lines as well.
        with path.open(encoding="utf-8-sig", errors="replace") as lines:
            rows = [row for row in csv.reader(lines) if row]
    except (OSError, csv.Error) as error:
        raise SourceError(
            f"{path} cannot be read as lines of pano_id, yaw, lat, lon ({error}). Download it "
            "again."
        ) from error
    whole = [row for row in rows if len(row) == len(_FIELDS)]
    problems.add(
        f"line of {NODES} has not {len(_FIELDS)} fields",
        *(",".join(row) for row in rows if len(row) != len(_FIELDS)),
    )
    nodes = pd.DataFrame(whole, columns=_FIELDS, dtype=object)
    nodes["pano_id"] = nodes["pano_id"].str.strip()
    for name in _FIELDS[1:]:
        nodes[name] = numbers(nodes[name])
    blank = nodes[_FIELDS[1:]].isna().any(axis=1)
    nodes = problems.drop(nodes, blank, "yaw or coordinates are no number", "pano_id")
    nodes = drop_bad(nodes, problems, "pano_id")
    return problems.drop(nodes, nodes.duplicated("pano_id"), "panorama listed before", "pano_id")


def _release(root: Path) -> Path:
    releases = _releases(root)
    if len(releases) == 1:
        return releases[0]
    if not releases:
        raise SourceError(
            f"There is neither {NODES} nor a LevelDB in {root}. Give the folder of a StreetLearn "
            "release, such as jpegs_pittsburgh_2019 with nodes.txt beside the panoramas."
        )
    names = ", ".join(folder.name for folder in releases)
    raise SourceError(f"{root} holds several releases: {names}. Give one of these folders.")


def _releases(root: Path) -> list[Path]:
    if _is_release(root):
        return [root]
    return [root / name for name in folders_in(root) if _is_release(root / name)]


def _is_release(folder: Path) -> bool:
    return (folder / NODES).is_file() or streetlearn_leveldb.holds(folder)
