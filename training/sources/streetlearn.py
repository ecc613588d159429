"""Reader of StreetLearn's JPEG release: panoramas of a city with their places and yaw.

The StreetLearn Environment and Dataset, Mirowski et al. 2019, arXiv:1903.01292. A folder such as
`jpegs_pittsburgh_2019` or `jpegs_pittsburgh_2021` holds `nodes.txt` (no header: pano_id, yaw, lat,
lon; a yaw may be negative), `links.txt` (the street graph, not needed here) and `<pano_id>.jpg`.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from training.sources.positions import countries_at, drop_bad, numbers
from training.sources.reading import BLOCK_M, Reading, SourceError, files_in, folders_in
from training.table import Problems, block_names, from_columns, split_by_group

NODES = "nodes.txt"
OFFSETS = (0.0, 90.0, 180.0, 270.0)
_FIELDS = ["pano_id", "yaw", "lat", "lon"]


def fits(root: Path) -> bool:
    return bool(_releases(root))


def read(root: Path, offsets: Sequence[float] = OFFSETS, block_m: float = BLOCK_M) -> Reading:
    """One row for each view into each panorama whose file is there.

    Args:
        root: the release's folder, or the folder around it.
        offsets: the views' headings, in degrees clockwise from the panorama's yaw.
        block_m: edge in metres of the spatial blocks that are the groups.

    Raises:
        SourceError: if there is no `nodes.txt`, or several.
    """
    folder = _release(root)
    problems = Problems()
    nodes = _nodes(folder / NODES, problems)
    files = files_in(folder)
    listed = set(nodes["pano_id"])
    unlisted = [f for f in files if f.endswith(".jpg") and f.removesuffix(".jpg") not in listed]
    problems.add("panorama not in nodes.txt", *unlisted)
    # Looking ids up in the listing also keeps an id such as "../x" from leaving the folder.
    absent = ~(nodes["pano_id"] + ".jpg").isin(files)
    nodes = problems.drop(nodes, absent, "panorama's file is missing", "pano_id")
    table = _views(folder, nodes, offsets, block_m)
    return Reading(split_by_group(table), problems)


def _views(
    folder: Path, nodes: pd.DataFrame, offsets: Sequence[float], block_m: float
) -> pd.DataFrame:
    lat, lon, yaw = (nodes[name].to_numpy() for name in ("lat", "lon", "yaw"))
    group, country = block_names(lat, lon, block_m), countries_at(lat, lon)
    n = len(offsets)
    return from_columns(
        path=np.repeat([f"{folder / pano_id}.jpg" for pano_id in nodes["pano_id"]], n),
        group=np.repeat(group, n),
        country=np.repeat(np.array(country, dtype=object), n),
        lat=np.repeat(lat, n),
        lon=np.repeat(lon, n),
        heading=(yaw[:, None] + np.asarray(offsets, dtype=float)).ravel(),
        yaw=np.repeat(yaw, n),
    )


def _nodes(path: Path, problems: Problems) -> pd.DataFrame:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        rows = [row for row in csv.reader(lines) if row]
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
            f"There is no {NODES} in {root}. Give the folder of StreetLearn's JPEG release, "
            "such as jpegs_pittsburgh_2019, with nodes.txt beside the panoramas."
        )
    names = ", ".join(folder.name for folder in releases)
    raise SourceError(f"{root} holds several releases: {names}. Give one of these folders.")


def _releases(root: Path) -> list[Path]:
    if (root / NODES).is_file():
        return [root]
    names = [name for name in folders_in(root) if name.startswith("jpegs_")]
    return [root / name for name in names if (root / name / NODES).is_file()]
