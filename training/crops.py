"""Which crops of a photo an answer is averaged over; in the card, so that serving does so too."""

from __future__ import annotations

from geoloc.checkpoint import Checkpoint, save_card

CROPS = {"offsets": [-30, 0, 30], "mirror": True}


def averaging(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint, answering from several crops of a photo and their mirror images.

    That is for country models, and for cities whose network was never taught them. One that was
    knows a mirrored street for another street.
    """
    square = "method" in checkpoint.card["input"]
    crops = {"offsets": [0], "mirror": True} if square else CROPS
    told = {**checkpoint.card["input"], "crops": crops}
    return save_card(checkpoint.folder, {**checkpoint.card, "input": told})
