"""Places on the ground: coordinates, boxes, distances, grids and what covers them."""

from geoloc.geo.places import *  # noqa: F403
