"""From the bytes of an untrusted file to a `Photo`: upright RGB pixels and what its EXIF tells."""

from geoloc.photo.decode import decoding_bytes
from geoloc.photo.errors import PhotoError
from geoloc.photo.kind import EXTENSIONS, is_photo, is_photo_name, starts_like_photo
from geoloc.photo.picture import (
    LONGEST_SIDE,
    MAX_AVIF_PIXELS,
    MAX_MEMORY,
    MAX_PIXELS,
    MAX_STREAMED_PIXELS,
    MAX_WEBP_PIXELS,
)
from geoloc.photo.read import MAX_BYTES, Photo, PositionSource, read_photo, read_position

__all__ = [
    "EXTENSIONS",
    "LONGEST_SIDE",
    "MAX_AVIF_PIXELS",
    "MAX_BYTES",
    "MAX_MEMORY",
    "MAX_PIXELS",
    "MAX_STREAMED_PIXELS",
    "MAX_WEBP_PIXELS",
    "Photo",
    "PhotoError",
    "PositionSource",
    "decoding_bytes",
    "is_photo",
    "is_photo_name",
    "read_photo",
    "read_position",
    "starts_like_photo",
]
