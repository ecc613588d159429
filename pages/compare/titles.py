"""What models are called where several stand side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pages.shared.registry import Shelved


def titles(models: Sequence[Shelved]) -> dict[str, str]:
    """Each model's title by its folder's name, which stands beside it where two share a title."""
    counts = Counter(model.title for model in models)
    return {
        key(model): model.title if counts[model.title] == 1 else f"{model.title} ({key(model)})"
        for model in models
    }


def key(model: Shelved) -> str:
    """The name of a model's folder: no two models share it."""
    return model.checkpoint.folder.name
