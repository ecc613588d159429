"""The one table between data and everything else: a row is a photo, or a view into a panorama.

A pandas DataFrame with exactly these columns:

| column   | type         | meaning                                                             |
| -------- | ------------ | ------------------------------------------------------------------- |
| path     | str          | the file, absolute                                                  |
| country  | object       | ISO 3166-1 alpha-2, None where unknown                              |
| lat, lon | float        | degrees, NaN where unknown                                          |
| heading  | float        | where the view looks, degrees clockwise from north, [0, 360) or NaN |
| group    | str          | photos of one place share it: split, sample and bootstrap by it     |
| split    | str          | "train", "val", "test", or "elsewhere": whole sources that nothing  |
|          |              | trains on and nothing is chosen by                                  |
| yaw      | float        | NaN: an ordinary photo. A number: an equirectangular panorama whose |
|          |              | centre column looks along `yaw`; the row is its view along `heading`|
| source   | str          | who took it or where it was published, "" where unknown             |
| kind     | str          | what took it: "phone", "gsv", "webcam", ..., "" where unknown       |
"""

from __future__ import annotations

import hashlib
import os
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from geoloc.geo import METRES_PER_DEGREE

COLUMNS = ("path", "country", "lat", "lon", "heading", "group", "split", "yaw", "source", "kind")
SPLITS = ("train", "val", "test")
ELSEWHERE = "elsewhere"
"""The split of whole sources that nothing trains on and nothing is chosen by."""
_NAMES_SHOWN = 5


class TableError(ValueError):
    """The table breaks a rule; the message lists every broken rule and what to do about it."""


@dataclass
class Problems:
    """What was skipped and why: names by reason, in the order they were met.

    Attributes:
        reasons: reason -> what was skipped for it.
        todo: reason -> what its owner can do about it, where that is not plain.
    """

    reasons: dict[str, list[str]] = field(default_factory=dict)
    todo: dict[str, str] = field(default_factory=dict)

    def add(self, reason: str, *names: str, todo: str = "") -> None:
        if names:
            self.reasons.setdefault(reason, []).extend(names)
            if todo:
                self.todo[reason] = todo

    def take(self, other: Problems) -> None:
        """Note what another skipped as well."""
        for reason, names in other.reasons.items():
            self.add(reason, *names, todo=other.todo.get(reason, ""))

    def drop(
        self,
        rows: pd.DataFrame,
        bad: pd.Series | np.ndarray,
        reason: str,
        name: str = "path",
        todo: str = "",
    ) -> pd.DataFrame:
        """The rows that are not `bad`; the others are noted by what their column `name` says."""
        bad = np.asarray(bad, dtype=bool)
        self.add(reason, *rows.loc[bad, name].astype(str), todo=todo)
        return rows.loc[~bad]

    def __len__(self) -> int:
        return sum(map(len, self.reasons.values()))

    def __str__(self) -> str:
        if not self:
            return "Nothing was skipped."
        lines = [f"{len(self):,} skipped:"]
        for why, names in self.reasons.items():
            lines.append(f"  {len(names):,} x {why}: {_some(names)}")
            if why in self.todo:
                lines.append(f"      {self.todo[why]}")
        return "\n".join(lines)


def from_columns(
    path: Sequence[str | os.PathLike[str]] | pd.Series,
    group: ArrayLike,
    *,
    country: Sequence[str | None] | np.ndarray | pd.Series | str | None = None,
    lat: ArrayLike = np.nan,
    lon: ArrayLike = np.nan,
    heading: ArrayLike = np.nan,
    split: ArrayLike = "",
    yaw: ArrayLike = np.nan,
    source: ArrayLike = "",
    kind: ArrayLike = "",
) -> pd.DataFrame:
    """A table from columns of one length, or one value for all; without `split`, split it next."""
    paths = [os.fspath(p) for p in path]
    table = pd.DataFrame(index=pd.RangeIndex(len(paths)))
    table["path"] = pd.Series(paths, dtype="str")
    table["country"] = _countries(country, len(paths))
    for name, values in (("lat", lat), ("lon", lon)):
        table[name] = np.asarray(values, dtype=float)
    table["heading"] = _in_turn(heading)
    table["group"] = np.asarray(group)
    table["yaw"] = _in_turn(yaw)
    for name, values in (("split", split), ("source", source), ("kind", kind)):
        table[name] = values if isinstance(values, str) else np.asarray(values)
    texts = ("group", "split", "source", "kind")
    return table.astype(dict.fromkeys(texts, "str"))[list(COLUMNS)]


