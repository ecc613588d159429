"""What a table says of countries and positions, and whether the two agree."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from geoloc.countries import code_of, countries_at, is_code, is_near
from geoloc.geo import LatLon
from geoloc.photo_list.cells import is_unknown

_AT_SEA_M = 200_000
_SAMPLE = 400
# Of a swapped table, so many positions may be right by accident, or wrong for another reason.
_ACCIDENTS = 0.05


def codes_of(
    labels: Sequence[str], lats: np.ndarray, lons: np.ndarray, na_is_blank: bool
) -> tuple[list[str | None], np.ndarray]:
    """The country of each label, None where it names none.

    The bare letters NA are Namibia where the position is there; without one, where the other labels
    are codes of two letters and nothing else in the table is NA.

    Args:
        labels: cells of the column.
        lats, lons: degrees, (N,), NaN where unknown.
        na_is_blank: whether other columns write NA for what is not known.

    Returns:
        The codes, and which labels are no country and no blank either: bool (N,).
    """
    codes_of = {label: _code(label) for label in set(labels)}
    others = [label for label in codes_of if codes_of[label] and label.strip().casefold() != "na"]
    short = sum(len(label.strip()) == 2 and is_code(label) for label in others)
    na_is_code = not na_is_blank and short >= len(others) / 2
    codes: list[str | None] = []
    for label, lat, lon in zip(labels, lats, lons, strict=True):
        if label.strip().casefold() == "na":
            is_namibia = na_is_code if np.isnan(lat) else _near(_cell(lat, lon), "NA", _AT_SEA_M)
            codes.append("NA" if is_namibia else None)
        else:
            codes.append(codes_of[label])
    wrong = [
        code is None and not is_unknown(label) for code, label in zip(codes, labels, strict=True)
    ]
    return codes, np.array(wrong, dtype=bool)


def contradictions(
    codes: Sequence[str | None], lats: np.ndarray, lons: np.ndarray
) -> tuple[list[str | None], np.ndarray]:
    """The country that each position lies in, and which labels are of another: bool (N,).

    A photo of a border may lie up to 20 km beyond it, one taken from a ship 200 km off the coast.
    """
    placed = np.flatnonzero(~np.isnan(lats))
    lying: list[str | None] = [None] * len(codes)
    for row, code in zip(placed.tolist(), countries_at(lats[placed], lons[placed]), strict=True):
        lying[row] = code
    against = np.zeros(len(codes), dtype=bool)
    for row in placed.tolist():
        against[row] = not _agrees(codes[row], lying[row], float(lats[row]), float(lons[row]))
    return lying, against


def swapped(codes: Sequence[str | None], lats: np.ndarray, lons: np.ndarray) -> bool:
    """Whether latitude and longitude plainly stand in each other's column.

    They do if all positions lie at sea, beyond the globe or in another country than the labels say,
    and lie on land and in those countries once the two are exchanged.

    Args:
        codes: the labels' countries, None where there is none.
        lats, lons: degrees, (N,), NaN where unknown; latitudes may leave [-90, 90].
    """
    placed = np.flatnonzero(~(np.isnan(lats) | np.isnan(lons) | ((lats == 0) & (lons == 0))))
    placed = placed[np.linspace(0, len(placed) - 1, min(len(placed), _SAMPLE)).astype(int)]
    if not len(placed):
        return False
    labels = [codes[row] for row in placed.tolist()]
    as_written = _fits(labels, lats[placed], lons[placed])
    exchanged = _fits(labels, lons[placed], lats[placed])
    return bool(as_written.mean() <= _ACCIDENTS and exchanged.mean() >= 1 - _ACCIDENTS)


def _fits(codes: Sequence[str | None], lats: np.ndarray, lons: np.ndarray) -> np.ndarray:
    """Which positions lie on land, and in their label's country if there is one: bool (N,)."""
    on_globe = (np.abs(lats) <= 90) & (np.abs(lons) <= 180)
    fits = np.zeros(len(codes), dtype=bool)
    rows = np.flatnonzero(on_globe)
    for row, lying in zip(rows.tolist(), countries_at(lats[rows], lons[rows]), strict=True):
        place = float(lats[row]), float(lons[row])
        fits[row] = lying is not None and _agrees(codes[row], lying, *place)
    return fits


def _agrees(code: str | None, lying: str | None, lat: float, lon: float) -> bool:
    if code is None or code == lying:
        return True
    if lying is None:
        return _near(_cell(lat, lon), code, _AT_SEA_M)
    return _near(_cell(lat, lon), code)


def _cell(lat: float, lon: float) -> LatLon:
    """The place to a kilometre: tables have thousands of photos of a few places."""
    return LatLon(round(lat, 2), round(lon, 2))


@lru_cache(maxsize=100_000)
def _near(place: LatLon, code: str, reach_m: float | None = None) -> bool:
    return is_near(place, code) if reach_m is None else is_near(place, code, reach_m)


def _code(label: str) -> str | None:
    return None if is_unknown(label, na=False) else code_of(label)
