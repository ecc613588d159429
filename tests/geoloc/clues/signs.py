"""Signs to read: pictures that are drawn here, with the font that OpenCV carries."""

import cv2
import numpy as np

from geoloc.photo import Photo


def pixels(*lines: str, turn: float = 0) -> np.ndarray:
    """A white sign with black lines before a grey wall, turned clockwise by some degrees."""
    wall = np.full((600, 800, 3), 128, np.uint8)
    cv2.rectangle(wall, (100, 200), (700, 230 + 90 * len(lines)), (255, 255, 255), -1)
    for number, line in enumerate(lines):
        where = (140, 280 + 90 * number)
        font = cv2.FontFace("sans" if max(line) < "\u2000" else "uni")
        cv2.putText(wall, line, where, (0, 0, 0), font, 56, 600)
    turned = cv2.getRotationMatrix2D((400, 300), -turn, 1)
    return cv2.warpAffine(wall, turned, (800, 600), borderValue=(128, 128, 128))


def sign(*lines: str, turn: float = 0) -> Photo:
    """The same as a photo."""
    return Photo(pixels(*lines, turn=turn), "0" * 64)
