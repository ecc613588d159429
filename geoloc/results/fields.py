"""The flat fields of a result: what they are called, what they mean, and how they are filled."""

from __future__ import annotations

from typing import Any

from geoloc.city.prediction import CityPrediction
from geoloc.countries import name
from geoloc.results.locate import Answer
from geoloc.results.names import harmless
from geoloc.tasks.country import CountryPrediction
from geoloc.text import N_

FIELDS: dict[str, str] = {
    "photo": N_(
        "name of the photo's file; of several that were asked about as one place, all names"
    ),
    "photos": N_("number of photos that the answer is made of"),
    "exif_lat": N_("latitude that the photo's own EXIF data tells, in degrees (WGS 84)"),
    "exif_lon": N_("longitude that the photo's own EXIF data tells, in degrees (WGS 84)"),
    "xmp_lat": N_("latitude that its XMP data tells where the EXIF data has none, in degrees"),
    "xmp_lon": N_("longitude that its XMP data tells where the EXIF data has none, in degrees"),
    "model": N_("name of the model's folder"),
    "country_code": N_("the likeliest country, ISO 3166-1 alpha-2"),
    "country": N_("its English name"),
    "probability": N_("its calibrated probability, from 0 to 1"),
    "likely": N_("the countries, likeliest first, that hold the true one nine times in ten"),
    "city": N_("the city whose model put the pin, if the photo was taken there"),
    "lat": N_("the pin's latitude in degrees (WGS 84)"),
    "lon": N_("the pin's longitude in degrees (WGS 84)"),
    "error_p50_m": N_("metres from pin to truth that half of the model's test photos kept within"),
    "error_p90_m": N_("metres from pin to truth that nine in ten of its test photos kept within"),
    "ms": N_("milliseconds that the model took"),
}
"""In the order of the CSV's columns, which end with a `p_XX` for the probability of each country
XX; GeoJSON's properties have the same names."""

PROBABILITY = "p_"
"""What the name of a country's own column begins with."""

_DEGREES_DECIMALS = 6  # a tenth of a metre
_SHARE_DECIMALS = 6


def of_photos(answer: Answer) -> dict[str, Any]:
    """The fields of the photos themselves."""
    # Several photos may have been taken far from each other: no one of them stands for all.
    photo = answer.photos[0] if len(answer.photos) == 1 else None
    place = photo.position if photo else None
    fields: dict[str, Any] = {
        "photo": "; ".join(harmless(file.name) for file in answer.files),
        "photos": len(answer.photos),
        "exif_lat": None,
        "exif_lon": None,
        "xmp_lat": None,
        "xmp_lon": None,
    }
    if photo and place:
        source = photo.position_source.lower()
        fields |= {f"{source}_lat": _degrees(place.lat), f"{source}_lon": _degrees(place.lon)}
    return fields


def of_country(prediction: CountryPrediction) -> dict[str, Any]:
    """The fields of a country model's answer; `likely` is a list of codes, or None."""
    code, probability = prediction.top(1)[0]
    first = prediction.likely
    return {
        "model": harmless(prediction.model),
        "country_code": code,
        "country": name(code, "en"),
        "probability": round(probability, _SHARE_DECIMALS),
        "likely": None if first is None else list(prediction.codes[:first]),
    }


def of_pin(prediction: CityPrediction) -> dict[str, Any]:
    """The fields of a city model's answer."""
    errors = prediction.known_errors
    return {
        "model": harmless(prediction.model),
        "city": harmless(prediction.city.title),
        "lat": _degrees(prediction.position.lat),
        "lon": _degrees(prediction.position.lon),
        "error_p50_m": errors.get("p50"),
        "error_p90_m": errors.get("p90"),
    }


def _degrees(angle: float) -> float:
    return round(angle, _DEGREES_DECIMALS)
