"""Countries: their codes, names, flags, continents and outlines, and which a point lies in."""

from geoloc.countries.borders import countries_at, country_at, is_near
from geoloc.countries.continents import CONTINENTS, continent, on_continent
from geoloc.countries.driving import LEFT_DRIVING
from geoloc.countries.flags import flag, flag_image
from geoloc.countries.names import CODES, alphabetical, name
from geoloc.countries.outlines import area_km2, centroid, distances_km, outlines
from geoloc.countries.spellings import code_of, is_code

__all__ = [
    "CODES",
    "CONTINENTS",
    "LEFT_DRIVING",
    "alphabetical",
    "area_km2",
    "centroid",
    "code_of",
    "continent",
    "countries_at",
    "country_at",
    "distances_km",
    "flag",
    "flag_image",
    "is_code",
    "is_near",
    "name",
    "on_continent",
    "outlines",
]
