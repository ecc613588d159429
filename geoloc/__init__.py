"""Where was this street photo taken? From a photo's bytes to an answer with reasons.

All that others may use is here. `import geoloc` itself is light: PyTorch and the rest are imported
when one of these names is used first.

Example:
    >>> import geoloc
    >>> model = geoloc.load("lite0")
    >>> len(model.predict("street.jpg").top(5))
    5
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geoloc.api import explain, list_models, load
    from geoloc.city.prediction import CityPrediction
    from geoloc.errors import GeolocError, Notice
    from geoloc.explain.cam import Cam
    from geoloc.models.release import ReleaseError
    from geoloc.photo import Photo, PhotoError, read_photo
    from geoloc.tasks.city import CityLocator
    from geoloc.tasks.country import CountryModel, CountryPrediction
    from geoloc.tasks.world import WorldModel
    from geoloc.world.prediction import WorldPrediction

__version__ = "0.2.0"

__all__ = [
    "Cam",
    "ReleaseError",
    "CityLocator",
    "CityPrediction",
    "CountryModel",
    "CountryPrediction",
    "GeolocError",
    "Notice",
    "Photo",
    "PhotoError",
    "WorldModel",
    "WorldPrediction",
    "__version__",
    "explain",
    "list_models",
    "load",
    "read_photo",
]

_HOMES = {
    "Cam": "geoloc.explain.cam",
    "ReleaseError": "geoloc.models.release",
    "CityLocator": "geoloc.tasks.city",
    "CityPrediction": "geoloc.city.prediction",
    "CountryModel": "geoloc.tasks.country",
    "CountryPrediction": "geoloc.tasks.country",
    "GeolocError": "geoloc.errors",
    "Notice": "geoloc.errors",
    "Photo": "geoloc.photo",
    "PhotoError": "geoloc.photo",
    "WorldModel": "geoloc.tasks.world",
    "WorldPrediction": "geoloc.world.prediction",
    "list_models": "geoloc.api",
    "load": "geoloc.api",
    "read_photo": "geoloc.photo",
}


def __getattr__(name: str) -> Any:
    # `geoloc.explain` is a package of this name, which can be called as the function is.
    if name == "explain":
        return import_module("geoloc.explain")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
