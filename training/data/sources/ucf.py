"""Reader of the UCF Google Street View set: Pittsburgh, Orlando and Manhattan, by placemark.

Image Geo-Localization Based on Multiple Nearest Neighbor Feature Matching Using Generalized Graphs,
Zamir and Shah, TPAMI 2014. A placemark has six photos, `000001_0.jpg` to `000001_5.jpg`: view 0 has
markers drawn over it and view 5 looks up, so both are left out. Row i of `GPS_Compass` in
`GPS_Long_Lat_Compass.mat`, counted from 1, is placemark i: whatever that name says, the columns are
latitude, longitude, compass. The compass is that of view 4; the other sides lie 90 degrees apart,
in an order that is not recorded, so their heading is unknown. It is read clockwise from north, as a
compass counts; the set's own notes say "from North towards West".
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from geoloc.geo import Box
from training.data.sources import matlab
from training.data.sources.positions import drop_bad, table_of
from training.data.sources.reading import BLOCK_M, SourceError, SourceReading, photos_below
from training.data.table import Problems

LABELS = "GPS_Long_Lat_Compass.mat"
CITIES = {
    "pittsburgh": Box(south=40.3, west=-80.2, north=40.6, east=-79.7),
    "orlando": Box(south=28.2, west=-81.7, north=28.8, east=-81.1),
    "manhattan": Box(south=40.6, west=-74.1, north=40.95, east=-73.85),
}
"""Boxes that each hold one of the three cities, wide enough to cut nothing off."""

_PHOTO = re.compile(r"(\d{5,6})_([0-5])\.jpe?g", re.IGNORECASE)
_COMPASS_VIEW = 4
_LEFT_OUT = {0: "view 0 has markers drawn over it", 5: "view 5 looks up at the sky"}
_COARSE = 4


def fits(root: Path) -> bool:
    """Whether the labels of the data set lie in it."""
    return (root / LABELS).is_file()


def read(root: Path, block_m: float = BLOCK_M) -> SourceReading:
    """One row for each of a placemark's four side views that is there.

    Placemarks whose longitude was rounded are dropped: the first of all lies 576 m from its
    neighbour for that reason.

    Args:
        root: the folder with `GPS_Long_Lat_Compass.mat`; photos may lie in folders inside it.
        block_m: edge in metres of the spatial blocks that are the groups.

    Raises:
        SourceError: if the labels are missing or are not what they should be.
    """
    problems = Problems()
    placemarks = _placemarks(root / LABELS, problems)
    views = _views(root, problems)
    unlabelled = ~views["placemark"].isin(placemarks["number"])
    views = problems.drop(views, unlabelled, "photo of a placemark without a usable row", "name")
    absent = ~placemarks["number"].isin(views["placemark"])
    placemarks = problems.drop(placemarks, absent, "placemark's photos are missing", "id")
    rows = views.merge(placemarks, left_on="placemark", right_on="number")
    rows["heading"] = rows["compass"].where(rows["view"] == _COMPASS_VIEW)
    return SourceReading(table_of(rows, block_m), problems)


def _placemarks(path: Path, problems: Problems) -> pd.DataFrame:
    values = matlab.array(path, "GPS_Compass")
    if values.ndim != 2 or values.shape[1] != 3:
        raise SourceError(
            f"GPS_Compass in {path} has the shape {values.shape}; it should have three columns: "
            "latitude, longitude, compass. Download the file again."
        )
    placemarks = pd.DataFrame(values, columns=["lat", "lon", "compass"])
    placemarks["number"] = np.arange(1, len(placemarks) + 1)
    placemarks["id"] = [f"{number:06d}" for number in placemarks["number"]]
    placemarks["compass"] = placemarks["compass"].where(np.isfinite(placemarks["compass"]))
    missing = ~np.isfinite(placemarks[["lat", "lon"]]).all(axis=1)
    placemarks = problems.drop(placemarks, missing, "row without coordinates", "id")
    placemarks = drop_bad(placemarks, problems, "id")
    return problems.drop(placemarks, _rounded(placemarks["lon"]), "longitude was rounded", "id")


def _rounded(degrees: pd.Series) -> np.ndarray:
    """Which values have four decimals or fewer, in a column whose usual value has more."""
    values = degrees.to_numpy()
    coarse = np.abs(values - np.round(values, _COARSE)) < 1e-9
    return coarse if coarse.mean() < 0.5 else np.zeros(len(values), dtype=bool)


def _views(root: Path, problems: Problems) -> pd.DataFrame:
    rows = []
    for name in photos_below(root):
        match = _PHOTO.fullmatch(name.rpartition("/")[2])
        if match is None:
            problems.add("photo not named like 000001_1.jpg", name)
            continue
        number, view = int(match[1]), int(match[2])
        if view in _LEFT_OUT:
            problems.add(_LEFT_OUT[view], name)
            continue
        rows.append((name, str(root / name), number, view))
    views = pd.DataFrame(rows, columns=["name", "path", "placemark", "view"])
    again = views.duplicated(["placemark", "view"])
    return problems.drop(views, again, "view found before", "name")
