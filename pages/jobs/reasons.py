"""Why a file is left out, in words for its owner."""

from __future__ import annotations

from enum import Enum

from pages.language import N_


class Reason(Enum):
    """A reason: what is wrong, and what its owner can do about it; messages to look up."""

    NO_POSITION = (
        N_("No GPS position"),
        N_(
            "Cameras leave it out when location is switched off, and messengers remove it: take "
            "the original files."
        ),
    )
    UNREADABLE = (
        N_("Not readable as a photo"),
        N_("JPEG, PNG, WebP, HEIC and AVIF are read. Fetch damaged files again."),
    )
    DUPLICATE = (N_("The same photo again"), N_("One copy of each is kept."))
    NOT_A_PHOTO = (N_("Not a photo by its name"), N_("Only photos are looked at."))
    TOO_LARGE = (N_("Larger than 30 MB"), N_("Save smaller copies of these photos."))
    NESTED = (
        N_("An archive inside the archive"),
        N_("It is not opened: put the photos themselves into the ZIP."),
    )
    ENCRYPTED = (N_("Locked with a password"), N_("Make the ZIP without one."))
    METHOD = (
        N_("Packed in an unusual way"),
        N_("Make the ZIP with the usual method, which is called Deflate."),
    )
    SUSPICIOUS = (
        N_("Unpacks to far more than it holds"),
        N_("Photos hardly shrink when they are packed, so these are none."),
    )
    OUTSIDE = (
        N_("Its path leads out of the archive"),
        N_("No ordinary program writes such names."),
    )
    LINK = (N_("A link, not a file"), N_("Put the photo itself there."))
    DAMAGED = (N_("Damaged in the archive"), N_("Make the ZIP again."))
    TOO_MUCH = (N_("Beyond what one ZIP may unpack to"), N_("Make several smaller ZIPs."))
    TOO_MANY = (
        N_("Beyond what one city may have"),
        N_("For more photos train on the command line."),
    )
    OUT_OF_TIME = (
        N_("Not looked at, because time was up"),
        N_("Add the same files again: those that are here already are passed over at once."),
    )
    NO_ROOM = (
        N_("No room left on the server"),
        N_("Remove photos of earlier cities, or ask the server's owner."),
    )

    def __init__(self, what: str, advice: str) -> None:
        self.what = what
        self.advice = advice
