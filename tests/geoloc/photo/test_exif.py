"""EXIF: position, direction, time and rotation from sound, odd and damaged blocks."""

from __future__ import annotations

import random
import struct
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.geo import LatLon
from geoloc.photo import read_photo
from geoloc.photo.exif import Exif, read_exif
from tests.geoloc.bad_files import saved, street, with_app1
from tests.geoloc.photo_files import (
    ASCII,
    BYTE,
    DIRECTORY,
    DOUBLE,
    FLOAT,
    GPS,
    LINKS,
    LONG,
    MAIN,
    RATIONAL,
    SHORT,
    SHOT,
    SIGNED,
    SIGNED_LONG,
    WHOLE,
    Tags,
    exif_block,
    packed_text,
    position_tags,
    raw_profile,
    with_chunks,
    with_riff_chunks,
)

READ = Exif(
    orientation=6,
    position=LatLon(40 + 26 / 60 + 46 / 3600, -(79 + 58 / 60 + 56 / 3600)),
    heading=123.45,
    taken=datetime(2021, 6, 30, 18, 5, 9, tzinfo=timezone(timedelta(hours=5, minutes=30))),
)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("prefix", [b"", b"Exif\x00\x00"])
def test_a_sound_block_is_read_whole(order: str, prefix: bytes) -> None:
    assert read_exif(prefix + exif_block(WHOLE, order)) == READ


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIC", "AVIF"])
def test_each_kind_of_photo_tells_place_time_and_direction(kind: str) -> None:
    data = saved(street(), kind, exif=b"Exif\x00\x00" + exif_block(WHOLE))
    photo = read_photo(data)
    assert (photo.position, photo.heading, photo.taken) == (
        READ.position,
        READ.heading,
        READ.taken,
    )
    assert photo.warnings == ()


@pytest.mark.parametrize("block", [None, b"", b"Exif\x00\x00"])
def test_no_block_tells_nothing_and_warns_of_nothing(block: bytes | None) -> None:
    assert read_exif(block) == Exif()


def test_a_block_without_these_tags_warns_of_nothing() -> None:
    assert read_exif(exif_block({})) == Exif()


@given(
    lat=st.floats(-89.999, 89.999),
    lon=st.floats(-179.999, 179.999),
    order=st.sampled_from("<>"),
)
def test_a_position_comes_back_from_degrees_minutes_and_seconds(
    lat: float, lon: float, order: str
) -> None:
    def parts(value: float) -> tuple:
        minutes, seconds = divmod(round(abs(value) * 3_600_000), 60_000)
        return minutes // 60, 1, minutes % 60, 1, seconds, 1000

    tags = position_tags(
        parts(lat), b"S" if lat < 0 else b"N", parts(lon), b"W" if lon < 0 else b"E"
    )
    position = read_exif(exif_block(tags, order)).position
    if parts(lat) == parts(lon) == (0, 1, 0, 1, 0, 1000):
        assert position is None
        return
    assert position is not None
    # Half a thousandth of a second.
    assert position.lat == pytest.approx(lat, abs=1.5e-7)
    assert position.lon == pytest.approx(lon, abs=1.5e-7)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (position_tags(lat_side=b"s", lon_side=b"east\x00"), (-40.446111, 79.982222)),
        (position_tags(lat=(40446111, 1000000), lon=(79, 1, 5893, 100)), (40.446111, -79.982167)),
        (position_tags(lat=(0, 1, 0, 1, 0, 1)), (0.0, -79.982222)),
        (position_tags(lat=(40, 1, 26, 1, 60, 1)), (40.45, -79.982222)),
        (position_tags(lat=(90, 1, 0, 1, 0, 1), lon=(180, 1)), (90.0, -180.0)),
    ],
    ids=["sides in words", "decimals", "on the equator", "sixty seconds", "corner of the globe"],
)
def test_positions_are_read_as_cameras_write_them(tags: Tags, expected: tuple) -> None:
    exif = read_exif(exif_block(tags))
    assert exif.position is not None
    assert (exif.position.lat, exif.position.lon) == pytest.approx(expected, abs=1e-6)
    assert exif.warnings == ()


