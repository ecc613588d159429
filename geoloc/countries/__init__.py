"""Countries: their codes, names, flags, continents and outlines, and which a point lies in."""

from geoloc.countries.borders import country_at
from geoloc.countries.continents import CONTINENTS, continent, on_continent
from geoloc.countries.driving import LEFT_DRIVING
from geoloc.countries.flags import flag, flag_image
from geoloc.countries.names import CODES, alphabetical, code_of, name
from geoloc.countries.outlines import area_km2, centroid, distances_km, outlines

__all__ = [
    "CODES",
    "CONTINENTS",
    "LEFT_DRIVING",
    "alphabetical",
    "area_km2",
    "centroid",
    "code_of",
    "continent",
    "country_at",
    "distances_km",
    "flag",
    "flag_image",
    "name",
    "on_continent",
    "outlines",
]
