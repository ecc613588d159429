"""Positions in XMP, where EXIF has none."""

from __future__ import annotations

import random

import pytest

from geoloc.geo import LatLon
from geoloc.photo import read_photo
from geoloc.photo.errors import UnusableError
from geoloc.photo.xmp import read_xmp_position
from tests.geoloc.bad_files import saved, street
from tests.geoloc.photo_files import (
    ASCII,
    GPS,
    SYDNEY,
    WHOLE,
    exif_block,
    packed_text,
    raw_profile,
    with_chunks,
    with_xmp,
    xmp_packet,
)

KINDS = ("JPEG", "PNG", "WEBP", "HEIC", "AVIF")
HERE = LatLon(-33.8568, 151.2153)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_photo_tells_its_xmp_position_and_that_it_is_one(kind: str) -> None:
    photo = read_photo(with_xmp(kind, SYDNEY))
    assert photo.position is not None
    assert (photo.position.lat, photo.position.lon) == pytest.approx((HERE.lat, HERE.lon))
    assert photo.position_source == "XMP"
    assert photo.warnings == () and not photo.damaged


@pytest.mark.parametrize("kind", KINDS)
def test_a_position_in_exif_is_believed_first(kind: str) -> None:
    photo = read_photo(with_xmp(kind, SYDNEY, exif=b"Exif\x00\x00" + exif_block(WHOLE)))
    assert photo.position is not None
    assert photo.position.lat == pytest.approx(40.446111, abs=1e-6)
    assert photo.position_source == "EXIF"


def test_a_void_position_in_exif_gives_way_to_that_in_xmp() -> None:
    void = exif_block({**WHOLE, (GPS, 9): (ASCII, b"V\x00")})
    photo = read_photo(with_xmp("JPEG", SYDNEY, exif=b"Exif\x00\x00" + void))
    assert photo.position_source == "XMP"


def test_a_raw_profile_of_a_png_tells_its_xmp_position() -> None:
    png = saved(street(), "PNG")
    plain = packed_text(b"Raw profile type xmp", raw_profile(b"xmp", SYDNEY))
    prefixed = raw_profile(b"APP1", b"http://ns.adobe.com/xap/1.0/\x00" + SYDNEY)
    for chunk in (plain, packed_text(b"Raw profile type APP1", prefixed)):
        photo = read_photo(with_chunks(png, chunk))
        assert photo.position is not None
        assert photo.position_source == "XMP"


def described(latitude: str, longitude: str, prefix: str = "exif:GPS") -> bytes:
    """A packet with these two properties."""
    return xmp_packet("", f'{prefix}Latitude="{latitude}" {prefix}Longitude="{longitude}"')


ELEMENTS = xmp_packet(
    "<exif:GPSLatitude>48,51.504N</exif:GPSLatitude><exif:GPSLongitude>2,17.67E</exif:GPSLongitude>"
)


@pytest.mark.parametrize(
    ("packet", "lat", "lon"),
    [
        (described("48,51.504N", "2,17.67E"), 48.8584, 2.2945),
        (described("48,51,30.24N", "2,17,40.2W"), 48.8584, -2.2945),
        (ELEMENTS, 48.8584, 2.2945),
        (described("-33.8568", "+151.2153", "drone-dji:Gps"), -33.8568, 151.2153),
        (
            described("48.8584", "2.2945", "drone-dji:Gps").replace(b"Longi", b"Longti"),
            48.8584,
            2.2945,
        ),
        (described("48.8584", "2.2945", "drone-dji:"), 48.8584, 2.2945),
        (SYDNEY.replace(b"exif:", b"e:").replace(b":exif=", b":e="), -33.8568, 151.2153),
        (SYDNEY.decode().encode("utf-16"), -33.8568, 151.2153),
        (SYDNEY + bytes(10), -33.8568, 151.2153),
    ],
    ids=[
        "minutes with decimals",
        "seconds",
        "as elements",
        "drone",
        "drone that cannot spell",
        "older drone",
        "another prefix",
        "UTF-16",
        "padded with zeros",
    ],
)
def test_positions_are_read_as_programs_and_drones_write_them(
    packet: bytes, lat: float, lon: float
) -> None:
    position = read_xmp_position(packet)
    assert position is not None
    assert (position.lat, position.lon) == pytest.approx((lat, lon), abs=1e-6)


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"no XML at all",
        xmp_packet(""),
        xmp_packet("", 'exif:GPSLatitude="48,51.504N"'),
        described("0,0N", "0,0E"),
        described("+0.0", "-0.0", "drone-dji:Gps"),
        described("", ""),
        SYDNEY.replace(b"exif:GPSLat", b'exif:GPSStatus="V" exif:GPSLat'),
        b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaa'>]>" + SYDNEY,
        SYDNEY[:250],
    ],
    ids=[
        "empty",
        "no XML",
        "nothing in it",
        "no longitude",
        "null island",
        "drone without a fix",
        "blanks",
        "void",
        "entities",
        "cut short",
    ],
)
def test_what_is_not_known_is_absent_without_a_warning(packet: bytes) -> None:
    assert read_xmp_position(packet) is None
    assert read_photo(with_xmp("JPEG", packet)).warnings == ()


def test_the_place_that_a_photo_shows_is_not_that_where_it_was_taken() -> None:
    shown = (
        '<x:LocationShown xmlns:x="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"><rdf:Bag><rdf:li>'
        '<rdf:Description exif:GPSLatitude="1,0N" exif:GPSLongitude="1,0E"/>'
        "</rdf:li></rdf:Bag></x:LocationShown>"
    )
    assert read_xmp_position(xmp_packet(shown)) is None


@pytest.mark.parametrize(
    "values",
    [
        ("91,0N", "2,0E"),
        ("48,51W", "2,0E"),
        ("48,61.5.2N", "2,0E"),
        ("somewhere", "2,0E"),
        ("-48,51N", "2,0E"),
        ("48,51N", "181,0E"),
    ],
)
def test_a_position_that_lies_nowhere_is_absent_with_one_warning(values: tuple[str, str]) -> None:
    packet = described(*values)
    with pytest.raises(UnusableError, match="XMP"):
        read_xmp_position(packet)
    photo = read_photo(with_xmp("JPEG", packet))
    assert photo.position is None
    assert len(photo.warnings) == 1 and "XMP" in str(photo.warnings[0])


def test_a_mutated_packet_raises_nothing_else() -> None:
    chance = random.Random(1)
    for _ in range(2000):
        mutant = bytearray(SYDNEY)
        for _ in range(chance.choice((1, 2, 8))):
            mutant[chance.randrange(len(mutant))] = chance.randrange(256)
        try:
            position = read_xmp_position(bytes(mutant))
        except UnusableError:
            continue
        assert position is None or -90 <= position.lat <= 90
