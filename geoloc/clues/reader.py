"""Reads the text in a photo, offline, with PP-OCRv6 (Apache-2.0) from the package rapidocr.

It knows Latin letters with all their marks, Chinese, Japanese kana and Greek. For another script,
such as Hangul, Thai or Cyrillic, a folder with a recognition model of PP-OCR in the ONNX format and
its characters, `rec.onnx` and `keys.txt`, can be named.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from geoloc.clues.errors import CluesError, not_installed
from geoloc.clues.text import TextLine
from geoloc.photo import Photo

MOST_LINES = 60
"""How many lines are read at most, so that a photo of a newspaper costs seconds, not minutes."""

# Greek capitals that look like Latin ones are read as those.
_GREEK = re.compile(r"\b[A-ZΑ-Ω]*[ΓΔΘΛΞΠΣΦΨΩ][A-ZΑ-Ω]*\b")
_LOOKALIKES = str.maketrans("ABEZHIKMNOPTYX", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")

_DETECTION, _ANGLE, _RECOGNITION = (
    "PP-OCRv6_det_small.onnx",
    "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "PP-OCRv6_rec_small.onnx",
)


def is_installed() -> bool:
    """Whether the extra `signs` is installed."""
    return all(map(find_spec, ("rapidocr", "onnxruntime", "py3langid", "phonenumbers")))


def read_text(photo: Photo, script: Path | None = None) -> tuple[TextLine, ...]:
    """All text of a photo, in the order in which one reads a page.

    Nothing is fetched and no file is written.

    Args:
        photo: its pixels are read as they are, up to 1600 a side.
        script: a folder with `rec.onnx` and `keys.txt`, for a script that the reader doesn't know.

    Raises:
        CluesError: if the extra `signs` is not installed, or the folder can't be used.
    """
    return _reader(script).read(photo.pixels)


class _Reader:
    """Loaded models. They keep state while they read: one photo at a time."""

    def __init__(self, script: Path | None) -> None:
        try:
            package = import_module("rapidocr")
            import_module("onnxruntime")
        except ImportError as error:
            raise not_installed(error) from error
        models = Path(str(package.__file__)).parent / "models"
        # Models that are named are never looked for elsewhere, nor fetched.
        settings = {
            "Global.log_level": "critical",
            "Det.model_path": str(models / _DETECTION),
            "Det.max_candidates": MOST_LINES,
            "Cls.model_path": str(models / _ANGLE),
            "Rec.rec_batch_num": 2,  # lines read at once: each more takes memory
            "Rec.model_path": str(models / _RECOGNITION),
        }
        if script is not None:
            settings |= _files_of(script)
        self._lock = threading.Lock()
        self._read = package.RapidOCR(params=settings)

    def read(self, pixels: np.ndarray) -> tuple[TextLine, ...]:
        """The lines of a picture, uint8 (H, W, 3) RGB."""
        with self._lock:
            page = self._read(np.ascontiguousarray(pixels[..., ::-1]))
        if not page:
            return ()
        return tuple(
            TextLine(_mended(text), float(score), tuple((float(x), float(y)) for x, y in box))
            for text, score, box in zip(page.txts, page.scores, page.boxes, strict=True)
        )


def _mended(text: str) -> str:
    return _GREEK.sub(
        lambda word: word[0].translate(_LOOKALIKES) if len(word[0]) > 3 else word[0], text
    )


@cache
def _reader(script: Path | None) -> _Reader:
    return _Reader(script)


def _files_of(script: Path) -> dict[str, str]:
    model, keys = script / "rec.onnx", script / "keys.txt"
    for file in (model, keys):
        if not file.is_file():
            raise CluesError(
                "script-incomplete",
                "There is no {file} in {folder}. Put a recognition model of PP-OCR there as "
                "rec.onnx, and its characters, one a line, as keys.txt.",
                file=file.name,
                folder=str(script),
            )
    return {"Rec.model_path": str(model), "Rec.rec_keys_path": str(keys)}
