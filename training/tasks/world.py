"""World models on a data set: their calibration and their scores."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from scipy.optimize import minimize_scalar

from geoloc.countries import centroid
from geoloc.geo import LatLon
from geoloc.models.calibration import conformal_quantile
from geoloc.models.card import WorldCalibration, WorldCard, WorldPart
from geoloc.models.registry import opener
from geoloc.models.release import Release
from geoloc.tasks.world import WorldGallery, WorldHeadModel
from geoloc.world.prediction import WorldPrediction
from training.data import Data, DataError
from training.evaluation import figures
from training.evaluation.answers import Answers
from training.loop.recipe import Recipe
from training.tasks.base import TaskTraining, Worldwide, register_training
from training.world import gallery
from training.world.looks import described
from training.world.metrics import Placed, masses_above, world_metrics
from training.world.partition import Partition

SHARES = (50, 90)
"""Truths in a hundred that regions shall hold."""

_WARMEST = 5.0


@register_training("world")
class WorldTraining(TaskTraining):
    """How models of the world are trained."""

    shown = (
        "median_km",
        "geo_score",
        "expected_score",
        *(f"within_{km}km" for km in (25, 200, 750, 2500)),
        "gain_geo_score",
        "gain_median_km",
    )
    figures = figures.WORLD
    anywhere = True

    def worldwide(self, model: Release, data: Data, answers: Answers) -> Worldwide:
        predictions = self._predictions(model, data, data.frames.of_split("test"), answers)
        codes = model.world_card.world.countries
        shares = [dict(prediction.countries) for prediction in predictions]
        learnt = model.card.data.countries.get("train", {})
        photos = np.array([learnt.get(code, 0) for code in codes], float)
        return Worldwide(
            codes,
            np.array([[share.get(code, 0.0) for code in codes] for share in shares]),
            np.array([(p.position.lat, p.position.lon) for p in predictions]),
            photos / photos.sum() if photos.any() else None,
        )

    def _predictions(
        self, model: Release, data: Data, rows: np.ndarray, answers: Answers
    ) -> list[WorldPrediction]:
        """What a model says of some rows."""
        if model.card.published:
            return gallery.predictions(cast(WorldGallery, answers.open(model)), data, rows)
        head = cast(WorldHeadModel, answers.open(model))
        _, embeddings = described(head.backbone, _frames(head, data), rows)
        shares = head.head.probabilities(embeddings, head.card.calibration.temperature)
        return [head.prediction(each) for each in shares]

    def card(
        self, objective: Partition, recipe: Recipe, data: Data, common: dict[str, Any]
    ) -> WorldCard:
        """What a head says of itself; `objective` is the land, cut."""
        cells = objective.cells
        learnt = {"countries": data.countries(), "sources": data.sources()}
        return WorldCard(
            task="world",
            title=recipe.title,
            world=WorldPart(
                cells=len(cells),
                countries=cells.codes,
                what="a k-d tree over each country, cut where training photos are dense",
            ),
            data=data.described().changed(**learnt),
            **common,
        )

    def calibrate(
        self, model: Release, data: Data, device: torch.device, elsewhere: Data | None = None
    ) -> Release:
        """On the sources of val that nothing was trained on, if there are any."""
        rows = placed_rows(data, "val")
        if model.card.published:
            return gallery.calibrated(model, data, rows, device)
        table = data.frames.table
        aside = table.source.iloc[rows].isin(data.selection.unseen).to_numpy()
        rows = rows[aside] if aside.any() else rows
        head = cast(WorldHeadModel, opener(device)(model))
        photos = Placed.of(table.iloc[rows])
        _, embeddings = described(head.backbone, _frames(head, data), rows)
        temperature = _temperature(head, embeddings, photos)
        shares = head.head.probabilities(embeddings, temperature)
        predictions = [WorldPrediction(model.name, head.cells, share) for share in shares]
        above = masses_above(predictions, photos)
        masses = {
            share: min(1.0, conformal_quantile(above, photos.groups, share / 100))
            for share in SHARES
        }
        sources = tuple(sorted(set(photos.sources.tolist()))) if aside.any() else ()
        fitted = WorldCalibration(
            on="val", temperature=temperature, sources=sources, regions=masses
        )
        return model.changed(calibration=fitted)

    def evaluate(
        self,
        model: Release,
        data: Data,
        split: str,
        answers: Answers,
        elsewhere: Data | None = None,
    ) -> dict[str, Any]:
        """Of the photos that have a position, beside pins on the middles of countries."""
        rows = placed_rows(data, split)
        if model.card.published:
            return gallery.scores(model, data, rows, answers)
        head = cast(WorldHeadModel, answers.open(model))
        countries, embeddings = described(head.backbone, _frames(head, data), rows)
        shares = head.head.probabilities(embeddings, head.card.calibration.temperature)
        photos = Placed.of(data.frames.table.iloc[rows])
        classes = head.backbone.classes
        likeliest = [centroid(classes[best]) for best in countries.argmax(axis=1)]
        learnt = data.countries()["train"]
        frequent = max(learnt, key=lambda code: learnt[code])
        baselines: dict[str, tuple[str, list[LatLon]]] = {
            "likeliest_country": (
                f"the middle of the country that {head.backbone.checkpoint.name} names first",
                likeliest,
            ),
            "most_frequent_country": (
                "the middle of the country with most training photos",
                [centroid(frequent)] * len(rows),
            ),
        }
        return world_metrics([head.prediction(each) for each in shares], photos, baselines)


def placed_rows(data: Data, split: str) -> np.ndarray:
    """Rows of one split whose position is known.

    Raises:
        DataError: if there is none.
    """
    rows = data.frames.of_split(split)
    rows = rows[data.frames.table.lat.notna().to_numpy()[rows]]
    if not len(rows):
        raise DataError(
            f"{data.name}: no photo of {split} has a position. Give its table lat and lon."
        )
    return rows


def _frames(head: WorldHeadModel, data: Data) -> Any:
    return data.for_input(head.backbone.card.input.spec).frames


def _temperature(head: WorldHeadModel, embeddings: np.ndarray, photos: Placed) -> float:
    """The temperature that makes the cells of the truth likeliest."""
    truth = head.cells.cell_of(photos.lats, photos.lons)

    def loss(log_temperature: float) -> float:
        shares = head.head.probabilities(embeddings, float(np.exp(log_temperature)))
        return float(-np.log(shares[np.arange(len(truth)), truth] + 1e-12).mean())

    bounds = (-np.log(_WARMEST), np.log(_WARMEST))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))
