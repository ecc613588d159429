"""Which crops of a photo an answer is averaged over; in the card, so that serving does so too."""

from __future__ import annotations

from geoloc.models.card import Tta
from geoloc.models.release import Release

TTA = Tta(offsets=(-30, 0, 30), mirror=True)
MIRRORED = Tta(offsets=(0,), mirror=True)
"""For networks that see all of a photo at once."""


def averaging(checkpoint: Release) -> Release:
    """The checkpoint, answering from several crops of a photo and their mirror images.

    That is for country models, and for cities whose network was never taught them. One that was
    knows a mirrored street for another street.
    """
    spec = checkpoint.card.input
    return checkpoint.changed(input=spec.changed(tta=TTA if spec.method == "band" else MIRRORED))
