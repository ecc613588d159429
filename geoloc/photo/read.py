"""`read_photo`, the way in, and `Photo`, what comes out."""

from __future__ import annotations

import hashlib
import math
import stat
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image

from geoloc.errors import Notice
from geoloc.geo import LatLon
from geoloc.photo.decode import decode, metadata
from geoloc.photo.errors import PhotoError, UnusableError
from geoloc.photo.exif import Exif, read_exif
from geoloc.photo.kind import kind_of
from geoloc.photo.xmp import read_xmp_position

if TYPE_CHECKING:
    from geoloc.photo.inputs import Frame, Framing

MAX_BYTES = 30_000_000
"""The largest file that is read; a 48-megapixel phone photo has about half of that."""

PositionSource = Literal["EXIF", "XMP"]

_TURN = Image.Transpose
_UPRIGHT = {
    2: _TURN.FLIP_LEFT_RIGHT,
    3: _TURN.ROTATE_180,
    4: _TURN.FLIP_TOP_BOTTOM,
    5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_270,
    7: _TURN.TRANSVERSE,
    8: _TURN.ROTATE_90,
}


@dataclass(frozen=True)
class Photo:
    """A photo as everything else sees it; photos of the same file are equal.

    Attributes:
        pixels: uint8 (H, W, 3), sRGB, upright, at most `LONGEST_SIDE` a side; cannot be written.
        sha256: of the file's bytes, in hex: a key for caches.
        position: where the camera stood, by the file's EXIF data, or by its XMP data where EXIF
            holds none.
        position_source: which of the two a position is from.
        taken: when, in local time; aware if the EXIF data holds the offset from UTC.
        heading: where the camera looked, in degrees [0, 360) clockwise from north, true or
            magnetic, whichever the camera wrote.
        warnings: what its owner is to be told of what could not be used; `str()` of each is a
            sentence.
        damaged: whether one of them is of a part of the file that could not be read.

    Example:
        >>> import geoloc
        >>> photo = geoloc.read_photo("street.jpg")
        >>> photo.pixels.dtype, photo.pixels.ndim, len(photo.sha256)
        (dtype('uint8'), 3, 64)
    """

    pixels: np.ndarray = field(compare=False, repr=False)
    sha256: str
    position: LatLon | None = None
    position_source: PositionSource = "EXIF"
    taken: datetime | None = None
    heading: float | None = None
    warnings: tuple[Notice, ...] = ()
    damaged: bool = False
    _frames: dict[Framing, Frame] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def frame(self, framing: Framing) -> Frame:
        """The photo as networks of one framing are given it, scaled for all of them once."""
        if framing not in self._frames:
            # This imports OpenCV, before which the app's first page is drawn.
            from geoloc.photo.inputs import frame

            self._frames[framing] = frame(self.pixels, framing)
        return self._frames[framing]


def read_photo(source: bytes | str | Path, columns: int | None = None) -> Photo:
    """Read an untrusted file as a photo, in bounded memory and without writing anywhere.

    Args:
        source: the file's bytes, or the path to it.
        columns: how many its 2:1 band needs at least; a JPEG is then decoded at an eighth where
            that is enough. As many as a page shows if None.

    Raises:
        PhotoError: if it is no photo, or none that can be read; `str()` is a sentence for users.

    Example:
        >>> import geoloc
        >>> geoloc.read_photo("street.jpg").warnings
        ()
    """
    data = source if isinstance(source, bytes) else _read_file(Path(source))
    if len(data) > MAX_BYTES:
        raise _too_large(len(data))
    picture = decode(data, kind_of(data), columns)
    exif = read_exif(*picture.exif)
    position, source, xmp_warnings = _position(exif, picture.xmp)
    turn = _UPRIGHT.get(picture.orientation or exif.orientation or 1)
    # Nobody can write it: a photo is shared by every rerun and thread that asks for the same bytes.
    pixels = np.asarray(picture.image if turn is None else picture.image.transpose(turn))
    damage = (*exif.warnings, *xmp_warnings, *picture.warnings)
    remarks = (Notice("animated", "This picture is animated; only its first frame is used."),)
    return Photo(
        pixels=pixels,
        sha256=hashlib.sha256(data).hexdigest(),
        position=position,
        position_source=source,
        taken=exif.taken,
        heading=exif.heading,
        warnings=damage + remarks if picture.animated else damage,
        damaged=bool(damage),
    )


def read_position(data: bytes) -> tuple[LatLon | None, tuple[Notice, ...]]:
    """Where a photo was taken, as `Photo.position` is, without decoding it.

    Args:
        data: of an untrusted file.

    Returns:
        the position, None if the file has none that can be used, and what is to be said of that.

    Raises:
        PhotoError: if it is no photo, or one that breaks off before it says so.

    Example:
        >>> import pathlib
        >>> from geoloc.photo import read_position
        >>> read_position(pathlib.Path("street.jpg").read_bytes())
        (None, ())
    """
    blocks, xmp = metadata(data, kind_of(data))
    exif = read_exif(*blocks)
    position, _source, warnings = _position(exif, xmp)
    return position, (*exif.warnings, *warnings)


def _position(
    exif: Exif, xmp: bytes | None
) -> tuple[LatLon | None, PositionSource, tuple[Notice, ...]]:
    """The position, which block it is from, and what is said of one that is none."""
    if exif.position:
        return exif.position, "EXIF", ()
    try:
        position = read_xmp_position(xmp) if xmp else None
    except UnusableError as error:
        return None, "EXIF", (error.notice,)
    return position, "XMP" if position else "EXIF", ()


def _read_file(path: Path) -> bytes:
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise PhotoError(
                "a_folder",
                "This is a folder, not a photo. Choose the photos inside it.",
            )
        # Reading a pipe or a device could wait, or go on, for ever.
        if not stat.S_ISREG(about.st_mode):
            raise PhotoError(
                "no_file",
                "This is a pipe or a device, not a photo. Choose a file.",
            )
        if about.st_size > MAX_BYTES:
            raise _too_large(about.st_size)
        with path.open("rb") as file:
            # Room for the largest file would be taken and given back for each. One byte more than
            # allowed tells a file that has grown since from one that fits.
            data = file.read(about.st_size + 1)
            if len(data) > about.st_size:
                data += file.read(MAX_BYTES - about.st_size)
            return data
    except FileNotFoundError as error:
        raise PhotoError(
            "missing",
            "There is no such file. Check its name and folder.",
        ) from error
    except PermissionError as error:
        raise PhotoError(
            "not_permitted",
            "This file may not be read by the account that this program runs under. Change "
            "the file's permissions, or choose a copy of it.",
        ) from error
    except PhotoError:
        raise
    except (OSError, ValueError) as error:
        raise PhotoError(
            "unreadable",
            "This file cannot be read from where it is stored. Check its name, copy it "
            "elsewhere, and choose the copy.",
        ) from error


def _too_large(size: int) -> PhotoError:
    return PhotoError(
        "too_large",
        "This file has {size} MB, and at most {most:.0f} MB are read. "
        "Save a smaller copy of the photo and choose that.",
        size=math.ceil(size / 1e6),
        most=MAX_BYTES / 1e6,
    )
