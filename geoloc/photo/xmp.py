"""The position in a photo's XMP, where programs and drones put one that EXIF does not have.

XMP is RDF in XML (ISO 16684-1). Positions: the `exif` schema of Adobe's XMP Specification, part 2,
as degrees and minutes with a letter for the hemisphere; DJI's own schema as signed degrees.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from xml.parsers import expat

from geoloc.geo import LatLon
from geoloc.photo.errors import nowhere

_EXIF = "http://ns.adobe.com/exif/1.0/"
# DJI's first drones wrote longtitude, with two t.
_NAMES = (
    (f"{_EXIF} GPSLatitude", f"{_EXIF} GPSLongitude"),
    ("dji GpsLatitude", "dji GpsLongitude"),
    ("dji GpsLatitude", "dji GpsLongtitude"),
    ("dji Latitude", "dji Longitude"),
)
_STATUS = f"{_EXIF} GPSStatus"
_WANTED = {name for names in _NAMES for name in names} | {_STATUS}
_DRONE = re.compile(r"\Ahttps?://www\.dji\.com/drone-dji/\S* (\w+)\Z")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PHOTO = [f"{_RDF} RDF", f"{_RDF} Description"]
# The standard's own bound for a packet in a JPEG is 65,502 bytes; elsewhere some are longer.
_LARGEST = 4_000_000
_LONGEST_VALUE = 64

_ANGLE = re.compile(
    r"\s*([+-]?)(\d{1,3}(?:\.\d*)?)(?:,(\d{1,2}(?:\.\d*)?)(?:,(\d{1,2}(?:\.\d*)?))?)?\s*([NSEW]?)\s*",
    re.ASCII | re.IGNORECASE,
)


class _StopError(Exception):
    """The packet declares entities, which no XMP does."""


def read_xmp_position(packet: bytes) -> LatLon | None:
    """The position in an XMP packet, none if there is none or it is not known.

    Raises:
        UnusableError: if what stands there is none on Earth.
    """
    values = _values(packet)
    if values.get(_STATUS, "").strip().upper() == "V":
        return None
    for lat_name, lon_name in _NAMES:
        if lat_name in values and lon_name in values:
            return _position(values[lat_name], values[lon_name])
    return None


def _position(lat_text: str, lon_text: str) -> LatLon | None:
    lat, lon = _angle(lat_text, "NS", 90), _angle(lon_text, "EW", 180)
    if lat is None or lon is None:
        raise nowhere("XMP")
    # As in EXIF, what is written where nothing is known.
    return None if lat == lon == 0 else LatLon(lat, lon)


def _angle(text: str, sides: str, most: float) -> float | None:
    match = _ANGLE.fullmatch(text)
    if match is None:
        return None
    sign, *parts, side = match.groups()
    degrees = math.fsum(float(part or 0) / 60**power for power, part in enumerate(parts))
    if degrees > most or side.upper() not in ("", *sides):
        return None
    # Without a letter the sign tells the hemisphere; with both they have to agree.
    if sign == "-" and side.upper() == sides[0]:
        return None
    return -degrees if sign == "-" or side.upper() == sides[1] else degrees


def _values(packet: bytes) -> dict[str, str]:
    """By name, the first value of each property of the photo itself that may tell a position.

    Deeper structures tell of other places, as that of what the photo shows.
    """
    values: dict[str, str] = {}
    path: list[str] = []
    text: list[str] = []

    def keep(name: str, value: str) -> None:
        name = _DRONE.sub(r"dji \1", name)
        if name in _WANTED and value.strip() and len(value) <= _LONGEST_VALUE:
            values.setdefault(name, value)

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name)
        text.clear()
        if path[-2:] == _PHOTO:
            for attribute, value in attributes.items():
                keep(attribute, value)

    def data(piece: str) -> None:
        if len(text) <= _LONGEST_VALUE:
            text.append(piece)

    def end(name: str) -> None:
        if path[-3:-1] == _PHOTO:
            keep(name, "".join(text))
        path.pop()
        text.clear()

    def refuse(*_: object) -> None:
        raise _StopError

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.CharacterDataHandler = data
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    # What comes before damage is as the program wrote it.
    with suppress(_StopError, expat.ExpatError, ValueError, LookupError):
        parser.Parse(packet[:_LARGEST].rstrip(b"\x00"), True)
    return values
