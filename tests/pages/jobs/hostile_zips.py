"""ZIPs as somebody makes them who wishes ill, by the kind of trick; each has one good photo."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable

import numpy as np
from PIL import Image

from geoloc.geo import LatLon
from tests.geoloc.bad_files import saved
from tests.pages.jobs.geotagged import exif, jpeg
from tests.pages.worst import worst_png

GOOD = ("good.jpg", jpeg(LatLon(48.81, 2.31)))
OTHER = jpeg(LatLon(48.812, 2.33), seed=1)
RECORD, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"
_ZEROS = bytes(20_000_000)
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED

Trick = Callable[[], bytes]


def with_good(
    name: str = "bad.jpg",
    data: bytes = OTHER,
    mode: int = 0,
    method: int = _STORED,
    extra: bytes = b"",
) -> bytes:
    """A ZIP of the good photo, and after it of one file."""
    info = zipfile.ZipInfo(name)
    info.filename, info.extra = name, extra  # ZipInfo itself would tidy the name up
    info.external_attr = mode << 16
    return packed((GOOD[0], GOOD[1], _STORED), (info, data, method))


def packed(*files: tuple[str | zipfile.ZipInfo, bytes, int]) -> bytes:
    """A ZIP of these files, each packed its own way."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, data, method in files:
            made.writestr(name, data, method)
    return stream.getvalue()


def last(data: bytes, signature: bytes, field: int, layout: str, value: int) -> bytes:
    """A ZIP with another number in the last record of a kind."""
    made = bytearray(data)
    struct.pack_into(layout, made, data.rindex(signature) + field, value)
    return bytes(made)


def renamed(data: bytes, old: bytes, new: bytes, flags: int = 0) -> bytes:
    """A ZIP with other bytes for a name, and other flags in the last record of its list."""
    return last(data.replace(old, new), RECORD, 8, "<H", flags)


def spoilt() -> bytes:
    data = bytearray(with_good())
    data[data.rindex(LOCAL) + 200] ^= 0xFF
    return bytes(data)


def local_of_another_name() -> bytes:
    data = bytearray(with_good())
    at = data.rindex(LOCAL) + 30
    data[at : at + 7] = b"xyz.jpg"
    return bytes(data)


def streamed() -> bytes:
    """Sizes after the data, as programs write that do not know them before."""

    class Pipe(io.RawIOBase):
        """What cannot go back."""

        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.data += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as made:
        made.writestr(*GOOD)
        made.writestr("bad.jpg", OTHER)
    return bytes(pipe.data)


def large_avifs(count: int = 150) -> bytes:
    """Pictures of 22 megapixels in a kilobyte each, all with a position."""
    picture = Image.new("RGB", (5000, 4400))
    data = saved(picture, "AVIF", exif=exif(LatLon(48.81, 2.32)))
    # Bytes after the end make each another file.
    files = [(f"{n}.avif", data + bytes([n]), _STORED) for n in range(count)]
    return packed((*GOOD, _STORED), *files)


def with_end(count: int, size: int, offset: int) -> bytes:
    """A good ZIP whose last lines tell something else."""
    data = with_good()
    end = data.rindex(END)
    return data[:end] + struct.pack("<4s4H2LH", END, 0, 0, count, count, size, offset, 0)


def zip64_leads_nowhere() -> bytes:
    data = with_good()
    end = data.rindex(END)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 2**62, 1)
    return (
        data[:end]
        + locator
        + struct.pack("<4s4H2LH", END, 0, 0, *[0xFFFF] * 2, *[2**32 - 1] * 2, 0)
    )


def records(count: int, overlap: bool = False) -> bytes:
    """A list that names the good photo so many times."""
    data = packed((*GOOD, _STORED))
    start, end = data.index(RECORD), data.index(END)
    record = bytearray(data[start:end])
    if not overlap:
        struct.pack_into("<2L", record, 20, 0, 0)
    tail = struct.pack("<4s4H2LH", END, 0, 0, 1, 1, count * len(record), start, 0)
    return data[:start] + bytes(record) * count + tail


def lying_extra() -> bytes:
    """A block of extras that is said to hold sizes, and is too short for them."""
    data = with_good(extra=struct.pack("<2H", 1, 0))
    return last(data, RECORD, 24, "<L", 2**32 - 1)


def noise() -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    return saved(Image.fromarray(pixels), "JPEG", exif=exif(LatLon(48.813, 2.34)))


