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
            "card_scores_damaged",
            "{model}: what {file} says of its scores or its training is damaged ({kind}: {error}). "
            "Take the folder from its release again.",
            model=checkpoint.folder.name,
            file=CARD,
            kind=type(error).__name__,
            error=error,
        ) from error