def without(tags: Tags, *missing: int) -> Tags:
    return {place: value for place, value in tags.items() if place[1] not in missing}


@pytest.mark.parametrize(
    "tags",
    [
        position_tags(lat=(40, 1, 26, 1, 46, 0)),
        position_tags(lat=(91, 1, 0, 1, 0, 1)),
        position_tags(lat=(90, 1, 0, 1, 1, 1)),
        position_tags(lon=(180, 1, 0, 1, 1, 1)),
        position_tags(lat=(40, 1, 61, 1, 0, 1)),
        position_tags(lat=(4294967295, 1)),
        position_tags(lat_side=b"X\x00"),
        position_tags(lat_side=b"W\x00"),
        position_tags(lat_side=b"\x00\x00"),
        without(position_tags(), 1),
        without(position_tags(), 3),
        without(position_tags(), 2),
        without(position_tags(), 4),
        {**position_tags(), (GPS, 2): (SIGNED, -40, 1, 26, 1, 46, 1)},
        {**position_tags(), (GPS, 2): (SIGNED, 40, 1, -26, 1, 46, 1)},
        {**position_tags(lat_side=b"S\x00"), (GPS, 2): (SIGNED, 40, 1, -26, 1, 46, 1)},
        {**position_tags(), (GPS, 2): (DOUBLE, float("inf"))},
        {**position_tags(), (GPS, 2): (ASCII, b"40.446111 N")},
        {**position_tags(), (GPS, 1): (SHORT, 78)},
    ],
    ids=[
        "seconds over zero",
        "beyond the pole",
        "a second beyond the pole",
        "a second beyond the date line",
        "61 minutes",
        "overflow",
        "no such side",
        "side of the other axis",
        "empty side",
        "no side of latitude",
        "no side of longitude",
        "no latitude",
        "no longitude",
        "negative north",
        "negative minutes",
        "negative minutes of the south",
        "infinite",
        "text",
        "side as a number",
    ],
)
def test_a_position_that_makes_no_sense_is_absent_with_one_warning(tags: Tags) -> None:
    exif = read_exif(exif_block(tags))
    assert exif.position is None
    assert len(exif.warnings) == 1
    assert "position" in str(exif.warnings[0])


NAN = float("nan")
SOUTH = position_tags(lat_side=b"S\x00")


@pytest.mark.parametrize(
    "tags",
    [
        position_tags(lat=(0, 0, 0, 0, 0, 0), lon=(0, 0, 0, 0, 0, 0)),
        position_tags(lon=(0, 0)),
        position_tags(lat=(40, 1, 0, 0, 0, 0)),
        position_tags(lat=(0, 0, 26, 1, 46, 1)),
        position_tags(lat=(40, 1, 0, 0, 46, 1)),
        position_tags(lat=(0, 1), lon=(0, 1)),
        {**position_tags(), (GPS, 2): (DOUBLE, NAN)},
        {**position_tags(), (GPS, 9): (ASCII, b"V\x00")},
        {**position_tags(lat=(0, 0)), (GPS, 9): (ASCII, b"v\x00")},
    ],
    ids=[
        "zero over zero",
        "no longitude",
        "no minutes",
        "no degrees",
        "no minutes but seconds",
        "null island",
        "NaN",
        "void",
        "void and zero over zero",
    ],
)
def test_a_position_that_is_not_known_is_absent_without_a_warning(tags: Tags) -> None:
    exif = read_exif(exif_block({**tags, (MAIN, 0x0112): (SHORT, 6)}))
    assert exif.position is None
    assert exif.warnings == ()
    assert exif.orientation == 6


