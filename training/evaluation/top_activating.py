"""What a model looks for: the val photos that excite it most, country by country, as numbers."""

from __future__ import annotations

import numpy as np
import torch

from geoloc.explain import top_activating
from geoloc.models.card import TopActivating
from geoloc.models.registry import load_model
from geoloc.models.release import Release
from geoloc.photo.folder import Album, AlbumError, read_album
from geoloc.tasks.country import CountryModel
from training.data import Data

SPLIT = "val"
EACH = 6
"""Photos a country."""


def favourites(checkpoint: Release, data: Data, device: torch.device) -> TopActivating | None:
    """What a card keeps of them, no two photos of one place for one country; None for data whose
    folder has no table that the app could read.
    """
    try:
        album = read_album(data.root)
    except AlbumError:
        return None
    rows = data.frames.of_split(SPLIT)
    model = load_model(checkpoint, device)
    assert isinstance(model, CountryModel), checkpoint.task
    probabilities = np.concatenate(
        [
            model.of_frames([data.frames.frame(row) for row in chunk])
            for chunk in data.frames.chunks(rows, most=64)
        ]
    )
    numbers, groups = _numbers(album, data, rows), data.frames.table.group.to_numpy(str)[rows]
    favourites_by_country = {
        code: strongest(probabilities[:, place], groups, numbers)
        for place, code in enumerate(checkpoint.classes)
    }
    return top_activating.as_card(album, favourites_by_country, SPLIT)


def strongest(
    probabilities: np.ndarray, groups: np.ndarray, numbers: np.ndarray, count: int = EACH
) -> list[tuple[int, float]]:
    """The most probable photos, one a place at most, as album numbers with probabilities.

    Args:
        probabilities: (B,).
        groups: which place each photo shows, (B,).
        numbers: of the photos in the album, (B,); -1 for those that it lacks.
    """
    order = np.argsort(-probabilities, kind="stable")
    order = order[numbers[order] >= 0]
    _, first = np.unique(groups[order], return_index=True)
    return [(int(numbers[i]), float(probabilities[i])) for i in order[np.sort(first)][:count]]


def _numbers(album: Album, data: Data, rows: np.ndarray) -> np.ndarray:
    by_path = {str(photo.path): number for number, photo in enumerate(album.photos)}
    return np.array(
        [by_path.get(path, -1) for path in data.frames.table["path"].to_numpy(str)[rows]]
    )
