"""The four things that EXIF tells about where and how a photo was taken.

Only these few tags are read, each on its own: damage to one leaves the others, and damage anywhere
never costs the photo. Layout and tags: TIFF 6.0 and CIPA DC-008 (Exif 2.32). Pillow's own reader
reports damage through Python's process-wide warnings, which threads cannot hold apart.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar

from geoloc.geo import LatLon
from geoloc.text import N_, _

_ORIENTATION, _EXIF_IFD, _GPS_IFD = 0x0112, 0x8769, 0x8825
_TIME_ORIGINAL, _OFFSET_ORIGINAL = 0x9003, 0x9011
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE, _DIRECTION = 1, 2, 3, 4, 17

_ASCII, _SHORT, _LONG, _RATIONAL, _SIGNED_RATIONAL = 2, 3, 4, 5, 10
_SIZES = {_ASCII: 1, _SHORT: 2, _LONG: 4, _RATIONAL: 8, _SIGNED_RATIONAL: 8}
# No tag read here is longer; a forged count must not make a long list.
_LONGEST = 64

_TIME = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")

T = TypeVar("T")


@dataclass(frozen=True)
class Exif:
    """What was found, each absent where it is missing or makes no sense.

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
    warnings: tuple[str, ...] = ()


class _DamagedError(ValueError):
    """A structure of the block cannot be followed."""


class _UnusableError(ValueError):
    """A tag can be read and makes no sense; `str()` says so to the photo's owner."""


def read_exif(block: bytes | None) -> Exif:
    """Read an EXIF block, with or without its `Exif` prefix."""
    block = (block or b"").removeprefix(b"Exif\x00\x00")
    if not block:
        return Exif()
    try:
        tiff = _Tiff(block)
        main = tiff.directory(tiff.first)
    except _DamagedError:
        return Exif(
            warnings=(
                _(
                    "The EXIF data of this photo is damaged, so its place, time and rotation are "
                    "unknown. Only the picture itself is used."
                ),
            )
        )
    warnings: list[str] = []

    def attempt(what: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except _DamagedError:
            warnings.append(
                _("The {part} in this photo's EXIF data is damaged and is not used.", part=_(what))
            )
        except _UnusableError as error:
            warnings.append(str(error))
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
        """The first whole number of a tag, none if there is no such tag."""
        if tag not in directory:
            return None
        kind, _count, at = self._value(directory[tag])
        if kind not in (_SHORT, _LONG):
            raise _DamagedError("not a whole number")
        return self._unpack("H" if kind == _SHORT else "L", at)[0]

    def fractions(self, directory: _Directory, tag: int) -> tuple[float, ...]:
        """The fractions of a tag, empty if there is no such tag; NaN for one over zero."""
        if tag not in directory:
            return ()
        kind, count, at = self._value(directory[tag])
        if kind not in (_RATIONAL, _SIGNED_RATIONAL):
            raise _DamagedError("not a fraction")
        parts = self._unpack(("LL" if kind == _RATIONAL else "ll") * count, at)
        return tuple(
            above / below if below else math.nan
            for above, below in zip(parts[::2], parts[1::2], strict=True)
        )

    def text(self, directory: _Directory, tag: int) -> str:
        """The text of a tag up to its first NUL, empty if there is no such tag."""
        if tag not in directory:
            return ""
        kind, count, at = self._value(directory[tag])
        if kind != _ASCII:
            raise _DamagedError("not a text")
        stored = self._block[at : at + count]
        return stored.partition(b"\x00")[0].decode("latin-1").strip()

    def _value(self, entry: tuple[int, int, int]) -> tuple[int, int, int]:
        kind, count, at = entry
        size = _SIZES.get(kind, 0) * count
        if not 0 < count <= _LONGEST or not size:
            raise _DamagedError("not a value that belongs here")
        if size > 4:
            (at,) = self._unpack("L", at)
        if at + size > len(self._block):
            raise _DamagedError("a value past the end")
        return kind, count, at

    def _unpack(self, layout: str, at: int) -> tuple[int, ...]:
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
        raise _UnusableError(
            _(
                "The rotation in this photo's EXIF data is {value}, which is none of 1 to 8, so "
                "the photo is shown as it is stored.",
                value=value,
            )
        )
    return value


def _position(tiff: _Tiff, gps: _Directory) -> LatLon | None:
    if _LATITUDE not in gps and _LONGITUDE not in gps:
        return None
    lat = _angle(tiff.fractions(gps, _LATITUDE), tiff.text(gps, _LATITUDE_REF), "NS", 90)
    lon = _angle(tiff.fractions(gps, _LONGITUDE), tiff.text(gps, _LONGITUDE_REF), "EW", 180)
    if lat == 0 and lon == 0:
        raise _UnusableError(
            _(
                "The position in this photo's EXIF data is 0 N, 0 E, which cameras write when they "
                "do not know where they are, so it is not used."
            )
        )
    return LatLon(lat, lon)


def _angle(parts: tuple[float, ...], side: str, sides: str, most: float) -> float:
    """Degrees, minutes and seconds with their hemisphere as signed degrees."""
    side = side[:1].upper()
    degrees = sum(part / 60**power for power, part in enumerate(parts[:3]))
    # Comparisons with NaN, which stands for a fraction over zero, are false.
    sound = all(0 <= part <= limit for part, limit in zip(parts, (most, 60, 60), strict=False))
    if not parts or not side or side not in sides or not sound or degrees > most:
        raise _UnusableError(
            _(
                "The position in this photo's EXIF data is incomplete or lies nowhere on Earth, so "
                "it is not used."
            )
        )
    return -degrees if side == sides[1] else degrees


def _heading(tiff: _Tiff, gps: _Directory) -> float | None:
    if _DIRECTION not in gps:
        return None
    degrees = tiff.fractions(gps, _DIRECTION)[0]
    if not 0 <= degrees <= 360:
        raise _UnusableError(
            _(
                "The compass direction in this photo's EXIF data is not between 0 and 360 degrees, "
                "so it is not used."
            )
        )
    return degrees % 360


def _taken(tiff: _Tiff, shot: _Directory) -> datetime | None:
    text = tiff.text(shot, _TIME_ORIGINAL)
    # A camera whose clock was never set leaves blanks or zeros between the colons.
    if not text.strip(": 0"):
        return None
    match = _TIME.match(text)
    try:
        if match is None:
            raise ValueError(text)
        return datetime(*map(int, match.groups()), tzinfo=_zone(tiff, shot))
    except ValueError as error:
        raise _UnusableError(
            _("The time in this photo's EXIF data is not a date, so it is not used.")
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