BESIDE_GOOD: dict[str, Trick] = {
    "a bomb": lambda: with_good(data=_ZEROS, method=_DEFLATED),
    "a bomb that lies about its size": lambda: last(
        with_good(data=_ZEROS, method=_DEFLATED), RECORD, 24, "<L", 1000
    ),
    "a file that claims 4 GB": lambda: last(with_good(), RECORD, 24, "<L", 2**32 - 2),
    "a file that claims to be empty": lambda: last(with_good(), RECORD, 24, "<L", 0),
    "packed into less than it says": lambda: last(
        with_good(data=noise(), method=_DEFLATED), RECORD, 20, "<L", 50
    ),
    "a ZIP in the ZIP": lambda: with_good("a.zip", packed(("a.jpg", OTHER, _STORED))),
    "a ZIP under a photo's name": lambda: with_good(data=packed(("a.jpg", OTHER, _STORED))),
    "a path upwards": lambda: with_good("../../etc/cron.d/a.jpg"),
    "a path upwards on Windows": lambda: with_good("..\\..\\a.jpg"),
    "a path upwards from a drive": lambda: with_good("C:\\..\\a.jpg"),
    "a path from the root": lambda: with_good("/etc/passwd.jpg"),
    "a path to another computer": lambda: with_good("\\\\server\\share\\a.jpg"),
    "a name of Windows' own": lambda: with_good("CON.jpg"),
    "a link": lambda: with_good(data=b"/etc/passwd", mode=stat.S_IFLNK | 0o777),
    "a device": lambda: with_good(data=b"", mode=stat.S_IFCHR | 0o666),
    "a pipe": lambda: with_good(data=b"", mode=stat.S_IFIFO | 0o666),
    "a socket": lambda: with_good(data=b"", mode=stat.S_IFSOCK | 0o666),
    "a password": lambda: last(with_good(), RECORD, 8, "<H", 1),
    "a strong password": lambda: last(with_good(), RECORD, 8, "<H", 0x41),
    "LZMA": lambda: with_good(method=zipfile.ZIP_LZMA),
    "bzip2": lambda: with_good(method=zipfile.ZIP_BZIP2),
    "Deflate64": lambda: last(with_good(), RECORD, 10, "<H", 9),
    "an unknown packing": lambda: last(with_good(), RECORD, 10, "<H", 77),
    "a broken byte": spoilt,
    "a wrong checksum": lambda: last(with_good(), RECORD, 16, "<L", 12345),
    "a name in no encoding": lambda: renamed(with_good(), b"bad.jpg", b"b\xff\xfe.jpg", 0x800),
    "no name": lambda: with_good(""),
    "a name with a zero in it": lambda: renamed(with_good(), b"bad.jpg", b"b\x00d.jpg"),
    "a name that moves the cursor": lambda: with_good("\u202e\x1b[2J.jpg"),
    "a name of 60,000 letters": lambda: with_good("a" * 60_000 + ".jpg"),
    "a name with markup": lambda: with_good("<script>alert(1)</script>**.jpg"),
    "another name before the file": local_of_another_name,
    "the same name twice": lambda: with_good("good.jpg"),
    "extras that contradict themselves": lying_extra,
    "for a program of the future": lambda: last(with_good(), RECORD, 6, "<H", 99),
    "a file beyond the end": lambda: last(with_good(), RECORD, 42, "<L", 2**31),
    "a time that never was": lambda: last(with_good(), RECORD, 12, "<L", 0xFFFFFFFF),
    "nothing in it": lambda: with_good(data=b""),
    "a text under a photo's name": lambda: with_good(data=b"Dear reader"),
    "the worst picture": lambda: with_good("bad.png", worst_png()),
    "a photo that breaks off": lambda: with_good(data=OTHER[: len(OTHER) // 2]),
    "thousands of texts": lambda: packed(
        (*GOOD, _STORED), *((f"{n}.txt", b"", _STORED) for n in range(4_900))
    ),
    "sizes after the data": streamed,
    "a comment of 60,000 letters": lambda: last(with_good(), END, 20, "<H", 60_000) + bytes(60_000),
    "something before it": lambda: b"PK" + bytes(10_000) + with_good(),
    "a part of several disks": lambda: last(with_good(), END, 4, "<L", 0x00030003),
    "folders in folders": lambda: with_good("a/" * 2_000 + "b.jpg"),
}
"""By its kind, what costs its own file alone."""

REFUSED: dict[str, Trick] = {
    "a photo and no ZIP": lambda: GOOD[1],
    "nothing": lambda: b"",
    "only the letters PK": lambda: LOCAL + bytes(100),
    "half a ZIP": lambda: with_good()[:-30],
    "a list beyond the file": lambda: with_end(2, 2**31, 0),
    "a list that is none": lambda: with_end(2, 100, 10),
    "sizes of 64 bits that lead nowhere": zip64_leads_nowhere,
    "files that overlap": lambda: records(50, overlap=True),
    "more files than are read": lambda: records(5_001),
    "a list too long to look at": lambda: records(100_000),
}
"""By its kind, what is answered with a sentence, or has no file."""
