"""What a card says of the model's training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geoloc.models.release import WEIGHTS, Checkpoint


@dataclass(frozen=True)
class Curves:
    """Training, epoch by epoch.

    Attributes:
        epochs: numbers of the epochs.
        measured: by name ("train_loss", "val_loss", "val_top1", "val_median_m" ...), a value each.
        best: the epoch whose weights were released, if known.
    """

    epochs: tuple[int, ...]
    measured: Mapping[str, tuple[float, ...]]
    best: int | None


def curves(checkpoint: Checkpoint) -> Curves | None:
    """How training went, None if the card does not tell."""
    rows = checkpoint.card.get("curves")
    if not rows:
        return None
    measures = [key for key in rows[0] if key != "epoch" and all(key in row for row in rows)]
    return Curves(
        epochs=tuple(int(row["epoch"]) for row in rows),
        measured={key: tuple(float(row[key]) for row in rows) for key in measures},
        best=checkpoint.card.get("best_epoch"),
    )


def class_sizes(checkpoint: Checkpoint) -> tuple[dict[str, int], dict[str, float]]:
    """Training photos by country, and items an epoch showed on average; empty where not told."""
    told = checkpoint.card["data"]
    photos, items = told.get("countries", {}).get("train", {}), told.get("plan", {})
    return (
        {code: int(count) for code, count in photos.items()},
        {code: float(items[code]) for code in photos if code in items},
    )


def weights_bytes(checkpoint: Checkpoint) -> int | None:
    """The size of its weights' file, None if it has none of its own."""
    file = checkpoint.folder / WEIGHTS
    return file.stat().st_size if file.is_file() else None
