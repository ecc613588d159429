"""The task of cities: its cards, what opens them, and its answers in lists and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import torch

from geoloc.city.ood import doubts
from geoloc.city.prediction import CityPrediction
from geoloc.explain.cam import Cam
from geoloc.explain.pin import PinCam
from geoloc.models.card import CityCard
from geoloc.models.registry import median_error_m
from geoloc.models.release import Release
from geoloc.photo import Photo
from geoloc.tasks.base import Opener, Task, register_task
from geoloc.tasks.city import CityLocator, open_city
from geoloc.text import N_

if TYPE_CHECKING:
    from geoloc.results.locate import PlaceAnswer

_DEGREES_DECIMALS = 6  # a tenth of a metre


@register_task("city")
class CityTask(Task):
    """Where in a city a photo was taken, if it was taken there."""

    plural = "cities"
    about = "city"
    cards = (CityCard,)
    columns = {
        "city": N_("the city whose model put the pin, if the photo was taken there"),
        "lat": N_("the pin's latitude in degrees (WGS 84)"),
        "lon": N_("the pin's longitude in degrees (WGS 84)"),
        "error_p50_m": N_(
            "metres from pin to truth that half of the model's test photos kept within"
        ),
        "error_p90_m": N_(
            "metres from pin to truth that nine in ten of its test photos kept within"
        ),
    }

    numbers = frozenset({"lat", "lon", "error_p50_m", "error_p90_m"})

    def open(self, checkpoint: Release, device: torch.device | None, opener: Opener) -> CityLocator:
        return open_city(checkpoint, device)

    def rank(self, checkpoint: Release) -> float:
        """Where one pin of a city is wanted, it is that of the first, the most exact."""
        return median_error_m(checkpoint)

    def as_json(self, predictions: Sequence[CityPrediction]) -> dict[str, Any]:
        """Of each city one pin, that of its first model."""
        pins: dict[str, Any] = {}
        for prediction in predictions:
            pin = prediction.to_dict()
            pins.setdefault(pin.pop("city"), pin)
        return pins

    def row(self, prediction: CityPrediction) -> dict[str, Any]:
        errors = prediction.known_errors
        return {
            "city": prediction.city.title,
            "lat": round(prediction.position.lat, _DEGREES_DECIMALS),
            "lon": round(prediction.position.lon, _DEGREES_DECIMALS),
            "error_p50_m": errors.get("p50"),
            "error_p90_m": errors.get("p90"),
        }

    def lines(self, answer: PlaceAnswer, rows: int) -> Iterator[str]:
        country = answer.countries[0] if answer.countries else None
        for prediction in answer.cities:
            yield f"  if it is in {prediction.city.title}, by {prediction.model}"
            yield f"    {prediction.position}{_radius(prediction)}"
            if prediction.regions:
                share = max(prediction.regions)
                yield f"    {share} % region: {prediction.region_km2(share):.2f} km2"
            yield from (f"    {doubt}" for doubt in doubts(prediction, country))

    def explainers(self, model: CityLocator) -> tuple[PinCam, ...]:
        return (PinCam(model),)

    def cam(
        self,
        model: CityLocator,
        explainer: PinCam,
        photo: Photo,
        country: str | None,
        layer: str | None,
    ) -> Cam:
        """What moves the pin: of the whole model, and of no country."""
        return explainer.explain(photo)


def _radius(prediction: CityPrediction) -> str:
    if "p50" not in prediction.error_m:
        return ""
    return (
        f"   (half of held-out photos lie within {prediction.error_m['p50']:,.0f} m of their pin)"
    )
