"""HEIC and AVIF, the two kinds whose container is the ISO base media file format (ISO 14496-12).

In both the container's own rotation counts, and that in the EXIF block does not (ISO 23008-12).
"""

from __future__ import annotations

import io
import re

import pillow_heif
from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile

from geoloc.photo.exif import read_exif
from geoloc.photo.picture import Picture, check_size

# The entry of an EXIF block in the container's list of items; its type comes last.
_EXIF_ENTRY = re.compile(rb"(infe.{8})Exif", re.DOTALL)


def decode_heic(data: bytes) -> Picture:
    """Decode the primary picture of a HEIC; libheif turns it upright on the way."""
    file = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
    primary = file[file.primary_index]
    check_size(*primary.size)
    pixels = primary.data
    # The stream inside may be larger or smaller than the container says.
    check_size(*primary.size)
    mode, info = primary.mode, primary.info
    image = Image.frombytes(mode, primary.size, pixels, "raw", mode, primary.stride)
    return Picture(image, icc=info.get("icc_profile"), exif=info.get("exif"), orientation=1)


def decode_avif(data: bytes) -> Picture:
    """Decode an AVIF; of a sequence its first frame."""
    # Pillow refuses the photo for damaged EXIF, or reports it through the process-wide warnings:
    # libheif finds the block without decoding anything, and Pillow is not shown it.
    exif = pillow_heif.open_heif(data).info.get("exif")
    image = AvifImageFile(io.BytesIO(_EXIF_ENTRY.sub(rb"\1skip", data)))
    check_size(*image.size)
    image.load()
    return Picture(
        image,
        icc=image.info.get("icc_profile"),
        exif=exif,
        # Pillow makes an EXIF block of its own to tell the container's rotation.
        orientation=read_exif(image.info.get("exif")).orientation,
        animated=image.n_frames > 1,
    )


def isobmff_is_complete(data: bytes) -> bool:
    """Whether the walk over the outermost boxes stays within the data."""
    at = 0
    while at + 16 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size == 0:
            return True
        at += max(size, 8)
    return at <= len(data)
