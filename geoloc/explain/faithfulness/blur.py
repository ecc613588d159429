"""A photo without what could tell a place: what explanations are tested against."""

from __future__ import annotations

import cv2
import numpy as np

SIGMA = 10.0
"""Pixels of the 240x120 band: colours and their rough places stay, no thing can be made out."""


def blurred(band: np.ndarray) -> np.ndarray:
    """The prepared band, uint8 (120, 240, 3), heavily blurred.

    A blur stays close to what photos look like, where grey patches would be a strange thing to show
    a network.
    """
    return cv2.GaussianBlur(band, (0, 0), SIGMA, borderType=cv2.BORDER_REFLECT_101)
