"""A decoded picture before it is turned upright, and the bounds that it must keep."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from geoloc.errors import Notice
from geoloc.photo.errors import PhotoError

LONGEST_SIDE = 1600
"""The longest side, in pixels, of a `Photo`: what a page shows and far more than a network sees."""

MAX_PIXELS = 64_000_000
"""The most pixels of a picture that is decoded whole; a phone's widest panorama has 63 million."""

MAX_MEMORY = 256_000_000
"""What decoding one picture may take, in bytes; from it come the narrower bounds on pixels."""

MAX_WEBP_PIXELS = 40_000_000
"""The most pixels of a WebP: its decoder has six bytes of each, of a lossless one eight."""

MAX_AVIF_PIXELS = 30_000_000
"""The most pixels of an AVIF: its decoder has seven and a half bytes of each; fewer where it has
more, for the sake of transparency, of many bits or of colours that are not halved."""

MAX_WHOLE_PIXELS = 25_000_000
"""The most pixels where Pillow has to hold the whole picture, at up to eight bytes each."""

MAX_STREAMED_PIXELS = 200_000_000
"""The most pixels of a JPEG that is reduced while it is read, a few rows in memory at a time."""

Metadata = tuple[tuple[bytes, ...], bytes | None]
"""The EXIF blocks of a file as stored, that to believe first before the others, and its XMP packet,
if there is one."""

_LITTLE = 1.5
"""How many times smaller a picture may become by two pixels of each side, without jagged edges: a
quarter of the time of a filter. Phones' JPEGs, read at a half or a quarter, become so by 1.3."""

MIN_SIDE = 32
MAX_ASPECT = 10


@dataclass(frozen=True)
class Picture:
    """What a decoder gives, the same whatever the kind of file.

    Attributes:
        image: 8 or 16 bits a channel, in whatever mode the file has.
        icc: the colour profile, if there is one.
        exif: the EXIF blocks as stored, that to believe first before the others.
        xmp: the XMP packet as stored, if there is one.
        orientation: how the pixels are turned, 1 to 8, where that is not for EXIF to say.
        animated: whether this is only the first of several frames.
        warnings: what is to be said of what stands beside the picture and is damaged.
    """

    image: Image.Image
    icc: bytes | None = None
    exif: tuple[bytes, ...] = ()
    xmp: bytes | None = None
    orientation: int | None = None
    animated: bool = False
    warnings: tuple[Notice, ...] = ()


def check_size(width: int, height: int, most: int = MAX_PIXELS) -> None:
    """Refuse a picture by the size in its header, before memory is taken for its pixels.

    Raises:
        PhotoError: if it is too small, too long and thin, or larger than `most` pixels.
    """
    size = {"width": width, "height": height}
    if min(width, height) < MIN_SIDE:
        raise PhotoError(
            "too_few_pixels",
            "This picture measures {width} x {height} pixels, too few to show a street. "
            "Choose a photo of at least {least} pixels a side.",
            least=MIN_SIDE,
            **size,
        )
    if width * height > most:
        raise PhotoError(
            "too_many_pixels",
            "This picture measures {width} x {height} pixels: {megapixels} megapixels, and "
            "at most {most:.0f} are read. Save a smaller copy of the photo and choose that.",
            megapixels=math.ceil(width * height / 1000000.0),
            most=most / 1000000.0,
            **size,
        )
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise PhotoError(
            "too_long_and_thin",
            "This picture measures {width} x {height} pixels, more than {times} times as "
            "long as wide, which is no photo of a street. Cut out the part that shows the "
            "place and choose that.",
            times=MAX_ASPECT,
            **size,
        )


def shrink(image: Image.Image) -> Image.Image:
    """The same image with its longest side at most `LONGEST_SIDE`."""
    longest = max(image.size)
    if longest <= LONGEST_SIDE:
        return image
    width, height = (max(1, round(side * LONGEST_SIDE / longest)) for side in image.size)
    if image.mode == "RGB" and longest <= _LITTLE * LONGEST_SIDE:
        import cv2  # the first page of the app is drawn before it is needed

        pixels = cv2.resize(np.asarray(image), (width, height), interpolation=cv2.INTER_LINEAR)
        return Image.fromarray(pixels)
    return image.resize((width, height), Image.Resampling.HAMMING, reducing_gap=2.0)