def _in_turn(degrees: ArrayLike) -> np.ndarray:
    # Twice, since the remainder of the smallest negative angles rounds to 360 itself.
    return np.mod(np.mod(np.asarray(degrees, dtype=float), 360.0), 360.0)


def _countries(
    values: Sequence[str | None] | np.ndarray | pd.Series | str | None, length: int
) -> pd.Series:
    if values is None or isinstance(values, str):
        return pd.Series([values] * length, dtype=object)
    # pandas would turn None into NaN, and `country is None` would then never hold.
    return pd.Series([None if pd.isna(code) else str(code) for code in values], dtype=object)


def validate(table: pd.DataFrame) -> None:
    """Check every rule of the table.

    Raises:
        TableError: listing each broken rule, some of the rows that break it, and what to do.
    """
    wrong = _wrong_columns(table) or _wrong_rows(table)
    if wrong:
        raise TableError("This table cannot be used:\n" + "\n".join(f"- {line}" for line in wrong))


def _wrong_columns(table: pd.DataFrame) -> list[str]:
    missing = [name for name in COLUMNS if name not in table.columns]
    extra = [str(name) for name in table.columns if name not in COLUMNS]
    texts = [
        name
        for name in ("lat", "lon", "heading", "yaw")
        if name in table.columns and not pd.api.types.is_float_dtype(table[name])
    ]
    wrong = []
    if missing:
        wrong.append(f"columns are missing: {', '.join(missing)}. Build tables with from_columns.")
    if extra:
        wrong.append(f"columns do not belong: {', '.join(extra)}. Drop them.")
    if texts:
        wrong.append(f"columns are not floats: {', '.join(texts)}. Convert them, NaN for unknown.")
    if not wrong and table.empty:
        wrong.append("it has no rows. Check that the folder holds photos a reader understands.")
    return wrong


def _wrong_rows(table: pd.DataFrame) -> list[str]:
    lat, lon, heading, yaw = (table[name] for name in ("lat", "lon", "heading", "yaw"))
    named = table["country"].notna()
    is_code = table["country"].where(named, "").astype("str").str.fullmatch("[A-Z]{2}")
    absolute = np.array([isinstance(path, str) and os.path.isabs(path) for path in table["path"]])
    repeated = table.duplicated("path") & yaw.isna() | table.duplicated(["path", "heading"])
    rules = [
        (~absolute, "path is not absolute", "make it so"),
        (repeated, "file or view is listed before", "keep one row of each"),
        (named & ~is_code, "country is no ISO code", "write two capital letters or None"),
        (lat.isna() != lon.isna(), "only one of lat and lon is known", "give both or neither"),
        (~lat.isna() & ~lat.between(-90, 90), "latitude leaves [-90, 90]", "are the two swapped?"),
        (~lon.isna() & ~lon.between(-180, 180), "longitude leaves [-180, 180]", "check the file"),
        (
            ~named & lat.isna(),
            "neither country nor position is known",
            "leave these rows out",
        ),
        (_no_angle(heading), "heading leaves [0, 360)", "take it modulo 360"),
        (_no_angle(yaw), "yaw leaves [0, 360)", "take it modulo 360"),
        (yaw.notna() & heading.isna(), "panorama has no heading", "say where the view looks"),
        (table["group"].isna() | (table["group"] == ""), "group is empty", "use the file's name"),
        (
            ~table["split"].isin((*SPLITS, ELSEWHERE)),
            "split is not train, val, test or elsewhere",
            "use split_by_group",
        ),
    ]
    wrong = [
        f"{int(broken.sum()):,} x {what} ({_some(table.loc[broken, 'path'])}): {todo}."
        for broken, what, todo in rules
        if broken.any()
    ]
    splits = table.groupby("group")["split"].nunique()
    if (splits > 1).any():
        torn = splits.index[splits > 1]
        wrong.append(
            f"{len(torn):,} x group lies in two splits ({_some(torn)}): test photos would show "
            "places seen in training. Give each group one split, or use split_by_group."
        )
    return wrong


def _no_angle(degrees: pd.Series) -> pd.Series:
    return degrees.notna() & ~degrees.between(0, 360, inclusive="left")


