"""Which crops of a photo an answer is averaged over; in the card, so that serving does so too."""

from __future__ import annotations

from geoloc.models.card import Tta
from geoloc.models.release import Checkpoint

TTA = Tta(offsets=(-30, 0, 30), mirror=True)


def averaging(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint, answering from several crops of a photo and their mirror images.

    That is for country models, and for cities whose network was never taught them. One that was
    knows a mirrored street for another street.
    """
    return checkpoint.changed(input=checkpoint.card.input.changed(tta=TTA))
