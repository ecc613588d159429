"""country, city, trunk: from a recipe and a data set to a released model."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import torch

from geoloc import checkpoint as checkpoints
from geoloc.checkpoint import Checkpoint
from geoloc.coverage import Coverage
from geoloc.geo import PITTSBURGH_BOX, Box, City
from geoloc.networks import build
from training import city as cities
from training import data as datasets
from training import evaluate, progress, recipe, spread, state, table
from training.data import Data, DataError
from training.earlier import BuiltOn, Earlier
from training.fit import Run, Trainer
from training.places import Places
from training.publish import card_of, publish, record
from training.recipe import Recipe, RecipeError
from training.tasks import Countries, Position, Task
from training.teachers import Teachers

CITY_BOXES = {("streetlearn", "pittsburgh"): PITTSBURGH_BOX}
"""Boxes that a data set defines; any other city's is drawn around its training photos."""


def country(asked: argparse.Namespace) -> int:
    """Train a country model by a recipe, or go on with it, and release it."""
    return _country(asked, asked.checkpoints)


def _country(asked: argparse.Namespace, into: Path) -> int:
    chosen = recipe.load(asked.recipe)
    data = datasets.load(asked.data, asked.source, selection=chosen.selection)
    task = countries_of(data, chosen)
    return _train(asked, chosen, data, task, into / (asked.name or chosen.name))


def countries_of(data: Data, chosen: Recipe) -> Countries:
    """The question which country, as a data set asks it.

    Raises:
        DataError: if it can't be trained for: a photo has no country, there is only one, or one has
            no training photos.
    """
    known = data.frames.table.country
    if known.isna().any():
        raise DataError(f"{data.name}: some photos have no country. Leave them out, or name it.")
    task = Countries.of(data.frames.table, chosen.fit, chosen.balance)
    unseen = sorted(set(known) - set(task.classes))
    if unseen:
        raise DataError(
            f"{data.name}: no training photo shows {', '.join(unseen)}. "
            "Add photos of other places there, or leave these countries out."
        )
    if task.outputs < 2:
        raise DataError(f"{data.name}: all photos are of one country. Add photos of another.")
    return task


def city(asked: argparse.Namespace) -> int:
    """Train a model of positions within a city, or go on with it, and release it."""
    chosen = recipe.load(asked.recipe)
    data = datasets.load(asked.data, asked.source, box_of(asked))
    title = asked.title or asked.city.replace("-", " ").title()
    box = CITY_BOXES.get((data.source, asked.city)) or _box_around(data)
    where = City(asked.city, title, box, data.country())
    finds = chosen.network["name"] == checkpoints.PLACE
    task = Places.of(where, data.frames.table) if finds else Position(where)
    name = asked.name or f"{asked.city}-{chosen.network['name']}"
    return _train(asked, chosen, data, task, asked.checkpoints / name)


def box_of(asked: argparse.Namespace) -> Box | None:
    """The box that photos must lie in, if one was named."""
    return None if asked.within is None else datasets.box_of(asked.within)


def _box_around(data: Data) -> Box:
    table = data.frames.table
    if table.lat.isna().any():
        raise DataError(f"{data.name}: some photos have no position. A city needs lat and lon.")
    if not spread.is_city(table):
        raise DataError(
            f"{data.name}: its photos lie too far apart to be of one city. Name a box around the "
            "city with --within south,west,north,east."
        )
    known = table[table.split == "train"]
    return Box.around(known.lat, known.lon)


def _train(asked: argparse.Namespace, chosen: Recipe, data: Data, task: Task, into: Path) -> int:
    print(table.summary(data.frames.table), data.problems, sep="\n\n", flush=True)
    streets = _streets(asked)
    network = network_of(asked, chosen, task)
    built_on = built_on_of(asked, chosen, task, data)
    # A changed recipe, table, box or list of classes, or another model to start from or to learn
    # from, is another run, with a state of its own.
    asks = dataclasses.asdict(task)
    told = json.dumps([chosen.as_card(), data.fingerprint, asks, built_on.digest], sort_keys=True)
    folder = asked.runs / f"{into.name}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"

    def release(run: Run) -> Checkpoint:
        card = card_of(into.name, chosen, task, run, data, str(asked.device))
        if streets:
            card["data"]["streets"] = streets.to_card()
        return publish(into, run, card, data, asked.device)

    def report(row: dict[str, float]) -> None:
        _say(row)
        if live:
            live.epoch(row, trainer.average)

    middle = progress.middle_m(data.frames) if asked.live else None
    live = asked.live and progress.Live(asked.live, chosen.fit.epochs, middle, release)
    trainer = trainer_of(asked, network, chosen, task, data, folder, built_on, report)
    released = release(trainer.run())
    if live:
        released = _measured_live(released, data, asked)
    print(evaluate.report(released, "val", released.card["metrics"]["val"]))
    return 0


def _streets(asked: argparse.Namespace) -> Coverage | None:
    return None if getattr(asked, "streets", None) is None else cities.streets_of(asked.streets)


