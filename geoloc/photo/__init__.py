"""From the bytes of an untrusted file to a `Photo`: upright RGB pixels and what its EXIF tells."""

from geoloc.photo.errors import PhotoError
from geoloc.photo.kind import EXTENSIONS
from geoloc.photo.picture import LONGEST_SIDE, MAX_PIXELS, MAX_STREAMED_PIXELS, MAX_WEBP_PIXELS
from geoloc.photo.read import MAX_BYTES, Photo, read_photo

__all__ = [
    "EXTENSIONS",
    "LONGEST_SIDE",
    "MAX_BYTES",
    "MAX_PIXELS",
    "MAX_STREAMED_PIXELS",
    "MAX_WEBP_PIXELS",
    "Photo",
    "PhotoError",
    "read_photo",
]