def split_by_group(
    table: pd.DataFrame, fractions: Sequence[float] = (0.8, 0.1, 0.1), seed: int = 0
) -> pd.DataFrame:
    """The table with each group put whole into train, val or test.

    A group's split depends on its name and the seed alone, so photos added later move no other
    photo. The price: the shares are met on average, and a few groups may leave a split empty.

    Args:
        table: the table; an existing split is overwritten.
        fractions: shares of train, val and test, summing to 1.
        seed: another seed, another split.
    """
    if len(fractions) != 3 or min(fractions) < 0 or not np.isclose(sum(fractions), 1.0):
        raise ValueError(f"fractions are three shares that sum to 1, not {tuple(fractions)}")
    index, names = pd.factorize(table["group"])
    draws = np.array([_uniform(f"{seed}:{name}") for name in names])
    bounds = np.cumsum(fractions)[:2]
    splits = np.array(SPLITS)[np.searchsorted(bounds, draws, side="right")]
    return table.assign(split=pd.Series(splits[index], index=table.index, dtype="str"))


def split_all(table: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """`split_by_group`, but no split is left empty where there are three groups or more.

    With few groups, chance may leave one empty. Then the tenth of the groups with the highest
    draws, at least one, becomes test, the tenth below it val.
    """
    drawn = split_by_group(table, seed=seed)
    index, names = pd.factorize(table["group"])
    if len(names) < len(SPLITS) or drawn["split"].nunique() == len(SPLITS):
        return drawn
    few = max(1, round(len(names) / 10))
    order = np.argsort([_uniform(f"{seed}:{name}") for name in names], kind="stable")
    splits = np.full(len(names), "train", dtype=object)
    splits[order[-few:]] = "test"
    splits[order[-2 * few : -few]] = "val"
    return table.assign(split=pd.Series(splits[index], index=table.index, dtype="str"))


def _uniform(text: str) -> float:
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def block_names(lat: ArrayLike, lon: ArrayLike, size_m: float) -> np.ndarray:
    """The name of each point's block, "row_column" (N,), on a grid of `size_m` metres.

    The grid is fixed to the globe: places added later move no other place.

    Raises:
        ValueError: if the size is not above 0.
    """
    if not size_m > 0:
        raise ValueError(f"a block's edge is a positive number of metres, not {size_m}")
    lat, lon = np.asarray(lat, float), np.asarray(lon, float)
    height = size_m / METRES_PER_DEGREE
    row = np.floor(lat / height).astype(int)
    # All blocks of a row are equally wide, or they would not tile; at the pole one is enough.
    width = height / np.maximum(np.cos(np.radians((row + 0.5) * height)), 1e-6)
    # 180 and -180 are one meridian.
    column = np.floor(np.where(lon >= 180.0, lon - 360.0, lon) / width).astype(int)
    return np.array([f"{r}_{c}" for r, c in zip(row, column, strict=True)], dtype=str)


def summary(table: pd.DataFrame) -> str:
    """Counts by split and by country, as text for a terminal."""
    columns = ("photos", "groups", "countries", "positions", "headings")
    lines = [" " * 10 + "".join(f"{name:>11}" for name in columns)]
    splits = (*SPLITS, ELSEWHERE) if (table["split"] == ELSEWHERE).any() else SPLITS
    for name, rows in [(s, table[table["split"] == s]) for s in splits] + [("all", table)]:
        counts = (
            len(rows),
            rows["group"].nunique(),
            rows["country"].nunique(),
            int(rows["lat"].notna().sum()),
            int(rows["heading"].notna().sum()),
        )
        lines.append(f"{name:10}" + "".join(f"{count:>11,}" for count in counts))
    counts = pd.crosstab(table["country"].fillna("unknown"), table["split"])
    counts = counts.reindex(columns=list(SPLITS), fill_value=0)
    order = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index
    # A no-break space, so that lines break between countries only.
    cells = [f"{code}\N{NO-BREAK SPACE}{'/'.join(map(str, counts.loc[code]))}" for code in order]
    by_country = textwrap.fill("  ".join(cells), width=96).replace("\N{NO-BREAK SPACE}", " ")
    return "\n".join([*lines, "", "train/val/test by country:", by_country])


def _some(names: Iterable[str]) -> str:
    """A few of the names, safe to print: they come from files and folders of unknown origin."""
    names = list(names)
    shown = ", ".join(_printable(name) for name in names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return f"{shown} and {more:,} more" if more > 0 else shown


def _printable(name: str) -> str:
    name = name if len(name) <= 80 else f"{name[:40]}...{name[-37:]}"
    return name if name.isprintable() else ascii(name)
