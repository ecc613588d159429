"""The four things that EXIF tells about where and how a photo was taken.

Only these few tags are read, each on its own: damage to one leaves the others, and damage anywhere
never costs the photo. Layout and tags: TIFF 6.0 and CIPA DC-008 (Exif 2.32). Pillow's own reader
reports damage through Python's process-wide warnings, which threads cannot hold apart.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain
from operator import neg
from typing import TypeVar

from geoloc.errors import Notice
from geoloc.geo import LatLon
from geoloc.photo.errors import UnusableError, nowhere
from geoloc.text import N_

_ORIENTATION, _EXIF_IFD, _GPS_IFD = 0x0112, 0x8769, 0x8825
_TIME_ORIGINAL, _OFFSET_ORIGINAL = 0x9003, 0x9011
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE, _STATUS, _DIRECTION = 1, 2, 3, 4, 9, 17

_BYTE, _ASCII, _UNDEFINED = 1, 2, 7
_TEXTS = frozenset((_BYTE, _ASCII, _UNDEFINED))
# By number of the type, the layout of one value. Writers choose types as they please: what counts
# is the number that is stored. 13 is a directory's offset, 16 to 18 are those of BigTIFF.
_LAYOUTS = {
    _BYTE: "B", _ASCII: "B", 3: "H", 4: "L", 5: "LL", 6: "b", _UNDEFINED: "B", 8: "h", 9: "l",
    10: "ll", 11: "f", 12: "d", 13: "L", 16: "Q", 17: "q", 18: "Q",
}  # fmt: skip
# No tag read here is longer; a forged count must not make a long list.
_LONGEST = 64
_MOST_BLOCKS = 8

_PREFIX = re.compile(rb"\AExif\x00.", re.DOTALL)
_TIME = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")

T = TypeVar("T")


@dataclass(frozen=True)
class Exif:
    """What a block, or several, hold: each absent where it is missing, not known or senseless.

    Attributes:
        orientation: 1 to 8, how the stored pixels are turned (1: not at all).
        position: where the camera stood, by its GPS.
        heading: where it looked, in degrees clockwise from the north it gives (true or magnetic).
        taken: when, in the camera's local time; aware if the offset from UTC is stored.
        warnings: a sentence for each thing that is stored and cannot be used.
    """

    orientation: int = 1
    position: LatLon | None = None
    heading: float | None = None
    taken: datetime | None = None
    warnings: tuple[Notice, ...] = ()


class _DamagedError(ValueError):
    """A structure of the block cannot be followed."""


def read_exif(*blocks: bytes | None) -> Exif:
    """Read the EXIF blocks of a photo, each with or without its `Exif` prefix.

    Some programs leave an empty block before the camera's own, or one that tells but the rotation:
    of each thing the first block that holds it is believed.
    """
    bare = (_PREFIX.sub(b"", block or b"") for block in blocks[:_MOST_BLOCKS])
    stored = [block for block in bare if block]
    readings = [reading for reading in map(_read, stored) if reading]
    if stored and not readings:
        return Exif(
            warnings=(
                Notice(
                    "exif_damaged",
                    "The EXIF data of this photo is damaged, so its place, time and rotation are "
                    "unknown. Only the picture itself is used.",
                ),
            )
        )

    def first(values: Iterable[T | None]) -> T | None:
        return next((value for value in values if value is not None), None)

    return Exif(
        orientation=first(reading.orientation for reading in readings if reading.orientation > 1)
        or 1,
        position=first(reading.position for reading in readings),
        heading=first(reading.heading for reading in readings),
        taken=first(reading.taken for reading in readings),
        warnings=tuple(dict.fromkeys(chain(*(reading.warnings for reading in readings)))),
    )


def _read(block: bytes) -> Exif | None:
    """What one block holds, none if it is damaged at its root."""
    try:
        tiff = _Tiff(block)
        main = tiff.directory(tiff.first)
    except _DamagedError:
        return None
    warnings: list[Notice] = []

    def attempt(what: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except _DamagedError:
            warnings.append(
                Notice(
                    "exif_part_damaged",
                    "The {part} in this photo's EXIF data is damaged and is not used.",
                    {"part": Notice("exif_part", what)},
                )
            )
        except UnusableError as error:
            warnings.append(error.notice)
        return None

    gps = attempt(N_("GPS block"), lambda: tiff.linked(main, _GPS_IFD)) or {}
    shot = attempt(N_("camera block"), lambda: tiff.linked(main, _EXIF_IFD)) or {}
    return Exif(
        orientation=attempt(N_("rotation"), lambda: _orientation(tiff, main)) or 1,
        position=attempt(N_("position"), lambda: _position(tiff, gps)),
        heading=attempt(N_("compass direction"), lambda: _heading(tiff, gps)),
        taken=attempt(N_("time"), lambda: _taken(tiff, shot)),
        warnings=tuple(warnings),
    )


_Directory = dict[int, tuple[int, int, int]]


class _Tiff:
    """A TIFF structure in memory whose every reference is checked against its bounds."""

    def __init__(self, block: bytes) -> None:
        self._block = block
        self._order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(block[:4], "")
        if not self._order:
            raise _DamagedError("no TIFF header")
        self.first: int = self._unpack("L", 4)[0]

    def directory(self, at: int) -> _Directory:
        """Its entries by tag: type, count, and where the value or its offset is."""
        (entries,) = self._unpack("H", at)
        table: _Directory = {}
        for entry in range(at + 2, at + 2 + 12 * entries, 12):
            tag, kind, count = self._unpack("HHL", entry)
            table.setdefault(tag, (kind, count, entry + 8))
        return table

    def linked(self, directory: _Directory, tag: int) -> _Directory | None:
        """The directory that a tag points to, none if there is no such tag."""
        at = self.whole(directory, tag)
        return None if at is None else self.directory(at)

    def whole(self, directory: _Directory, tag: int) -> int | None:
        """The first number of a tag, which must be whole; none if there is no such tag."""
        numbers = self.numbers(directory, tag)
        if not numbers:
            return None
        if not float(numbers[0]).is_integer():
            raise _DamagedError("not a whole number")
        return int(numbers[0])

    def numbers(self, directory: _Directory, tag: int) -> tuple[float, ...]:
        """The numbers of a tag, empty if there is no such tag.

        NaN stands for 0/0, by which EXIF says that a value is not known; infinity for any other
        number over zero.
        """
        if tag not in directory:
            return ()
        kind, count, at = self._value(directory[tag])
        if kind == _ASCII:
            raise _DamagedError("not a number")
        parts = self._unpack(_LAYOUTS[kind] * count, at)
        if len(_LAYOUTS[kind]) == 1:
            return parts
        return tuple(map(_quotient, parts[::2], parts[1::2]))

    def text(self, directory: _Directory, tag: int) -> str:
        """The text of a tag up to its first NUL, empty if there is no such tag."""
        if tag not in directory:
            return ""
        kind, count, at = self._value(directory[tag])
        if kind not in _TEXTS:
            raise _DamagedError("not a text")
        stored = self._block[at : at + count]
        return stored.partition(b"\x00")[0].decode("latin-1").strip()

    def _value(self, entry: tuple[int, int, int]) -> tuple[int, int, int]:
        kind, count, at = entry
        size = struct.calcsize("<" + _LAYOUTS.get(kind, "")) * count
        if not 0 < count <= _LONGEST or not size:
            raise _DamagedError("not a value that belongs here")
        if size > 4:
            (at,) = self._unpack("L", at)
        if at + size > len(self._block):
            raise _DamagedError("a value past the end")
        return kind, count, at

    def _unpack(self, layout: str, at: int) -> tuple[int, ...]:
        if not 0 <= at <= len(self._block):
            raise _DamagedError("a structure past the end")
        try:
            return struct.unpack_from(self._order + layout, self._block, at)
        except struct.error as error:
            raise _DamagedError("a structure past the end") from error


def _orientation(tiff: _Tiff, main: _Directory) -> int:
    value = tiff.whole(main, _ORIENTATION)
    # Zero is what some cameras write for "not known".
    if not value:
        return 1
    if value not in range(1, 9):
        raise UnusableError(
            "rotation_unusable",
            "The rotation in this photo's EXIF data is {value}, which is none of 1 to 8, so"
            " the photo is shown as it is stored.",
            value=value,
        )
    return value


def _position(tiff: _Tiff, gps: _Directory) -> LatLon | None:
    if _LATITUDE not in gps and _LONGITUDE not in gps:
        return None
    # Void: the receiver has lost its satellites, and what it last knew lies elsewhere.
    if _status(tiff, gps) == "V":
        return None
    lat = _angle(tiff.numbers(gps, _LATITUDE), tiff.text(gps, _LATITUDE_REF), "NS", 90)
    lon = _angle(tiff.numbers(gps, _LONGITUDE), tiff.text(gps, _LONGITUDE_REF), "EW", 180)
    # 0 N, 0 E is what cameras write when they do not know where they are.
    if lat is None or lon is None or lat == lon == 0:
        return None
    return LatLon(lat, lon)


def _status(tiff: _Tiff, gps: _Directory) -> str:
    try:
        return tiff.text(gps, _STATUS).upper()
    except _DamagedError:
        return ""


def _angle(numbers: tuple[float, ...], side: str, sides: str, most: float) -> float | None:
    """Degrees, minutes and seconds with their hemisphere as signed degrees, none if not known."""
    parts = _certain(numbers[:3])
    if parts is None:
        return None
    side = side[:1].upper()
    # A sign that says what the hemisphere says is no contradiction to it.
    if side == sides[1] and parts and parts[0] < 0:
        rest = parts[1:] if max(parts[1:], default=0) > 0 else map(neg, parts[1:])
        parts = (-parts[0], *rest)
    degrees = sum(part / 60**power for power, part in enumerate(parts))
    sound = all(0 <= part <= limit for part, limit in zip(parts, (most, 60, 60), strict=False))
    if not parts or not side or side not in sides or not sound or degrees > most:
        raise nowhere("EXIF")
    return -degrees if side == sides[1] else degrees


def _certain(parts: tuple[float, ...]) -> tuple[float, ...] | None:
    """The parts up to the first that is not known, none if too little is left to be a place.

    Cameras that write minutes with decimals leave the seconds, and those that write degrees with
    decimals the minutes, as not known. Whole degrees alone are a hundred kilometres wide.
    """
    unknown = [math.isnan(part) for part in parts]
    if not any(unknown):
        return parts
    first = unknown.index(True)
    if not all(unknown[first:]) or first == 0 or (first == 1 and float(parts[0]).is_integer()):
        return None
    return parts[:first]


def _quotient(above: int, below: int) -> float:
    if below:
        return above / below
    return math.copysign(math.inf, above) if above else math.nan


def _heading(tiff: _Tiff, gps: _Directory) -> float | None:
    numbers = tiff.numbers(gps, _DIRECTION)
    # What lies outside the circle, cameras write when they do not know where they look.
    if not numbers or not 0 <= numbers[0] <= 360:
        return None
    return numbers[0] % 360.0


def _taken(tiff: _Tiff, shot: _Directory) -> datetime | None:
    text = tiff.text(shot, _TIME_ORIGINAL)
    # A camera whose clock was never set leaves blanks or zeros between the colons.
    if not text.strip(": 0"):
        return None
    match = _TIME.match(text)
    try:
        if match is None:
            raise ValueError(text)
        year, month, day, hour, minute, second = map(int, match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(tiff, shot))
    except ValueError as error:
        raise UnusableError(
            "time_unusable",
            "The time in this photo's EXIF data is not a date, so it is not used.",
        ) from error


def _zone(tiff: _Tiff, shot: _Directory) -> timezone | None:
    try:
        text = tiff.text(shot, _OFFSET_ORIGINAL)
    except _DamagedError:
        return None
    if text == "Z":
        return UTC
    match = _OFFSET.fullmatch(text)
    if match is None or int(match[2]) > 14 or int(match[3]) > 59:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-offset if match[1] == "-" else offset)
