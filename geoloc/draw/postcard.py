"""An answer as one picture to send: the photo, the likeliest countries, and maps of the place.

It is a PNG with no data but its pixels: neither EXIF nor the name of the photo's file. What the
photo's own EXIF data says of its place is not drawn either.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from geoloc.countries import name
from geoloc.draw.charts.look import percent
from geoloc.draw.lettering import BOLD, REGULAR, as_png, broken, fitting, width_of, write
from geoloc.draw.maps import area_text, distance_text
from geoloc.draw.picture_maps import ACCENT, GROUND, PAPER, Colour, city_picture, world_picture
from geoloc.text import _

if TYPE_CHECKING:
    from geoloc.city.prediction import CityPrediction
    from geoloc.geo.coverage import Coverage
    from geoloc.tasks.country import CountryPrediction

WIDTH = 1200
"""Of the picture, in pixels; what it says decides its height."""

_MARGIN, _GAP = 40, 40
_HALF = (WIDTH - 2 * _MARGIN - _GAP) // 2
_RIGHT = _MARGIN + _HALF + _GAP
_PHOTO = 430
_WORLD, _CITY, _MAP = 700, 380, 274
_BETWEEN = 8
_TRACK: Colour = (232, 229, 221)
_GREY: Colour = (84, 88, 90)
_HEADLINE, _TEXT, _SMALL = 44, 22, 18
_ROWS, _ROW = 5, 56
_LINE = 26


@dataclass(frozen=True)
class Answered:
    """What a postcard tells.

    Attributes:
        photos: of the place, one or more, uint8 (H, W, 3) RGB each.
        prediction: the countries.
        by: title of the model that named them.
        pin: the place in a city, or None.
        streets: of that city, where they are known.
        doubted: whether the photos seem to be from elsewhere.
        lines: small print.
    """

    photos: Sequence[np.ndarray]
    prediction: CountryPrediction
    by: str
    pin: CityPrediction | None
    lines: Sequence[str]
    streets: Coverage | None = None
    doubted: bool = False


def postcard(answer: Answered) -> bytes:
    """The picture as a PNG, `WIDTH` pixels wide."""
    small = [part for line in answer.lines for part in broken(line, WIDTH - 2 * _MARGIN, _SMALL)]
    maps = _MARGIN + _PHOTO + _GAP
    print_top = maps + _MAP + 2 * _LINE + _GAP
    height = print_top + len(small) * _LINE + _MARGIN - _LINE // 2
    sheet = np.full((height, WIDTH, 3), PAPER, np.uint8)
    _photos(sheet, answer.photos)
    _countries(sheet, answer)
    _maps(sheet, answer, maps)
    for number, line in enumerate(small):
        write(sheet, line, _MARGIN, print_top + number * _LINE, _SMALL, colour=_GREY)
    return as_png(sheet)


def _photos(sheet: np.ndarray, photos: Sequence[np.ndarray]) -> None:
    """All photos whole, in as many columns as rows."""
    columns = math.ceil(math.sqrt(len(photos)))
    rows = math.ceil(len(photos) / columns)
    wide = (_HALF - (columns - 1) * _BETWEEN) // columns
    high = (_PHOTO - (rows - 1) * _BETWEEN) // rows
    sheet[_MARGIN : _MARGIN + _PHOTO, _MARGIN : _MARGIN + _HALF] = GROUND
    for number, pixels in enumerate(photos):
        scale = min(wide / pixels.shape[1], high / pixels.shape[0])
        size = [max(1, round(side * scale)) for side in (pixels.shape[1], pixels.shape[0])]
        small = cv2.resize(
            pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        )
        top = _MARGIN + number // columns * (high + _BETWEEN) + (high - size[1]) // 2
        left = _MARGIN + number % columns * (wide + _BETWEEN) + (wide - size[0]) // 2
        sheet[top : top + size[1], left : left + size[0]] = small


def _countries(sheet: np.ndarray, answer: Answered) -> None:
    code, probability = answer.prediction.top(1)[0]
    share = percent(probability)
    room = _HALF - width_of(share, _HEADLINE, BOLD) - 16
    base = _MARGIN + 38
    title = fitting(name(code), room, _HEADLINE, BOLD)
    write(sheet, title, _RIGHT, base, _HEADLINE, BOLD)
    right = _RIGHT + _HALF
    write(sheet, share, right - width_of(share, _HEADLINE, BOLD), base, _HEADLINE, BOLD, ACCENT)
    who = fitting(_("guessed by {model}", model=answer.by), _HALF, _TEXT)
    write(sheet, who, _RIGHT, base + 36, _TEXT, colour=_GREY)
    top = _MARGIN + _PHOTO - _ROWS * _ROW
    for row, (country, chance) in enumerate(answer.prediction.top(_ROWS)):
        _bar(sheet, top + row * _ROW, name(country), chance, BOLD if row == 0 else REGULAR)


def _bar(sheet: np.ndarray, top: int, country: str, chance: float, weight: int) -> None:
    share, right = percent(chance), _RIGHT + _HALF
    beside = width_of(share, _TEXT, weight)
    write(sheet, fitting(country, _HALF - beside - 16, _TEXT), _RIGHT, top + 24, _TEXT, weight)
    write(sheet, share, right - beside, top + 24, _TEXT, weight)
    sheet[top + 36 : top + 48, _RIGHT:right] = _TRACK
    sheet[top + 36 : top + 48, _RIGHT : _RIGHT + max(2, round(_HALF * chance))] = ACCENT


def _maps(sheet: np.ndarray, answer: Answered, top: int) -> None:
    prediction = answer.prediction
    shares = dict(prediction.top(len(prediction.codes)))
    sheet[top : top + _MAP, _MARGIN : _MARGIN + _WORLD] = world_picture(
        shares, prediction.codes[0], _WORLD
    )
    below, right = top + _MAP + _LINE, WIDTH - _MARGIN
    legend = _("The darker, the likelier; grey: countries that it doesn't know")
    write(sheet, legend, _MARGIN, below, _SMALL)
    if answer.pin:
        sheet[top : top + _MAP, right - _CITY : right] = city_picture(
            answer.pin, (_CITY, _MAP), answer.streets, answer.doubted
        )
        for number, line in enumerate(_where(answer.pin, answer.doubted)):
            fits = fitting(line, _CITY, _SMALL)
            write(sheet, fits, right - _CITY, below + number * _LINE, _SMALL)


def _where(pin: CityPrediction, doubted: bool) -> list[str]:
    place = _(
        "If it was in {city}: {place}",
        city=pin.city.title,
        place=f"{pin.position.lat:.4f}, {pin.position.lon:.4f}",
    )
    radius = pin.error_m.get("p50")
    if doubted:
        return [place, _("Probably it was not in {city}.", city=pin.city.title)]
    if pin.regions:
        share = max(pin.regions)
        area = area_text(pin.region_km2(share))
        return [place, _("{share}% region: {area}", share=share, area=area)]
    if radius:
        within = distance_text(radius)
        return [place, _("Circle: half of test pins, within {distance}", distance=within)]
    return [place]
