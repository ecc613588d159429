"""A grid of cells spread over a picture, each cell's centre where it belongs."""

from __future__ import annotations

import cv2
import numpy as np


def spread(values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Cells (h, w) interpolated to pixels (H, W), float32.

    OpenCV maps pixel centres to pixel centres, so nothing shifts. A cubic passes through the cells'
    own values without the ridges of a linear one, but overshoots between them: that is cut off.
    """
    cells = np.asarray(values, np.float32)
    enlarged = cv2.resize(cells, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.clip(enlarged, cells.min(), cells.max())
