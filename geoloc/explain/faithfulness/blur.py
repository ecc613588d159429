"""A photo without what could tell a place: what explanations are tested against."""

from __future__ import annotations

import cv2
import numpy as np

SIGMA = 10.0
"""Pixels of 120 rows: colours and their rough places stay, no thing can be recognised."""


def blurred(band: np.ndarray) -> np.ndarray:
    """The prepared band, uint8 (H, W, 3), heavily blurred.

    A blur stays close to what photos look like, where grey patches would be a strange thing to show
    a network.
    """
    sigma = SIGMA * len(band) / 120
    return cv2.GaussianBlur(band, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)
