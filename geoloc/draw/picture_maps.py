"""Small maps that are pictures: the world coloured by an answer, and a city with the pin on it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from geoloc.countries import area_km2, centroid, outlines
from geoloc.draw.charts.world import FAINTEST, SMALL_KM2
from geoloc.draw.lettering import BOLD, INK, width_of, write
from geoloc.draw.maps import COVERAGE_COLOUR, STREET_COLOUR, scale_text
from geoloc.draw.regions import outline
from geoloc.geo import METRES_PER_DEGREE, WORLD_BOX, Box, LatLon, wrapped

if TYPE_CHECKING:
    from geoloc.city.prediction import CityPrediction
    from geoloc.geo.coverage import Coverage

Colour = tuple[int, int, int]

PAPER: Colour = (255, 255, 255)
GROUND: Colour = (241, 238, 230)
ACCENT: Colour = (173, 55, 40)

_UNKNOWN: Colour = (222, 220, 214)
_FAINT, _FULL = np.array([247, 233, 222.0]), np.array([116, 32, 24.0])
_EDGE: Colour = (120, 118, 112)
_DOUBTED: Colour = (86, 92, 96)
_TINT = 0.12
_SHIFT = 4  # bits below the pixel that OpenCV's lines are placed by
_SCALE_SHARE = 0.3
_ROUND_METRES = (1, 2, 5)
_SIZE = 18


def world_picture(probabilities: Mapping[str, float], first: str, width: int) -> np.ndarray:
    """The world, each country the darker the likelier on a log scale, the first one ringed.

    Args:
        probabilities: by country; those without one are grey.
        first: the likeliest country.
        width: in pixels.

    Returns:
        uint8 (H, W, 3) RGB, equirectangular from 57 degrees south to 84 north.
    """
    height = round(width * (WORLD_BOX.north - WORLD_BOX.south) / (WORLD_BOX.east - WORLD_BOX.west))
    drawn = np.full((height, width, 3), PAPER, np.uint8)
    for code, polygons in _land().items():
        colour = _shade(probabilities[code]) if code in probabilities else _UNKNOWN
        for rings in polygons:
            placed = [_placed(ring, WORLD_BOX, (width, height)) for ring in rings]
            cv2.fillPoly(drawn, placed, colour, cv2.LINE_AA, _SHIFT)
            cv2.polylines(drawn, placed, True, PAPER, 1, cv2.LINE_AA, _SHIFT)
    middle = centroid(first)
    at = tuple(
        _placed(np.array([[middle.lon, middle.lat]]), WORLD_BOX, (width, height))[0].tolist()
    )
    if area_km2(first) < SMALL_KM2:
        cv2.circle(drawn, at, 3 << _SHIFT, _shade(probabilities[first]), -1, cv2.LINE_AA, _SHIFT)
    cv2.circle(drawn, at, 11 << _SHIFT, PAPER, 5, cv2.LINE_AA, _SHIFT)
    cv2.circle(drawn, at, 11 << _SHIFT, INK, 2, cv2.LINE_AA, _SHIFT)
    return drawn


def city_picture(
    prediction: CityPrediction,
    size: tuple[int, int],
    streets: Coverage | None = None,
    doubted: bool = False,
) -> np.ndarray:
    """The city's box with its streets, where the training photos lie, and the pin.

    Around the pin lie the regions that hold so many truths in a hundred; if they were not measured,
    a circle stands for half of the test photos' errors.

    Args:
        prediction: where in the city.
        size: width and height in pixels.
        streets: points along the streets, if they are known.
        doubted: whether the photo seems to be from elsewhere: the pin is grey then.

    Returns:
        uint8 (H, W, 3) RGB.
    """
    view = _view(prediction.city.box, size)
    width, height = size
    colour = _DOUBTED if doubted else ACCENT
    drawn = np.full((height, width, 3), PAPER, np.uint8)
    box = _corners(prediction.city.box, view, size)
    cv2.rectangle(drawn, box[0], box[1], GROUND, -1)
    for grid, shade in ((streets, STREET_COLOUR), (prediction.coverage, COVERAGE_COLOUR)):
        if grid is not None:
            _cover(drawn, grid.counts, _corners(grid.box, view, size), shade)
    cv2.rectangle(drawn, box[0], box[1], _EDGE, 1)
    at = _pixel(prediction.position, view, size)
    metre = width / view.width_m
    radius = prediction.error_m.get("p50")
    if prediction.regions:
        _regions(drawn, prediction, view, colour)
    elif radius:
        cv2.circle(drawn, at, round(radius * metre), colour, 2, cv2.LINE_AA)
    _pin(drawn, at, colour)
    _scale(drawn, metre, box)
    return drawn


@cache
def _land() -> dict[str, list[list[np.ndarray]]]:
    """Countries' polygons as rings, each float64 (n, 2), longitude and latitude."""
    rings_by_country = {}
    for feature in outlines()["features"]:
        polygons = list(_polygons(feature["geometry"]))
        rings_by_country[feature["id"]] = [[np.array(ring) for ring in rings] for rings in polygons]
    return rings_by_country


