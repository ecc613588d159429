"""A recipe's way to a checkpoint, top to bottom: fit, calibrate, evaluate, publish; explain."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

from geoloc.geo import PITTSBURGH_BOX, Box, City
from geoloc.geo.coverage import Coverage
from geoloc.models.card import PLACE, Card, CountGrid
from geoloc.models.release import Release, ReleaseError, load, released
from training import data as datasets
from training import distributed
from training.arguments import Calibrate, EmbedGallery, Explain, TrainCity, TrainCountry
from training.card import card_of
from training.data import Data, DataError, spread, table
from training.evaluation import evaluate as evaluation
from training.evaluation import faithfulness
from training.evaluation.answers import Answers
from training.loop import progress
from training.loop import recipe as recipes
from training.loop.build import Workspace, build_network, build_trainer
from training.loop.dependencies import Dependencies, Resolver, city_dependencies
from training.loop.fit import FitResult
from training.loop.recipe import Recipe
from training.tasks import city as cities
from training.tasks.base import Objective, training_of
from training.tasks.places import Places
from training.tasks.tasks import Countries, Position

CITY_BOXES = {("streetlearn", "pittsburgh"): PITTSBURGH_BOX}
"""Boxes that a data set defines; any other city's is drawn around its training photos."""

_OUTDATED = ("explanations", "top_activating")
"""What `explain` writes into a card, and what holds no more once a model is changed."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Training:
    """One recipe, followed on one data set.

    Attributes:
        recipe: how.
        data: on what.
        task: for what; its `kind` names the task that the model will answer.
        folder: of the checkpoint that comes of it.
        workspace: where else it reads and writes.
    """

    recipe: Recipe
    data: Data
    task: Objective
    folder: Path
    workspace: Workspace


def train_country(arguments: TrainCountry) -> Release:
    """Train a country model by a recipe, or go on with it, and release it.

    Raises:
        DataError: if the data can't be trained on.
        RecipeError: if the recipe can't be followed.
        ReleaseError: if a model that it builds on is missing.

    Example:
        >>> from training import TrainCountry, train_country
        >>> arguments = TrainCountry(data=Path("photos"), recipe="cnn-alone", name="mine")
        >>> train_country(arguments).card.metrics["val"].top1  # doctest: +SKIP
        0.31
    """
    recipe = recipes.load(arguments.recipe)
    data = arguments.load(recipe.selection, recipe.input)
    folder = arguments.checkpoints / (arguments.name or recipe.name)
    return _train_country(recipe, data, folder, arguments.workspace)


def _train_country(recipe: Recipe, data: Data, folder: Path, workspace: Workspace) -> Release:
    data = data.for_input(recipe.input)
    task = countries_of(data, recipe)
    training = Training(recipe, data, task, folder, workspace)
    return train(training, lambda recipe: country_dependencies(recipe, data, workspace))


def country_dependencies(recipe: Recipe, data: Data, workspace: Workspace) -> Dependencies:
    """The models that a country recipe builds on, trained first where they are missing.

    Raises:
        ReleaseError: if one is missing that has no recipe.
    """

    def train(name: str, folder: Path) -> Release:
        return _train_country(recipes.load(name), data, folder, workspace)

    apart = workspace.runs / "earlier"
    return Resolver(workspace.checkpoints, apart, data.fingerprint, train).resolve(recipe)


def train_city(arguments: TrainCity) -> Release:
    """Train a model of positions within a city, or go on with it, and release it.

    Raises:
        DataError: if the data can't be trained on.
        RecipeError: if the recipe can't be followed.
        ReleaseError: if the model that it starts from is missing.

    Example:
        >>> from training import TrainCity, train_city
        >>> arguments = TrainCity(data=Path("photos"), city="pittsburgh")
        >>> train_city(arguments).card.metrics["val"].p50  # doctest: +SKIP
        412.0
    """
    recipe = recipes.load(arguments.recipe)
    data = datasets.load(arguments.data, arguments.source, arguments.box, spec=recipe.input)
    title = arguments.title or arguments.city.replace("-", " ").title()
    box = CITY_BOXES.get((data.source, arguments.city)) or _box_around(data)
    city = City(arguments.city, title, box, data.country())
    retrieves = recipe.network["name"] == PLACE
    task = Places.of(city, data.frames.table) if retrieves else Position(city)
    name = arguments.name or f"{arguments.city}-{recipe.network['name']}"
    training = Training(recipe, data, task, arguments.checkpoints / name, arguments.workspace)
    streets = None if arguments.streets is None else cities.streets_of(arguments.streets)
    return train(training, streets=streets, live=arguments.live)


def train(
    training: Training,
    resolve: Callable[[Recipe], Dependencies] | None = None,
    streets: Coverage | None = None,
    live: Path | None = None,
) -> Release:
    """Follow a recipe for any task: fit, calibrate, evaluate, publish.

    Args:
        training: what is followed.
        resolve: gives what the recipe builds on; if None, it must lie beside the model.
        streets: of a city, for its card.
        live: a file that tells how it goes; better models are then published as they come, and the
            last one is measured on test as well.
    """
    recipe, data, task = training.recipe, training.data, training.task
    workspace, device = training.workspace, training.workspace.device
    _log.info("%s\n\n%s", table.summary(data.frames.table), data.problems)
    network = build_network(recipe, task, workspace.checkpoints)
    resolve = resolve or partial(city_dependencies, workspace.checkpoints)
    dependencies = resolve(recipe)

    def release(run: FitResult) -> Release:
        card = card_of(training.folder.name, recipe, task, run, data, str(device))
        if streets:
            card = card.changed(data=card.data.changed(streets=CountGrid.of(streets)))
        return publish(training.folder, run, card, data, device)

    def report(row: dict[str, float]) -> None:
        numbers = "  ".join(f"{key} {value:.4g}" for key, value in row.items() if key != "epoch")
        _log.info("epoch %3d  %s", row["epoch"], numbers)
        if follower:
            follower.epoch(row, trainer.ema)

    follower = None
    if live:
        middle_m = progress.middle_m(data.frames)
        follower = progress.Live(live, recipe.fit.epochs, middle_m, release)
    state = workspace.runs / _run_name(training, dependencies)
    trainer = build_trainer(recipe, task, network, data.frames, dependencies, state, device, report)
    run = trainer.run()
    with distributed.first_alone():
        if not distributed.is_first():
            return load(training.folder)
        model = release(run)
        return _measured_live(model, data, device, live) if live else model


def _run_name(training: Training, dependencies: Dependencies) -> str:
    # A changed recipe, table, box or list of classes, or another model to start from or to learn
    # from, is another run, with a state of its own.
    recipe, task = training.recipe.as_card(), dataclasses.asdict(training.task)
    parts = [recipe, training.data.fingerprint, task, dependencies.digest]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return f"{training.folder.name}-{digest[:8]}"


def publish(folder: Path, run: FitResult, card: Card, data: Data, device: torch.device) -> Release:
    """Put a run's model into its folder in one step, calibrated and measured on val.

    Test is for `evaluate`.
    """
    model = released(folder, run.network, card)
    task = training_of(model.task)
    model = task.prepared(model, run.network, data, device)
    model = task.calibrate(model, data, device)
    return record(model, "val", evaluation.evaluate(model, data, "val", device)).publish()


def _measured_live(model: Release, data: Data, device: torch.device, live: Path) -> Release:
    progress.note(live, phase="measuring")
    model = record(model, "test", evaluation.evaluate(model, data, "test", device)).publish()
    progress.note(live, state="done", published=model.card.best_epoch, seconds_left=0)
    return model


def calibrate(arguments: Calibrate) -> Release:
    """Fit on val what makes probabilities, sets and regions hold; gives the changed model.

    Raises:
        ReleaseError: if there is no such model, it is an ensemble, or its card names photos of
            other places and none are given.
        DataError: if it doesn't know the data's countries.

    Example:
        >>> from training import Calibrate, calibrate
        >>> arguments = Calibrate(name="mine", data=Path("photos"))
        >>> calibrate(arguments).card.calibration.temperature  # doctest: +SKIP
        1.21
    """
    model = arguments.model()
    data = arguments.load_for(model)
    elsewhere = _elsewhere(model, arguments.elsewhere)
    return _calibrated(model, data, elsewhere, arguments.device)


def embed_gallery(arguments: EmbedGallery) -> Release:
    """Embed a city's training photos anew, and calibrate; gives the changed model.

    Raises:
        ReleaseError: as `calibrate`, and if the model compares no views.

    Example:
        >>> from training import EmbedGallery, embed_gallery
        >>> arguments = EmbedGallery(name="cambridge-place", data=Path("photos"))
        >>> embed_gallery(arguments).has_views  # doctest: +SKIP
        True
    """
    model = arguments.model()
    data = arguments.load_for(model)
    if not model.has_views:
        raise ReleaseError(
            "no_views",
            "{model} compares no views: it has none to describe anew.",
            model=model.name,
        )
    elsewhere = _elsewhere(model, arguments.elsewhere)
    model = model.with_views(cities.views_of(model, data, arguments.device))
    return _calibrated(model, data, elsewhere, arguments.device)


def _elsewhere(model: Release, folder: Path | None) -> Data | None:
    """Photos of other places, on which a city model's doubt is measured.

    Raises:
        ReleaseError: if there are none, and the card says that there were.
    """
    if folder:
        return datasets.load(folder)
    if origin := training_of(model.task).elsewhere(model):
        raise ReleaseError(
            "other_places_needed",
            "{model} was measured on photos of other places, {places}: give their folder as"
            " --elsewhere, or that of others.",
            model=model.name,
            places=origin.name,
        )
    return None


def _calibrated(
    model: Release, data: Data, elsewhere: Data | None, device: torch.device
) -> Release:
    model = training_of(model.task).calibrate(model, data, device, elsewhere)
    return measured_anew(model, data, device, elsewhere)


def measured_anew(
    model: Release, data: Data, device: torch.device, elsewhere: Data | None = None
) -> Release:
    """Publish a changed model with its val scores; what else was measured holds no more."""
    model = model.changed(metrics={}, **dict.fromkeys(_OUTDATED))
    scores = evaluation.measure(model, data, "val", Answers(device), elsewhere)
    return record(model, "val", scores).publish()


def record(model: Release, split: str, scores: dict[str, Any]) -> Release:
    """The model with these scores of one split in its card, in memory."""
    return model.changed(metrics={**model.card.metrics, split: scores})


def explain(arguments: Explain) -> Release:
    """Measure on val how far a model follows its explanations; its card says so afterwards.

    Raises:
        ReleaseError: if there is no such model.
        DataError: if the card describes other data.

    Example:
        >>> from training import Explain, explain
        >>> arguments = Explain(name="mine", data=Path("photos"), photos=50)
        >>> explain(arguments).card.explanations.on  # doctest: +SKIP
        'val'
    """
    model = arguments.model()
    data = arguments.load_for(model)
    explanations = faithfulness.explain(model, data, arguments.device, arguments.photos)
    model = model.changed(explanations=explanations)
    favourites = training_of(model.task).top_activating(model, data, arguments.device)
    return model.changed(top_activating=favourites).publish()


def countries_of(data: Data, recipe: Recipe) -> Countries:
    """The task of countries, as a data set and a recipe pose it.

    Raises:
        DataError: if it can't be trained for: a photo has no country, there is only one, or one has
            no training photos.
    """
    countries = data.frames.table.country
    if countries.isna().any():
        raise DataError(f"{data.name}: some photos have no country. Leave them out, or name it.")
    task = Countries.of(data.frames.table, recipe.fit, recipe.balance)
    unseen = sorted(set(countries) - set(task.classes))
    if unseen:
        raise DataError(
            f"{data.name}: no training photo shows {', '.join(unseen)}. "
            "Add photos of other places there, or leave these countries out."
        )
    if task.outputs < 2:
        raise DataError(f"{data.name}: all photos are of one country. Add photos of another.")
    return task


def _box_around(data: Data) -> Box:
    photos = data.frames.table
    if photos.lat.isna().any():
        raise DataError(f"{data.name}: some photos have no position. A city needs lat and lon.")
    if not spread.is_city(photos):
        towns = "".join(f"\n  {line}" for line in spread.town_lines(photos))
        raise DataError(
            f"{data.name}: its photos lie too far apart to be of one city. Name a box around the "
            f"city with --within south,west,north,east.{towns}"
        )
    train = photos[photos.split == "train"]
    return Box.around(train.lat, train.lon)