def _measured_live(released: Checkpoint, data: Data, asked: argparse.Namespace) -> Checkpoint:
    progress.tell(asked.live, phase="measuring")
    scores = evaluate.evaluate(released, data, "test", asked.device)
    released = record(released, "test", scores)
    progress.tell(asked.live, state="done", published=released.card["best_epoch"], seconds_left=0)
    return released


def network_of(asked: argparse.Namespace, chosen: Recipe, task: Task) -> torch.nn.Module:
    """A recipe's network with random weights, and those of its frozen trunk if it has one.

    Raises:
        RecipeError: if there is no such network, or none of such a shape.
    """
    torch.manual_seed(chosen.fit.seed)
    try:
        network = build(chosen.network["name"], **task.shape, **chosen.shape)
    except (RuntimeError, TypeError, ValueError) as error:
        raise RecipeError(f"{chosen.name}: [network] {error}") from error
    if getattr(network, "frozen", None):
        from training import pretrained  # imports timm, which only this network needs

        pretrained.borrow(network, asked.checkpoints)
    return network


def built_on_of(asked: argparse.Namespace, chosen: Recipe, task: Task, data: Data) -> BuiltOn:
    """The models that a recipe builds on, trained first where they are missing.

    Raises:
        CheckpointError: if one is missing that has no recipe.
        RecipeError: if countries shall teach where in a city.
    """

    def train(name: str, folder: Path) -> None:
        _country(argparse.Namespace(**{**vars(asked), "recipe": name, "name": name}), folder)

    if chosen.teachers and not isinstance(task, Countries):
        raise RecipeError(f"{chosen.name}: teachers answer which country, not where in a city")
    earlier = Earlier(asked.checkpoints, asked.runs / "earlier", data.fingerprint, train)
    if chosen.start in (None, recipe.PUBLISHED):
        start = None
    elif isinstance(task, Countries):
        start = earlier.start(chosen.start)
    else:
        # A city's photos train no countries: what its model starts from must be there.
        start = checkpoints.load(asked.checkpoints / chosen.start)
    return BuiltOn(start, tuple(map(earlier.teacher, chosen.teachers)))


def trainer_of(
    asked: argparse.Namespace,
    network: torch.nn.Module,
    chosen: Recipe,
    task: Task,
    data: Data,
    folder: Path,
    built_on: BuiltOn,
    report: Callable[[dict[str, float]], None] = lambda row: None,
) -> Trainer:
    """What trains a network, which is given the weights it starts from."""
    device, frames = asked.device, data.frames
    if built_on.start:
        _start(network, built_on.start, task)
    elif chosen.start == recipe.PUBLISHED and not (folder / state.FILE).is_file():
        from training import pretrained  # imports timm, which only this way of starting needs

        pretrained.start(network, task, frames, device)
    if chosen.network.get("tune") == "head":
        from training.frozen import HeadTrainer

        return HeadTrainer(task, network, frames, chosen, folder, device, report)
    teachers = Teachers(built_on.teachers, task.classes, device) if built_on.teachers else None
    return Trainer(task, network, frames, chosen, folder, device, report, teachers)


def _start(network: torch.nn.Module, found: Checkpoint, task: Task) -> None:
    """Give a network the weights of another, where they have the same name and shape."""
    known = _heads(found, network, task)
    frozen = getattr(network, "frozen", frozenset())
    mine = {k: v for k, v in network.state_dict().items() if k not in frozen}
    same = {k: v for k, v in known.items() if k in mine and v.shape == mine[k].shape}
    network.load_state_dict(same, strict=False)


def _heads(found: Checkpoint, network: torch.nn.Module, task: Task) -> dict[str, torch.Tensor]:
    """The weights of a model, its answers in the order of a task's countries.

    A country that it does not know starts as the least likely of those that it knows.
    """
    known = found.network().state_dict()
    if not isinstance(task, Countries) or found.classes == task.classes:
        return known
    places = [found.classes.index(c) if c in found.classes else -1 for c in task.classes]
    places, wanted = torch.tensor(places), network.state_dict()
    for key, value in known.items():
        theirs = (len(found.classes), *value.shape[1:])
        if key in wanted and value.shape == theirs and len(wanted[key]) == task.outputs:
            new = torch.zeros_like(value[:1]) if value.ndim > 1 else value.min()[None]
            known[key] = torch.where(
                (places >= 0).view(-1, *[1] * (value.ndim - 1)), value[places], new
            )
    return known


def trunk(asked: argparse.Namespace) -> int:
    """Fetch a trunk that others trained."""
    from training import pretrained

    path = pretrained.fetch(asked.name, asked.checkpoints)
    print(f"{path}  {path.stat().st_size / 1e6:.0f} MB")
    return 0


def _say(row: dict[str, float]) -> None:
    numbers = "  ".join(f"{key} {value:.4g}" for key, value in row.items() if key != "epoch")
    print(f"epoch {row['epoch']:3d}  {numbers}", flush=True)
