"""Countries: their codes, names, flags and outlines, and which of them a point lies in."""

from geoloc.countries.borders import country_at
from geoloc.countries.flags import flag, flag_image
from geoloc.countries.names import CODES, code_of, name
from geoloc.countries.outlines import area_km2, centroid, outlines

__all__ = [
    "CODES",
    "area_km2",
    "centroid",
    "code_of",
    "country_at",
    "flag",
    "flag_image",
    "name",
    "outlines",
]
