"""Files that lie elsewhere, by addresses such as s3://bucket/photo.jpg; fsspec opens them."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from geoloc.photo import MAX_BYTES, PhotoError


def is_address(place: str) -> bool:
    """Whether a place lies elsewhere.

    Example:
        >>> is_address("s3://bucket/a.jpg"), is_address("a.jpg")
        (True, False)
    """
    return "://" in place and len(urlsplit(place).scheme) > 1


def fsspec() -> Any:
    """The library of that name, which comes with PyTorch; it finds the client of a store itself."""
    return import_module("fsspec")


def fetched(address: str) -> bytes:
    """The bytes of a file, one more than are read of a photo at most.

    Raises:
        PhotoError: if it can't be had.
    """
    try:
        with fsspec().open(address, "rb") as file:
            return file.read(MAX_BYTES + 1)
    # Every store has a client of its own, with errors of its own.
    except Exception as error:
        raise PhotoError(
            "not_fetched",
            "This file can't be fetched from where it lies ({error}). Check its address and "
            "whether you may read it.",
            error=str(error) or type(error).__name__,
        ) from error