@pytest.mark.parametrize(
    ("tags", "lat"),
    [
        (position_tags(lat=(48, 1, 51504, 1000, 0, 0)), 48.8584),
        (position_tags(lat=(48, 1, 51, 1, 0, 0)), 48.85),
        (position_tags(lat=(488584, 10000, 0, 0, 0, 0)), 48.8584),
        (
            {**position_tags(lat_side=b"S\x00"), (GPS, 2): (SIGNED, -33, 1, -51, 1, -2448, 100)},
            -33.8568,
        ),
        (
            {**position_tags(lat_side=b"S\x00"), (GPS, 2): (SIGNED, -33, 1, 51, 1, 2448, 100)},
            -33.8568,
        ),
        ({**SOUTH, (GPS, 2): (DOUBLE, -33.8568)}, -33.8568),
        ({**position_tags(), (GPS, 9): (ASCII, b"A\x00")}, 40.446111),
    ],
    ids=[
        "seconds not known",
        "seconds not known beside whole minutes",
        "minutes not known beside degrees with decimals",
        "sign and side agree",
        "sign of the degrees and side agree",
        "decimals with sign and side",
        "measuring",
    ],
)
def test_what_is_known_of_a_position_is_read(tags: Tags, lat: float) -> None:
    exif = read_exif(exif_block(tags))
    assert exif.position is not None
    assert exif.position.lat == pytest.approx(lat, abs=1e-6)
    assert exif.warnings == ()


# Types of numbers


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("link", [LONG, SIGNED_LONG, DIRECTORY, DOUBLE])
def test_a_directory_is_found_by_any_type_of_offset(order: str, link: int) -> None:
    assert read_exif(exif_block(WHOLE, order, link)) == READ


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [BYTE, SHORT, LONG, 6, 8, SIGNED_LONG, FLOAT, DOUBLE, DIRECTORY])
def test_a_rotation_is_read_for_what_it_holds(order: str, kind: int) -> None:
    exif = read_exif(exif_block({(MAIN, 0x0112): (kind, 6)}, order))
    assert exif.orientation == 6
    assert exif.warnings == ()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [BYTE, SHORT, LONG, 8, SIGNED_LONG, FLOAT, DOUBLE])
def test_degrees_minutes_and_seconds_may_be_of_any_type(order: str, kind: int) -> None:
    tags = {**position_tags(), (GPS, 2): (kind, 40, 26, 46), (GPS, 4): (kind, 79, 58, 56)}
    exif = read_exif(exif_block(tags, order))
    assert exif.position == READ.position
    assert exif.warnings == ()


@pytest.mark.parametrize("kind", [FLOAT, DOUBLE])
def test_degrees_with_decimals_may_be_one_number(kind: int) -> None:
    tags = {**position_tags(), (GPS, 2): (kind, 40.446111), (GPS, 4): (kind, 79.982222)}
    position = read_exif(exif_block(tags)).position
    assert position is not None
    assert (position.lat, position.lon) == pytest.approx((40.446111, -79.982222), abs=1e-5)


@pytest.mark.parametrize("kind", [BYTE, 7])
def test_texts_may_be_bytes(kind: int) -> None:
    block = exif_block(WHOLE)
    for tag, count in ((1, 2), (3, 2), (0x9003, 20)):
        entry = struct.pack("<HHL", tag, ASCII, count)
        assert block.count(entry) == 1
        block = block.replace(entry, struct.pack("<HHL", tag, kind, count))
    assert read_exif(block) == READ


def test_a_direction_may_be_of_any_type() -> None:
    for kind in (SHORT, LONG, FLOAT, DOUBLE):
        assert read_exif(exif_block({(GPS, 17): (kind, 9)})).heading == 9


# Several blocks


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"Exif\x00\x00",
        exif_block({}),
        b"II*\x00\xff\xff\xff\xff",
        exif_block({(MAIN, 0x0112): (SHORT, 1)}),
    ],
    ids=["no bytes", "no block", "no tags", "damaged", "another one's"],
)
def test_a_first_block_does_not_hide_a_second(first: bytes) -> None:
    assert read_exif(first, exif_block(WHOLE)) == READ


