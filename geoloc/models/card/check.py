"""Whether a card can be drawn at all."""

from __future__ import annotations

from geoloc.models.card.city import city_scores
from geoloc.models.card.country import country_scores
from geoloc.models.card.training import class_sizes, curves
from geoloc.models.release import CARD, Checkpoint, CheckpointError


def check(checkpoint: Checkpoint) -> None:
    """Read every part of a card.

    Raises:
        CheckpointError: if one is there, but is no such thing.
    """
    scores = {"country": country_scores, "city": city_scores}[checkpoint.task]
    try:
        for read in (scores, curves, class_sizes):
            read(checkpoint)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"{checkpoint.folder.name}: what {CARD} says of its scores or its training is damaged "
            f"({type(error).__name__}: {error}). Take the folder from its release again."
        ) from error
