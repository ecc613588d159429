"""Published world models, which weigh positions of a gallery: calibrated and measured."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from scipy.special import softmax

from geoloc.countries import centroid
from geoloc.models.calibration import conformal_quantile, fit_temperature
from geoloc.models.card import WorldCalibration
from geoloc.models.registry import load_model
from geoloc.models.release import Release
from geoloc.tasks.world import WorldGallery
from geoloc.world.prediction import WorldPrediction
from training.data import Data
from training.evaluation.answers import PHOTOS_AT_ONCE, Answers
from training.world.metrics import Placed, masses_above, world_metrics

SHARES = (50, 90)
"""Truths in a hundred that regions shall hold."""


def calibrated(model: Release, data: Data, rows: np.ndarray, device: torch.device) -> Release:
    """The model with a temperature and regions fitted on photos that it was not trained on.

    Args:
        model: published elsewhere.
        data: any photos with positions.
        rows: which of them.
        device: where it computes.
    """
    gallery = cast(WorldGallery, load_model(model, device))
    photos = Placed.of(data.frames.table.iloc[rows])
    logits = _logits(gallery, data, rows)
    temperature = fit_temperature(logits, gallery.cells.cell_of(photos.lats, photos.lons))
    shares = softmax(logits / temperature, axis=1)
    predictions = [WorldPrediction(model.name, gallery.cells, share) for share in shares]
    above = masses_above(predictions, photos)
    regions = {
        share: min(1.0, conformal_quantile(above, photos.groups, share / 100)) for share in SHARES
    }
    fitted = WorldCalibration(on="val", temperature=temperature, regions=regions)
    learnt = data.described().changed(countries=data.countries())
    return model.changed(calibration=fitted, data=learnt)


def scores(model: Release, data: Data, rows: np.ndarray, answers: Answers) -> dict[str, Any]:
    """Of photos that have a position, beside a pin that is always the same.

    Args:
        model: published elsewhere.
        data: any photos with positions.
        rows: which of them.
        answers: what opens models.
    """
    gallery = cast(WorldGallery, answers.open(model))
    photos = Placed.of(data.frames.table.iloc[rows])
    countries = data.countries()["train"]
    frequent = max(countries, key=lambda code: countries[code])
    always = "the middle of the country with most training photos"
    baselines = {"most_frequent_country": (always, [centroid(frequent)] * len(rows))}
    return world_metrics(predictions(gallery, data, rows), photos, baselines)


def predictions(gallery: WorldGallery, data: Data, rows: np.ndarray) -> list[WorldPrediction]:
    """What a published model says of some rows."""
    temperature = gallery.card.calibration.temperature
    shares = softmax(_logits(gallery, data, rows) / temperature, axis=1)
    return [gallery.prediction(each) for each in shares]


def _logits(gallery: WorldGallery, data: Data, rows: np.ndarray) -> np.ndarray:
    crops = gallery.card.input.crops
    frames = data.for_input(crops.spec).frames
    return np.concatenate(
        [
            gallery.logits(crops.of_all(map(frames.frame, chunk)))
            for chunk in frames.chunks(rows, PHOTOS_AT_ONCE)
        ]
    )
