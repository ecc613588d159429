"""The libraries that this app runs on, as they are installed: version and licence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution

NAMES = (
    "streamlit",
    "torch",
    "torchvision",
    "safetensors",
    "numpy",
    "scipy",
    "pandas",
    "opencv-python-headless",
    "pillow",
    "pillow-heif",
    "plotly",
    "folium",
    "streamlit-folium",
    "shapely",
    "babel",
    "iso3166",
    "timm",
)
APP = "where-am-i"

_LONGEST = 40


@dataclass(frozen=True)
class Library:
    """One installed library.

    Attributes:
        name: of the package.
        version: the installed one.
        licence: as the package names it, "" where it doesn't say.
        others: whether it bundles what is under other licences.
    """

    name: str
    version: str
    licence: str
    others: bool


@cache
def libraries() -> tuple[Library, ...]:
    """Those of `NAMES` that are installed."""
    found = []
    for name in NAMES:
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        found.append(Library(name, package.version, *_licence(package)))
    return tuple(found)


@cache
def app_version() -> str | None:
    """The app's own version, None where it runs without being installed."""
    try:
        return distribution(APP).version
    except PackageNotFoundError:
        return None


def _licence(package: Distribution) -> tuple[str, bool]:
    """The first licence that the package names, and whether there are others."""
    told = package.metadata
    classifiers = [c for c in told.get_all("Classifier") or () if c.startswith("License ::")]
    candidates = [
        told.get("License-Expression") or "",
        told.get("License") or "",
        *(classifier.rsplit(" :: ", 1)[-1] for classifier in classifiers),
    ]
    # Some packages list the licences of all they bundle, and some paste the whole text.
    listed = [text.split(" AND ") for text in candidates]
    named = [(first, bool(others)) for first, *others in listed if first and len(first) <= _LONGEST]
    return next(iter(named), ("", False))