def test_of_two_blocks_the_first_that_tells_is_believed() -> None:
    other = {**WHOLE, **position_tags(lat=(50, 1)), (MAIN, 0x0112): (SHORT, 3)}
    assert read_exif(exif_block(WHOLE), exif_block(other)) == READ
    there = read_exif(exif_block({(MAIN, 0x0112): (SHORT, 6)}), exif_block(other))
    assert there.orientation == 6
    assert there.position is not None and there.position.lat == 50


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_empty_block_in_a_file_does_not_hide_the_camera_s(kind: str) -> None:
    block = b"Exif\x00\x00" + exif_block(WHOLE)
    empty = {
        "JPEG": lambda data: with_app1(data, b"Exif\x00\x00"),
        "PNG": lambda data: with_chunks(data, (b"eXIf", b"")),
        "WEBP": lambda data: with_riff_chunks(
            saved(street(), "WEBP"), (b"EXIF", b""), (b"EXIF", block)
        ),
    }
    photo = read_photo(empty[kind](saved(street(), kind, exif=block)))
    assert (photo.position, photo.taken) == (READ.position, READ.taken)
    assert photo.warnings == ()


@pytest.mark.parametrize("name", [b"Raw profile type exif", b"Raw profile type APP1"])
@pytest.mark.parametrize("chunk", [b"tEXt", b"zTXt", b"iTXt"])
def test_a_raw_profile_of_a_png_is_read(name: bytes, chunk: bytes) -> None:
    text = raw_profile(b"exif", b"Exif\x00\x00" + exif_block(WHOLE))
    payload = {
        b"tEXt": name + b"\x00" + text,
        b"zTXt": packed_text(name, text)[1],
        b"iTXt": name + bytes(5) + text,
    }
    photo = read_photo(with_chunks(saved(street(), "PNG"), (chunk, payload[chunk])))
    assert (photo.position, photo.heading) == (READ.position, READ.heading)
    assert photo.pixels.shape == (96, 64, 3)
    assert photo.warnings == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [((0, 1), 0.0), ((36000, 100), 0.0), ((35999, 100), 359.99), ((1, 3), 1 / 3)],
)
def test_a_direction_lies_from_0_to_below_360(value: tuple, expected: float) -> None:
    exif = read_exif(exif_block({(GPS, 17): (RATIONAL, *value)}))
    assert exif.heading == pytest.approx(expected)
    assert exif.warnings == ()


@pytest.mark.parametrize(
    "value", [(RATIONAL, 361, 1), (RATIONAL, 0, 0), (RATIONAL, 65535, 100), (SIGNED, -1, 1)]
)
def test_a_direction_that_is_not_known_is_absent_without_a_warning(value: tuple) -> None:
    exif = read_exif(exif_block({**position_tags(), (GPS, 17): value}))
    assert exif.heading is None
    assert exif.warnings == ()
    assert exif.position == READ.position


def test_a_direction_that_is_no_number_is_absent_with_a_warning() -> None:
    exif = read_exif(exif_block({**position_tags(), (GPS, 17): (ASCII, b"north\x00")}))
    assert exif.heading is None
    assert "direction" in " ".join(map(str, exif.warnings))
    assert exif.position == READ.position


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"2021:06:30 18:05:09\x00", datetime(2021, 6, 30, 18, 5, 9)),
        (b"2021-06-30T18:05:09\x00", datetime(2021, 6, 30, 18, 5, 9)),
        (b"2021:06:30 18:05:09 pm\x00", datetime(2021, 6, 30, 18, 5, 9)),
        (b"0000:00:00 00:00:00\x00", None),
        (b"    :  :     :  :  \x00", None),
        (b"\x00", None),
    ],
)
def test_times_are_read_as_cameras_write_them(text: bytes, expected: datetime | None) -> None:
    exif = read_exif(exif_block({(SHOT, 0x9003): (ASCII, text)}))
    assert exif.taken == expected
    assert exif.warnings == ()


