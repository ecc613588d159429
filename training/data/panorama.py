"""A perspective view into an equirectangular panorama."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np


def view(
    panorama: np.ndarray,
    yaw: float,
    heading: float,
    fov: float = 90.0,
    width: int = 240,
    height: int = 120,
) -> np.ndarray:
    """What a level pinhole camera in the panorama's centre sees along a heading.

    The panorama's pixels are taken as square in angle, with the horizon on the middle row: a 2:1
    panorama is the whole sphere, a flatter one a band around the horizon, whose edge rows are
    repeated above and below.

    Args:
        panorama: uint8 (H, W, 3); its W columns span 360 degrees, clockwise from left to right.
        yaw: heading of the panorama's centre, in degrees clockwise from north.
        heading: heading of the view's centre, likewise.
        fov: horizontal field of view in degrees, in (0, 180).
        width: of the view, in pixels.
        height: of the view; it widens the field of view up and down and does not scale.

    Returns:
        uint8 (height, width, 3).

    Raises:
        ValueError: if the panorama is not uint8 (H, W, 3) or `fov` is out of range.
    """
    if panorama.dtype != np.uint8 or panorama.ndim != 3 or panorama.shape[2] != 3:
        raise ValueError(f"a panorama is uint8 (H, W, 3), not {panorama.dtype} {panorama.shape}")
    if not 0 < fov < 180:
        raise ValueError(f"a flat view spans between 0 and 180 degrees, not {fov}")
    azimuth, elevation, finest = _rays(fov, width, height)
    panorama = _shrink(panorama, finest)
    rows, columns = panorama.shape[:2]
    # A pixel's centre lies half a pixel right of and below its corner.
    x = columns * np.mod(azimuth + (heading - yaw) / 360 + 0.5, 1.0) - 0.5
    y = np.clip(rows / 2 - columns * elevation - 0.5, 0, rows - 1)
    x, y = (np.ascontiguousarray(m, dtype=np.float32) for m in (x, y))
    return cv2.remap(panorama, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)


@lru_cache(maxsize=8)
def _rays(fov: float, width: int, height: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Each pixel's azimuth and elevation in turns, float64 (height, width), and pixels a turn."""
    focal = width / 2 / np.tan(np.radians(fov) / 2)
    right = np.arange(width) + 0.5 - width / 2
    up = height / 2 - np.arange(height) - 0.5
    right, up = np.meshgrid(right, up)
    azimuth = np.arctan2(right, focal) / (2 * np.pi)
    elevation = np.arctan2(up, np.hypot(right, focal)) / (2 * np.pi)
    return azimuth, elevation, 2 * np.pi * focal


def _shrink(panorama: np.ndarray, finest: float) -> np.ndarray:
    """The panorama no finer than the view needs, since bilinear sampling alone would alias."""
    rows, columns = panorama.shape[:2]
    # A flat view is finer at its edges than in its centre, twice so at 90 degrees: halfway between.
    scale = np.sqrt(2) * finest / columns
    if scale >= 1:
        return panorama
    size = (round(columns * scale), max(1, round(rows * scale)))
    return cv2.resize(panorama, size, interpolation=cv2.INTER_AREA)
