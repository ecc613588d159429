"""A picture as an address that holds it, for what the browser draws by itself."""

from __future__ import annotations

import base64

import cv2
import numpy as np

_QUALITY = 85


def data_url(pixels: np.ndarray) -> str:
    """A picture, uint8 (H, W, 3) RGB, as a `data:` address of a JPEG."""
    bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg.tobytes()).decode('ascii')}"
