"""Pictures that are no outdoor photo, made by script: what a model of countries should refuse.

Each is drawn anew by its seed, so that a detector never sees the one it is measured on.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from geoloc.photo import PhotoError, read_photo

SIDES = (200, 360)
_WORDS = [
    "the",
    "of",
    "and",
    "report",
    "total",
    "page",
    "note",
    "name",
    "date",
    "order",
    "sum",
    "line",
    "item",
    "street",
    "city",
    "open",
]


def pictures(count: int, seed: int) -> list[tuple[str, np.ndarray]]:
    """So many pictures of each kind: its name and uint8 (H, W, 3)."""
    drawn = []
    for number in range(count):
        for place, (kind, draw) in enumerate(KINDS.items()):
            rng = np.random.default_rng([seed, place, number])
            width, height = (int(side) for side in rng.integers(*SIDES, 2))
            drawn.append((kind, np.asarray(draw(rng, width, height), np.uint8)))
    return drawn


def in_folder(folder: Path, crops: int, seed: int) -> list[tuple[str, np.ndarray]]:
    """Crops of a folder's pictures; the folder that each lies in names its kind.

    Files that are no picture are left aside.
    """
    rng, named = np.random.default_rng(seed), []
    for path in sorted(folder.rglob("*")):
        try:
            pixels = read_photo(path).pixels if path.is_file() else None
        except PhotoError:
            continue
        if pixels is None:
            continue
        for number in range(crops):
            named.append((path.parent.name, pixels if number == 0 else _crop(pixels, rng)))
    return named


def _crop(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    height, width = pixels.shape[:2]
    rows, columns = (max(8, int(n * rng.uniform(0.5, 1))) for n in (height, width))
    top, left = rng.integers(0, height - rows + 1), rng.integers(0, width - columns + 1)
    part = pixels[top : top + rows, left : left + columns]
    return part[:, ::-1] if rng.random() < 0.5 else part


def _colour(rng: np.random.Generator) -> tuple[int, ...]:
    return tuple(int(value) for value in rng.integers(0, 256, 3))


def _flat(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    picture = Image.new("RGB", (width, height), _colour(rng))
    if rng.random() < 0.5:  # two walls, or a cover on a lens
        ImageDraw.Draw(picture).rectangle((0, 0, width, int(height * rng.random())), _colour(rng))
    return picture


def _gradient(rng: np.random.Generator, width: int, height: int) -> np.ndarray:
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    way = (
        x * np.cos(angle) + y * np.sin(angle) if rng.random() < 0.6 else np.hypot(x - 0.5, y - 0.5)
    )
    way = (way - way.min()) / np.ptp(way)
    ends = np.array([_colour(rng), _colour(rng)], float)
    return ends[0] + (ends[1] - ends[0]) * way[..., None]


def _noise(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    shrink = int(rng.choice([1, 2, 4, 16]))
    channels = 3 if rng.random() < 0.6 else 1
    shape = (max(2, height // shrink), max(2, width // shrink), channels)
    grains = np.broadcast_to(rng.integers(0, 256, shape), (*shape[:2], 3)).astype(np.uint8)
    return Image.fromarray(grains).resize((width, height), Image.Resampling.BICUBIC)


def _lines(rng: np.random.Generator, words: int) -> str:
    return " ".join(rng.choice(_WORDS, words))


def _document(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    paper = int(rng.integers(205, 256))
    picture = Image.new("RGB", (width, height), (paper, paper, int(paper * rng.uniform(0.85, 1))))
    pen, size = ImageDraw.Draw(picture), int(rng.integers(7, 20))
    font, ink = ImageFont.load_default(size), int(rng.integers(0, 90))
    for top in range(size, height - size, round(size * 1.5)):
        if rng.random() < 0.85:
            pen.text((size, top), _lines(rng, 3 + width // (4 * size)), (ink,) * 3, font)
    if rng.random() < 0.5:
        turned = picture.rotate(float(rng.uniform(-12, 12)), fillcolor=_colour(rng))
        picture = turned.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 1.2))))
    return picture


def _screenshot(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    dark = rng.random() < 0.4
    ground, ink = ((28, 30, 36), (220, 220, 220)) if dark else ((250, 250, 250), (30, 30, 30))
    picture = Image.new("RGB", (width, height), ground)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(int(rng.integers(8, 15)))
    pen.rectangle((0, 0, width, int(rng.integers(14, 34))), _colour(rng))
    for _ in range(int(rng.integers(4, 12))):
        left, top = int(rng.integers(0, width)), int(rng.integers(20, height))
        box = (left, top, left + int(rng.integers(30, width)), top + int(rng.integers(10, 60)))
        if rng.random() < 0.6:
            pen.rounded_rectangle(box, 4, _colour(rng) if rng.random() < 0.5 else None, ink)
        pen.text((left + 4, top + 2), _lines(rng, int(rng.integers(1, 6))), ink, font)
    return picture


def _drawing(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    picture = Image.new("RGB", (width, height), _colour(rng) if rng.random() < 0.5 else "white")
    pen, many = ImageDraw.Draw(picture), int(rng.integers(5, 40))
    filled = rng.random() < 0.6
    for _ in range(many):
        x, y = rng.integers(0, width, 4), rng.integers(0, height, 4)
        corners = [(int(a), int(b)) for a, b in zip(x, y, strict=True)]
        box = (*map(int, (min(x[:2]), min(y[:2]))), *map(int, (max(x[:2]), max(y[:2]))))
        colour, stroke = _colour(rng), int(rng.integers(1, 6))
        shape = int(rng.integers(3))
        if shape == 0:
            pen.line(corners, colour, stroke, joint="curve")
        elif shape == 1:
            pen.ellipse(box, colour if filled else None, colour, stroke)
        else:
            pen.polygon(corners[:3], colour if filled else None, colour)
    return picture


def _chart(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    picture = Image.new("RGB", (width, height), "white")
    pen, font, base = ImageDraw.Draw(picture), ImageFont.load_default(10), height - 24
    pen.line([(28, 8), (28, base), (width - 8, base)], "black", 2)
    bars = int(rng.integers(3, 14))
    step, colour = (width - 40) / bars, _colour(rng)
    tops = base - rng.uniform(0.05, 0.9, bars) * base
    for number, top in enumerate(tops):
        left = 32 + number * step
        if rng.random() < 0.9:
            pen.rectangle((left, top, left + 0.7 * step, base), colour)
        pen.text((left, base + 4), str(rng.integers(1, 99)), "black", font)
    pen.text((width // 4, 2), _lines(rng, 3), "black", font)
    return picture


KINDS: dict[str, Callable[..., Image.Image | np.ndarray]] = {
    "flat": _flat,
    "gradient": _gradient,
    "noise": _noise,
    "document": _document,
    "screenshot": _screenshot,
    "drawing": _drawing,
    "chart": _chart,
}
"""What is drawn, by name."""
