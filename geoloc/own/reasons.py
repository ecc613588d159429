"""Why a file is left out, in words for its owner."""

from __future__ import annotations

from enum import Enum


class Reason(Enum):
    """A reason: what is wrong, and what its owner can do about it."""

    NO_POSITION = (
        "No GPS position",
        "Cameras leave it out when location is switched off, and messengers remove it: take the "
        "original files.",
    )
    UNREADABLE = (
        "Not readable as a photo",
        "JPEG, PNG, WebP, HEIC and AVIF are read. Fetch damaged files again.",
    )
    DUPLICATE = ("The same photo again", "One copy of each is kept.")
    NOT_A_PHOTO = ("Not a photo by its name", "Only photos are looked at.")
    TOO_LARGE = ("Larger than 30 MB", "Save smaller copies of these photos.")
    NESTED = (
        "An archive inside the archive",
        "It is not opened: put the photos themselves into the ZIP.",
    )
    ENCRYPTED = ("Locked with a password", "Make the ZIP without one.")
    METHOD = (
        "Packed in an unusual way",
        "Make the ZIP with the usual method, which is called Deflate.",
    )
    SUSPICIOUS = (
        "Unpacks to far more than it holds",
        "Photos hardly shrink when they are packed, so these are none.",
    )
    OUTSIDE = ("Its path leads out of the archive", "No ordinary program writes such names.")
    LINK = ("A link, not a file", "Put the photo itself there.")
    DAMAGED = ("Damaged in the archive", "Make the ZIP again.")
    TOO_MUCH = ("Beyond what one ZIP may unpack to", "Make several smaller ZIPs.")
    TOO_MANY = (
        "Beyond what one city may have",
        "For more photos train on the command line.",
    )
    NO_ROOM = (
        "No room left on the server",
        "Remove photos of earlier cities, or ask the server's owner.",
    )

    def __init__(self, what: str, advice: str) -> None:
        self.what = what
        self.advice = advice
