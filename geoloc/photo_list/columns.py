"""Where a table's columns are, by their names, and what separates them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from geoloc.errors import Notice, joined
from geoloc.photo_list.cells import number
from geoloc.photo_list.errors import PhotoListError

# Names without their spaces, signs and capitals; the first that is there counts.
_NAMES: Mapping[str, str] = {
    "path": (
        "path filepath file filename imagepath imagefile imagefilename image imagename imgpath img "
        "imgname photopath photofile photo photoname picture relativepath sourcefile fichier "
        "nomfichier chemin datei dateiname"
    ),
    "country": (
        "country countrycode iso2 isoa2 alpha2 countryiso countryiso2 iso3 isoa3 alpha3 cc "
        "countryname pays codepays"
    ),
    "lat": "lat latitude gpslatitude gpslat latdeg latitudedeg decimallatitude",
    "lon": "lon lng long longitude gpslongitude gpslon gpslng londeg longitudedeg decimallongitude",
    "heading": "heading angle compass compassangle bearing azimuth gpsimgdirection",
    "group": "block group placeid",
    "split": "split subset",
    "source": "source",
    "kind": "kind",
}
_ON_A_PLANE = {"lat": "y", "lon": "x"}
_DELIMITERS = ",;\t|"
_SEPARATOR = re.compile(r'\s*"?sep=(.)"?\s*\n?', re.IGNORECASE)
# What may stand before the columns' names: comments, a title, empty lines.
_PREAMBLE = 40
_SHOWN = 12
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Columns:
    """A table's first lines, understood.

    Attributes:
        names: of all columns, as they are written.
        roles: "path", "country", "lat", "lon", "heading", "group", "split", "source", "kind" -> the
            column's number.
        delimiter: what separates them.
        row: the line of the names, among those that `rows_of` gives.
    """

    names: tuple[str, ...]
    roles: Mapping[str, int]
    delimiter: str
    row: int

    @property
    def lists_photos(self) -> bool:
        """Whether there is a column of photos, and one of countries or two of positions."""
        return "path" in self.roles and (
            "country" in self.roles or {"lat", "lon"} <= self.roles.keys()
        )


def rows_of(text: str, delimiter: str) -> list[list[str]]:
    """The cells of each line, empty lines included.

    Raises:
        PhotoListError: if a quotation mark that is never closed makes one cell of the whole text.
    """
    return list(_parsed(text, delimiter))


def columns_of(text: str) -> Columns:
    """The columns of a table, by the beginning of its text.

    The names may stand under comments or a title; what Excel notes in a line "sep=;" is obeyed.
    """
    declared = _SEPARATOR.match(text)
    best = Columns((), {}, ",", 0)
    for delimiter in declared[1] if declared else _DELIMITERS:
        if delimiter in '"\n':
            continue
        rows = list(islice(_parsed(text, delimiter), _PREAMBLE))
        for row in range(len(rows)):
            here = _understood(rows[row:], delimiter, row)
            if _rank(here) > _rank(best):
                best = here
    return best


def _understood(rows: list[list[str]], delimiter: str, row: int) -> Columns:
    """The first of some lines, taken for the columns' names."""
    names = tuple(name.strip() for name in rows[0])
    keys = [_key(name) for name in names]

    def places(wanted: Mapping[str, str]) -> dict[str, int]:
        present = {role: [n for n in words.split() if n in keys] for role, words in wanted.items()}
        return {role: keys.index(words[0]) for role, words in present.items() if words}

    roles = places(_NAMES)
    plane = places(_ON_A_PLANE)
    if len(plane) == 2 and not {"lat", "lon"} & roles.keys() and _are_degrees(rows[1:], plane):
        roles |= plane
    return Columns(names, roles, delimiter, row)


def _are_degrees(rows: list[list[str]], plane: Mapping[str, int]) -> bool:
    """Whether y and x are degrees, and not places in a picture or on a national grid."""
    y, x = plane["lat"], plane["lon"]
    pairs = [(number(row[y]), number(row[x])) for row in rows if len(row) > max(y, x)]
    values = [(y, x) for y, x in pairs if y is not None and x is not None]
    on_globe = all(abs(y) <= 90 and abs(x) <= 180 for y, x in values)
    return on_globe and any(y % 1 or x % 1 for y, x in values)


def _rank(columns: Columns) -> tuple[bool, int, bool, int]:
    """Of several lines the first that lists photos has the names; else the one that says most."""
    is_comment = "".join(columns.names[:1]).startswith(("#", "//"))
    return (
        columns.lists_photos,
        len(columns.roles),
        not is_comment,
        min(len(columns.names), 2),
    )


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", re.sub(r"[(\[].*?[)\]]", "", name)).casefold()


def _parsed(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=delimiter != "\t")
    try:
        yield from lines
    except csv.Error as error:
        raise PhotoListError(
            "quotation_mark",
            "A quotation mark in line {line} is never closed ({error}). Close or remove it.",
            line=lines.line_num,
            error=error,
        ) from error


def not_understood(file: str, columns: Columns) -> Notice:
    """What a table has, and what was looked for."""
    names = [_shown(name) for name in columns.names[:_SHOWN]] or [Notice("none", "(none)")]
    shown = joined(names, ", ")
    if len(columns.names) > _SHOWN:
        shown = Notice("and_more", "{names} and more", {"names": shown})
    return Notice(
        "columns_not_understood",
        "{file} has the columns {columns}. One for the photo's file was looked for (path, file, "
        "filename, image or image_name), and either country, or both lat and lon (latitude, "
        "longitude, lng, long, or y and x in degrees). Name them so in the first line.",
        {"file": file, "columns": shown},
    )


def _shown(name: str) -> Notice | str:
    if not name:
        return Notice("no_name", "(no name)")
    plain = name if name.isprintable() else ascii(name)
    return plain[:_LONGEST_NAME]