@pytest.mark.parametrize(
    "text", [b"2021:13:30 18:05:09", b"2021:02:30 18:05:09", b"2021:06:30 25:05:09", b"yesterday"]
)
def test_a_time_that_is_none_is_absent_with_a_warning(text: bytes) -> None:
    exif = read_exif(exif_block({**position_tags(), (SHOT, 0x9003): (ASCII, text)}))
    assert exif.taken is None
    assert "time" in " ".join(map(str, exif.warnings))
    assert exif.position == READ.position


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        ((ASCII, b"+02:00\x00"), 120),
        ((ASCII, b"-0930\x00"), -570),
        ((ASCII, b"Z\x00"), 0),
        ((ASCII, b"+25:00\x00"), None),
        ((ASCII, b"   :  \x00"), None),
        ((ASCII, b"\xff\xff\xff\xff\xff"), None),
        ((SHORT, 2), None),
    ],
)
def test_the_offset_from_utc_is_kept_where_it_is_one(value: tuple, minutes: int | None) -> None:
    tags = {(SHOT, 0x9003): (ASCII, b"2021:06:30 18:05:09\x00"), (SHOT, 0x9011): value}
    taken = read_exif(exif_block(tags)).taken
    assert taken is not None
    offset = None if minutes is None else timedelta(minutes=minutes)
    assert taken.utcoffset() == offset
    assert taken.replace(tzinfo=None) == datetime(2021, 6, 30, 18, 5, 9)


@pytest.mark.parametrize(
    ("value", "expected", "warned"),
    [
        ((SHORT, 8), 8, False),
        ((LONG, 3), 3, False),
        ((SHORT, 0), 1, False),
        ((SHORT, 9), 1, True),
        ((SHORT, 65535), 1, True),
        ((ASCII, b"6\x00"), 1, True),
    ],
)
def test_a_rotation_that_is_none_leaves_the_photo_as_stored(
    value: tuple, expected: int, warned: bool
) -> None:
    exif = read_exif(exif_block({**position_tags(), (MAIN, 0x0112): value}))
    assert exif.orientation == expected
    assert ("rotation" in " ".join(map(str, exif.warnings))) == warned
    assert exif.position == READ.position


def test_damage_to_one_directory_leaves_the_others() -> None:
    block = bytearray(exif_block(WHOLE))
    link = block.index(struct.pack("<HHL", LINKS[GPS], LONG, 1)) + 8
    block[link : link + 4] = struct.pack("<L", 0x7FFFFFFF)
    exif = read_exif(bytes(block))
    assert (exif.orientation, exif.taken) == (READ.orientation, READ.taken)
    assert (exif.position, exif.heading) == (None, None)
    assert "GPS" in " ".join(map(str, exif.warnings))


def test_a_directory_that_links_to_itself_ends() -> None:
    block = bytearray(exif_block(WHOLE))
    link = block.index(struct.pack("<HHL", LINKS[GPS], LONG, 1)) + 8
    block[link : link + 4] = struct.pack("<L", 8)
    assert read_exif(bytes(block)).orientation == READ.orientation


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_block_cut_anywhere_tells_the_truth_or_nothing(order: str) -> None:
    block = exif_block(WHOLE, order)
    for end in range(1, len(block)):
        exif = read_exif(block[:end])
        assert exif.position in (None, READ.position)
        assert exif.heading in (None, READ.heading)
        assert exif.orientation in (1, READ.orientation)
        assert exif.taken is None or exif.taken.replace(tzinfo=None) == READ.taken.replace(
            tzinfo=None
        )
        assert exif == READ or exif.warnings or end > len(block) - 5


def test_a_mutated_block_raises_nothing() -> None:
    chance = random.Random(1)
    block = exif_block(WHOLE)
    changed = 0
    for _ in range(3000):
        mutant = bytearray(block)
        for _ in range(chance.choice((1, 2, 8))):
            mutant[chance.randrange(len(mutant))] = chance.choice((0, 255, chance.randrange(256)))
        changed += read_exif(bytes(mutant)) != READ
    assert 0 < changed < 3000
