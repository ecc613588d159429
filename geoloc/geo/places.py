"""Places on the ground: coordinates, a city's box and its unit square, distances in metres."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = math.radians(1.0) * EARTH_RADIUS_M


@dataclass(frozen=True)
class LatLon:
    """A point in degrees (WGS 84): `lat` in [-90, 90], `lon` in [-180, 180].

    Raises:
        ValueError: if a coordinate is not finite or out of range.
    """

    lat: float
    lon: float

    def __post_init__(self) -> None:
        # A comparison with NaN is false, so this refuses NaN as well.
        if not (-90.0 <= self.lat <= 90.0 and -180.0 <= self.lon <= 180.0):
            raise ValueError(
                f"({self.lat}, {self.lon}) is not a place on Earth: latitude lies in [-90, 90] "
                "and longitude in [-180, 180]. Are the two swapped?"
            )

    def __str__(self) -> str:
        """For a terminal, to a metre."""
        return f"{self.lat:.5f}, {self.lon:.5f}"


@dataclass(frozen=True)
class Box:
    """A rectangle in degrees; one across the antimeridian has its west edge right of its east.

    Longitude is a circle: 180 and -180 are one meridian, and a place just beyond an edge is near.

    Example:
        >>> taveuni = Box(south=-17.1, west=179.8, north=-16.6, east=-179.8)
        >>> taveuni.contains(LatLon(-16.8, -179.9)), round(taveuni.width_m)
        (True, 42568)

    Raises:
        ValueError: if it is empty or leaves the globe.
    """

    south: float
    west: float
    north: float
    east: float

    def __post_init__(self) -> None:
        LatLon(self.south, self.west)
        LatLon(self.north, self.east)
        if not (self.south < self.north and self.west != self.east):
            raise ValueError(
                f"{self} is empty: south must be below north, and west is not east. Across the "
                "antimeridian west is the larger: 179.8 to -179.8."
            )

    @classmethod
    def around(cls, lats: ArrayLike, lons: ArrayLike, margin: float = 0.02) -> Box:
        """The smallest box around points, widened on each side by a share `margin` of its size.

        Raises:
            ValueError: if there is no point, or one without a position.
        """
        lats, lons = np.asarray(lats, float), np.asarray(lons, float)
        # Clipping to the globe below would make a box as large as the globe of a single NaN.
        if not (lats.size and np.isfinite(lats).all() and np.isfinite(lons).all()):
            raise ValueError("a box is drawn around points that all have a position")
        lons = unrolled(lons)
        # A line of photos along one street has no width of its own: ten metres keep it a box.
        least = 10.0 / METRES_PER_DEGREE
        pad_lat = max(margin * float(np.ptp(lats)), least)
        pad_lon = max(margin * float(np.ptp(lons)), least)
        west, east = float(lons.min()) - pad_lon, float(lons.max()) + pad_lon
        whole = east - west >= 360.0
        return cls(
            south=max(-90.0, float(lats.min()) - pad_lat),
            west=-180.0 if whole else wrapped(west),
            north=min(90.0, float(lats.max()) + pad_lat),
            east=180.0 if whole else wrapped(east),
        )

    @property
    def far_east(self) -> float:
        """The east edge in degrees, counted on beyond 180 if the box crosses the antimeridian."""
        return self.east if self.west < self.east else self.east + 360.0

    @property
    def center(self) -> LatLon:
        return LatLon((self.south + self.north) / 2, wrapped((self.west + self.far_east) / 2))

    @property
    def width_m(self) -> float:
        """West to east through the middle, in metres."""
        shrink = math.cos(math.radians(self.center.lat))
        return (self.far_east - self.west) * METRES_PER_DEGREE * shrink

    @property
    def height_m(self) -> float:
        """South to north, in metres."""
        return (self.north - self.south) * METRES_PER_DEGREE

    @property
    def area_km2(self) -> float:
        return self.width_m * self.height_m / 1e6

    def contains(self, place: LatLon) -> bool:
        return bool(self.contains_all([place.lat], [place.lon])[0])

    def contains_all(self, lats: ArrayLike, lons: ArrayLike) -> np.ndarray:
        """`contains` of many places: bool (N,); False where a coordinate is NaN."""
        lats, lons = np.asarray(lats, float), self.unroll(lons)
        return (
            (self.south <= lats)
            & (lats <= self.north)
            & (self.west <= lons)
            & (lons <= self.far_east)
        )

    def unroll(self, lons: ArrayLike) -> np.ndarray:
        """Longitudes as one counts on from this box, in degrees: (N,), from -540 to 540.

        Each is turned round the globe to where it lies nearest, so that maps and lines do not jump.
        """
        lons = np.asarray(lons, float)
        gap = (360.0 - (self.far_east - self.west)) / 2
        west_of, east_of = lons < self.west - gap, lons > self.far_east + gap
        return lons + 360.0 * west_of - 360.0 * east_of

    def normalise(self, place: LatLon) -> tuple[float, float]:
        """The place in the box's unit square: x is longitude, y latitude, (0, 0) the south-west."""
        x, y = self.normalise_all([place.lat], [place.lon])[0]
        return float(x), float(y)

    def normalise_all(self, lats: ArrayLike, lons: ArrayLike) -> np.ndarray:
        """`normalise` of many places: float64 (N, 2), columns x and y.

        A place outside the box leaves [0, 1].
        """
        x = (self.unroll(lons) - self.west) / (self.far_east - self.west)
        y = (np.asarray(lats, float) - self.south) / (self.north - self.south)
        return np.stack([x, y], axis=-1)

    def denormalise(self, x: float, y: float) -> LatLon:
        """The place at (x, y) of the unit square; a point outside is moved to the nearest edge."""
        lats, lons = self.denormalise_all([[x, y]])
        return LatLon(float(lats[0]), float(lons[0]))

    def denormalise_all(self, xy: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """Latitudes (N,) and longitudes (N,) of unit-square points (N, 2), clipped to the box."""
        x, y = np.clip(np.asarray(xy, float), 0.0, 1.0).T
        # Weighted ends rather than start + step: 1.0 must give back the edge to the last bit.
        lats = self.south * (1 - y) + self.north * y
        lons = self.west * (1 - x) + self.far_east * x
        # Near an edge the sum can round to just beyond it.
        lats, lons = np.clip(lats, self.south, self.north), np.clip(lons, self.west, self.far_east)
        # Turned back, the east edge itself must not round to beyond the box.
        return lats, np.where(lons > 180.0, np.clip(lons - 360.0, -180.0, self.east), lons)


@dataclass(frozen=True)
class City:
    """A city a model knows.

    Attributes:
        name: short, for files and URLs.
        title: for people.
        box: what positions are normalised to.
        country: ISO 3166-1 alpha-2 code, None if unknown.
    """

    name: str
    title: str
    box: Box
    country: str | None = None


WORLD_BOX = Box(south=-57.0, west=-180.0, north=84.0, east=180.0)
"""All land but Antarctica: what maps of the world show."""

PITTSBURGH_BOX = Box(south=40.425, west=-80.035, north=40.460, east=-79.930)
"""StreetLearn's Pittsburgh (Mirowski et al. 2019, arXiv:1903.01292): 8.9 x 3.9 km, 34.6 km2."""


def distances_m(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> np.ndarray:
    """Great-circle distances in metres between points in degrees (haversine), broadcast."""
    south, west, north, east = (
        np.radians(np.asarray(degrees, float)) for degrees in (lat1, lon1, lat2, lon2)
    )
    h = (
        np.sin((north - south) / 2) ** 2
        + np.cos(south) * np.cos(north) * np.sin((east - west) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0)))


def haversine_m(a: LatLon, b: LatLon) -> float:
    """Great-circle distance between two places in metres."""
    return float(distances_m(a.lat, a.lon, b.lat, b.lon))


def centroid(lats: Sequence[float] | np.ndarray, lons: Sequence[float] | np.ndarray) -> LatLon:
    """The mean place of a city's photos: what a model that ignores the photo would answer."""
    return LatLon(float(np.mean(lats)), wrapped(float(np.mean(unrolled(lons)))))


def unrolled(lons: ArrayLike) -> np.ndarray:
    """Longitudes counted on beyond 180 where that brings them closer together: degrees (N,).

    They are cut where the widest gap between them is, which for most of the world is where the
    antimeridian is: those of a town that lies across it become neighbours.
    """
    lons = np.asarray(lons, float)
    placed = np.unique(lons[np.isfinite(lons)])
    if placed.size < 2:
        return lons
    gaps = np.diff(placed)
    widest = int(gaps.argmax())
    if gaps[widest] <= 360.0 - (placed[-1] - placed[0]):
        return lons
    return np.where(lons <= placed[widest], lons + 360.0, lons)


def wrapped(lon: float) -> float:
    """A longitude in degrees, turned into [-180, 180]."""
    return lon if -180.0 <= lon <= 180.0 else (lon + 180.0) % 360.0 - 180.0
