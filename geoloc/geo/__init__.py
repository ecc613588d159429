"""Places on the ground: coordinates, boxes, distances, grids and what covers them."""

from geoloc.geo.places import (
    EARTH_RADIUS_M,
    METRES_PER_DEGREE,
    PITTSBURGH_BOX,
    WORLD_BOX,
    Box,
    City,
    LatLon,
    centroid,
    distances_m,
    haversine_m,
    unrolled,
    wrapped,
)

__all__ = [
    "EARTH_RADIUS_M",
    "METRES_PER_DEGREE",
    "PITTSBURGH_BOX",
    "WORLD_BOX",
    "Box",
    "City",
    "LatLon",
    "centroid",
    "distances_m",
    "haversine_m",
    "unrolled",
    "wrapped",
]