def _polygons(geometry: dict[str, Any]) -> Iterator[list[Any]]:
    one = geometry["type"] == "Polygon"
    yield from [geometry["coordinates"]] if one else geometry["coordinates"]


def _shade(probability: float) -> Colour:
    depth = math.log10(max(probability, FAINTEST) / FAINTEST) / -math.log10(FAINTEST)
    red, green, blue = (_FAINT + depth * (_FULL - _FAINT)).round().astype(int).tolist()
    return red, green, blue


def _placed(lonlat: np.ndarray, view: Box, size: tuple[int, int]) -> np.ndarray:
    """Places (n, 2) as OpenCV's points between pixels, int32 (n, 2)."""
    xy = view.normalise_all(lonlat[:, 1], lonlat[:, 0])
    xy[:, 1] = 1 - xy[:, 1]
    return np.rint(xy * size * (1 << _SHIFT)).astype(np.int32)


def _pixel(place: LatLon, view: Box, size: tuple[int, int]) -> tuple[int, int]:
    x, y = view.normalise(place)
    return round(x * size[0]), round((1 - y) * size[1])


def _corners(box: Box, view: Box, size: tuple[int, int]) -> list[tuple[int, int]]:
    return [
        _pixel(LatLon(box.north, box.west), view, size),
        _pixel(LatLon(box.south, box.east), view, size),
    ]


def _view(box: Box, size: tuple[int, int], margin: float = 0.06) -> Box:
    """The box with room around it, in the picture's own proportions on the ground."""
    width, height = box.width_m * (1 + 2 * margin), box.height_m * (1 + 2 * margin)
    width, height = max(width, height * size[0] / size[1]), max(height, width * size[1] / size[0])
    middle = box.center
    lat = height / METRES_PER_DEGREE / 2
    lon = width / METRES_PER_DEGREE / math.cos(math.radians(middle.lat)) / 2
    return Box(
        south=middle.lat - lat,
        west=wrapped(middle.lon - lon),
        north=middle.lat + lat,
        east=wrapped(middle.lon + lon),
    )


def _cover(
    drawn: np.ndarray, counts: np.ndarray, corners: list[tuple[int, int]], colour: str
) -> None:
    (left, top), (right, bottom) = corners
    size = (right - left, bottom - top)
    # As on the page's map: logarithmic, so that one busy square doesn't hide the others.
    shares = np.log1p(counts) / np.log1p(max(1, counts.max()))
    opacity = np.where(counts > 0, 0.35 + 0.55 * shares, 0)[::-1].astype(np.float32)
    share = cv2.resize(opacity, size, interpolation=cv2.INTER_NEAREST)[..., None]
    part = drawn[top:bottom, left:right]
    part[:] = np.rint(part * (1 - share) + share * _rgb(colour))


def _rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _regions(drawn: np.ndarray, prediction: CityPrediction, view: Box, colour: Colour) -> None:
    """The wide region first, so that the narrow one lies on it."""
    size = drawn.shape[1::-1]
    for share in sorted(prediction.regions, reverse=True):
        rings = [
            _placed(np.array(ring)[:, ::-1], view, size)
            for ring in outline(prediction.density, prediction.regions[share])
        ]
        tinted = drawn.copy()
        cv2.fillPoly(tinted, rings, colour, cv2.LINE_AA, _SHIFT)
        cv2.addWeighted(tinted, _TINT, drawn, 1 - _TINT, 0, dst=drawn)
        cv2.polylines(drawn, rings, True, colour, 2, cv2.LINE_AA, _SHIFT)


def _pin(drawn: np.ndarray, at: tuple[int, int], colour: Colour) -> None:
    """A drop with its tip at the place, as on the page's map."""
    angles = np.radians(np.linspace(-40, 220, 40))
    head = np.column_stack([np.cos(angles), np.sin(angles)]) * 13
    edge = np.vstack([head + [0, 28], [0, 0]]) * [1, -1] + at
    points = np.rint(edge * (1 << _SHIFT)).astype(np.int32)
    cv2.fillPoly(drawn, [points], colour, cv2.LINE_AA, _SHIFT)
    cv2.polylines(drawn, [points], True, PAPER, 2, cv2.LINE_AA, _SHIFT)
    cv2.circle(drawn, (at[0], at[1] - 28), 5, PAPER, -1, cv2.LINE_AA)


def _scale(drawn: np.ndarray, metre: float, box: list[tuple[int, int]]) -> None:
    """A line of a round length at the bottom right of the box."""
    (left, _), (right, bottom) = box
    most = _SCALE_SHARE * (right - left) / metre
    decade = 10 ** math.floor(math.log10(most))
    length = max(step * decade for step in _ROUND_METRES if step * decade <= most)
    text = scale_text(length)
    right, bottom = right - 10, bottom - 10
    cv2.line(drawn, (right - round(length * metre), bottom), (right, bottom), INK, 2)
    write(drawn, text, right - width_of(text, _SIZE, BOLD), bottom - 8, _SIZE, BOLD)
