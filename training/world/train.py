"""python -m training world: a head beside the countries, from photos to a released model."""

from __future__ import annotations

import hashlib
import json
import logging
import platform
import time
from datetime import UTC, datetime

import pandas as pd
import torch

from geoloc.models import release as checkpoints
from geoloc.models.card import BackbonePart, Network, Provenance, RecipePart
from geoloc.models.registry import load_model
from geoloc.models.release import WEIGHTS, Release, released
from geoloc.tasks.country import CountryClassifier
from training.arguments import TrainWorld
from training.card import commit
from training.data import Data, table
from training.evaluation import evaluate as evaluation
from training.loop import recipe as recipes
from training.loop.recipe import Recipe, RecipeError
from training.release import record
from training.sampling import Sampling
from training.tasks.base import training_of
from training.world.fit import fit, partition_of
from training.world.looks import changed

_log = logging.getLogger(__name__)


def train_world(arguments: TrainWorld) -> Release:
    """Fit a head of the world to a released model's embedding, and release it.

    Raises:
        DataError: if no photo of the data has a position.
        RecipeError: if the recipe names no network of countries to start from.
        ReleaseError: if that model is missing.

    Example:
        >>> from training import TrainWorld, train_world
        >>> arguments = TrainWorld(data=Path("photos"))
        >>> train_world(arguments).card.metrics["val"].geo_score  # doctest: +SKIP
        2034.0
    """
    started = time.perf_counter()
    recipe = recipes.load(arguments.recipe)
    data = arguments.load(recipe.selection, recipe.input)
    _log.info("%s\n\n%s", table.summary(data.frames.table), data.problems)
    backbone = _backbone(recipe, arguments)
    rows = data.frames.of_split("train")
    photos = data.frames.table.iloc[rows].reset_index(drop=True)
    state = arguments.runs / _run_name(recipe, data, backbone)
    looks = changed(backbone, data.frames, rows, recipe, state)
    cut = partition_of(photos)
    _log.info("%s cells; fitting", len(cut.cells))
    weights = (recipe.sampling or Sampling()).expected(
        pd.factorize(photos.country, sort=True)[0], photos.source.to_numpy()
    )
    head = fit(looks, photos, weights, cut, recipe.fit.smoothing_km, recipe.fit.decay)
    name = arguments.name or recipe.name
    common = {
        "name": name,
        "network": Network(
            name=recipe.network["name"],
            shape={"outputs": len(head.bias), "embedding": head.weight.shape[1]},
            parameters=head.weight.size + len(head.bias),
        ),
        "backbone": BackbonePart(
            model=backbone.checkpoint.name,
            weights=(backbone.card.files or {})[WEIGHTS],
        ),
        "input": backbone.card.input,
        "recipe": RecipePart(**recipe.as_card()),
        "provenance": Provenance(
            trained=datetime.now(UTC).date(),
            commit=commit(),
            torch=torch.__version__,
            python=platform.python_version(),
            device=str(arguments.device),
            minutes=round((time.perf_counter() - started) / 60, 1),
        ),
    }
    training = training_of("world")
    card = training.card(cut, recipe, data, common)
    model = released(arguments.checkpoints / name, None, card)
    model = model.with_cells(cut.cells).with_head(head)
    model = training.calibrate(model, data, arguments.device)
    scores = evaluation.evaluate(model, data, "val", arguments.device)
    return record(model, "val", scores).publish()


def _backbone(recipe: Recipe, arguments: TrainWorld) -> CountryClassifier:
    folder = arguments.checkpoints / str(recipe.start)
    model = checkpoints.load(folder)
    if model.task != "country" or model.members or not model.card.files:
        raise RecipeError(
            f"{recipe.name}: start = {recipe.start!r} is no released network of countries, whose "
            "embedding a head could read"
        )
    opened = load_model(model, arguments.device)
    assert isinstance(opened, CountryClassifier)
    if recipe.input != opened.card.input.spec:
        raise RecipeError(
            f"{recipe.name}: [input] is {recipe.input.described}, and {recipe.start} sees "
            f"{opened.card.input.spec.described}"
        )
    return opened


def _run_name(recipe: Recipe, data: Data, backbone: CountryClassifier) -> str:
    """What looks depend on, and nothing that only the fit does."""
    card = recipe.as_card()
    looks = {key: card.get(key) for key in ("augment", "cameras", "input")}
    parts = [looks, recipe.fit.batch, data.fingerprint, (backbone.card.files or {})[WEIGHTS]]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return f"world-{digest[:8]}"
