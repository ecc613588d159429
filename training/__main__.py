"""python -m training COMMAND: table, country, city, probes, calibrate, evaluate, figures."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import torch

from geoloc import checkpoint as checkpoints
from geoloc.checkpoint import Checkpoint, CheckpointError
from geoloc.device import best_device
from geoloc.geo import PITTSBURGH_BOX, Box, City
from geoloc.models import CHECKPOINTS, available
from geoloc.networks import build
from geoloc.predict import CountryClassifier
from training import data as datasets
from training import evaluate, figures, probes, recipe, state, table
from training.data import Data, DataError
from training.fit import Trainer
from training.publish import card_of, publish, record
from training.recipe import Recipe, RecipeError
from training.sources import SourceError, detect
from training.table import TableError
from training.tasks import Countries, Position, Task

RUNS = Path(__file__).parents[1] / "runs"
CITY_BOXES = {("streetlearn", "pittsburgh"): PITTSBURGH_BOX}
"""Boxes that a data set defines; any other city's is drawn around its training photos."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; gives the exit code: 0, or 2 with a sentence on standard error."""
    asked = _parser().parse_args(arguments)
    try:
        return asked.run(asked)
    except (CheckpointError, DataError, RecipeError, SourceError, TableError) as error:
        print(f"{error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run, what: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=what, description=what)
        made.set_defaults(run=run)
        return made

    def data(made: argparse.ArgumentParser) -> None:
        made.add_argument("--data", type=Path, required=True, help="folder of the data set")
        made.add_argument("--source", default="auto", help="its format (default: what lies there)")

    def released(made: argparse.ArgumentParser) -> None:
        made.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="where models lie")
        made.add_argument("--device", type=torch.device, default=best_device())

    def trained(made: argparse.ArgumentParser, recipe_name: str) -> None:
        data(made)
        released(made)
        made.add_argument("--recipe", default=recipe_name, help="a name, or a TOML file")
        made.add_argument(
            "--name", help="of the checkpoint (default: the recipe's, or city-recipe)"
        )
        made.add_argument("--runs", type=Path, default=RUNS, help="where the run's state is kept")

    data(command("table", _table, "read a data set and say what is in it"))
    trained(command("country", _country, "train a country model"), "cnn")
    made = command("city", _city, "train a model of positions within a city")
    trained(made, "city-cnn")
    made.add_argument("--city", required=True, help="the city's short name, such as pittsburgh")
    made.add_argument("--title", help="its name for people (default: from --city)")
    made = command("probes", _probes, "fit the linear models behind a CNN's activation maps")
    made.add_argument("name", nargs="?", default="cnn", help="checkpoint (default: cnn)")
    data(made)
    released(made)
    made = command("calibrate", _calibrate, "fit a country model's temperature and sets on val")
    made.add_argument("name", help="checkpoint")
    data(made)
    released(made)
    made = command("figures", _figures, "print the cards' test scores as Markdown")
    made.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="where models lie")
    made = command("evaluate", _evaluate, "measure released models and compare with their cards")
    made.add_argument("names", nargs="*", help="checkpoints (default: all)")
    made.add_argument("--all", action="store_true", help="every checkpoint; the default")
    made.add_argument(
        "--data", type=Path, nargs="+", required=True, help="folders that hold the data"
    )
    made.add_argument("--split", choices=table.SPLITS[1:], nargs="+", default=["val", "test"])
    made.add_argument("--write", action="store_true", help="write the scores into the cards")
    released(made)
    return parser


def _table(asked: argparse.Namespace) -> int:
    data = datasets.load(asked.data, asked.source)
    print(table.summary(data.frames.table), data.problems, sep="\n\n")
    return 0


def _country(asked: argparse.Namespace) -> int:
    chosen = recipe.load(asked.recipe)
    data = datasets.load(asked.data, asked.source)
    task = _countries(data, chosen)
    return _train(asked, chosen, data, task, asked.name or chosen.name)


def _countries(data: Data, chosen: Recipe) -> Countries:
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


def _city(asked: argparse.Namespace) -> int:
    chosen = recipe.load(asked.recipe)
    data = datasets.load(asked.data, asked.source)
    title = asked.title or asked.city.replace("-", " ").title()
    source = detect(asked.data.resolve()) if asked.source == "auto" else asked.source
    box = CITY_BOXES.get((source, asked.city)) or _box_around(data)
    task = Position(City(asked.city, title, box))
    return _train(asked, chosen, data, task, asked.name or f"{asked.city}-{chosen.network['name']}")


def _box_around(data: Data) -> Box:
    table = data.frames.table
    if table.lat.isna().any():
        raise DataError(f"{data.name}: some photos have no position. A city needs lat and lon.")
    known = table[table.split == "train"]
    return Box.around(known.lat, known.lon)


def _train(asked: argparse.Namespace, chosen: Recipe, data: Data, task: Task, name: str) -> int:
    print(table.summary(data.frames.table), data.problems, sep="\n\n", flush=True)
    network = _network(chosen, task.outputs)
    # A changed recipe, table, box or list of classes is another run, with a state of its own.
    asks = dataclasses.asdict(task)
    told = json.dumps([chosen.as_card(), data.fingerprint, asks], sort_keys=True)
    folder = asked.runs / f"{name}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"
    if not (folder / state.FILE).is_file():
        _start(asked, network, chosen, task, data)
    trainer = Trainer(task, network, data.frames, chosen, folder, asked.device, _say)
    run = trainer.run()
    card = card_of(name, chosen, task, run, data, str(asked.device))
    released = publish(asked.checkpoints / name, run, card, data, asked.device)
    print(evaluate.report(released, "val", released.card["metrics"]["val"]))
    return 0


def _network(chosen: Recipe, outputs: int) -> torch.nn.Module:
    torch.manual_seed(chosen.fit.seed)
    try:
        return build(chosen.network["name"], outputs=outputs, **chosen.shape)
    except (RuntimeError, TypeError, ValueError) as error:
        raise RecipeError(f"{chosen.name}: [network] {error}") from error


def _start(
    asked: argparse.Namespace, network: torch.nn.Module, chosen: Recipe, task: Task, data: Data
) -> None:
    """Give a network that has not trained yet the weights its recipe starts from."""
    if chosen.start is None:
        return
    if chosen.start == "published":
        from training import pretrained  # imports timm, which only this way of starting needs

        pretrained.load_trunk(network, chosen.network["trunk"])
        if isinstance(task, Countries):
            print("fitting the head on the frozen trunk's features", flush=True)
            pretrained.fit_head(network, task, data.frames, asked.device)
        return
    known = checkpoints.load(asked.checkpoints / chosen.start).network().state_dict()
    mine = network.state_dict()
    same = {k: v for k, v in known.items() if k in mine and v.shape == mine[k].shape}
    network.load_state_dict(same, strict=False)


def _say(row: dict[str, float]) -> None:
    numbers = "  ".join(f"{key} {value:.4g}" for key, value in row.items() if key != "epoch")
    print(f"epoch {row['epoch']:3d}  {numbers}", flush=True)


def _probes(asked: argparse.Namespace) -> int:
    released = checkpoints.load(asked.checkpoints / asked.name)
    if released.task != "country" or released.card["network"]["name"] != "cnn":
        raise CheckpointError(f"{released.name} is no CNN of countries: it has no maps to read.")
    data = datasets.load(asked.data, asked.source)
    truth = evaluate.truth_of(released, data)
    fitted = probes.fit_layers(CountryClassifier(released, asked.device), data.frames, truth)
    checkpoints.save_probes(released.folder, probes.tensors(fitted))
    told = {layer: {"strength": probe.strength} for layer, probe in fitted.items()}
    released = checkpoints.save_card(released.folder, {**released.card, "probes": told})
    return _measure_anew(released, data, asked)


def _calibrate(asked: argparse.Namespace) -> int:
    data = datasets.load(asked.data, asked.source)
    released = checkpoints.load(asked.checkpoints / asked.name)
    return _measure_anew(evaluate.calibrate(released, data, asked.device), data, asked)


def _measure_anew(released: Checkpoint, data: Data, asked: argparse.Namespace) -> int:
    """Put val scores of a changed model into its card; what it said of test holds no more."""
    released = checkpoints.save_card(released.folder, {**released.card, "metrics": {}})
    released = record(released, "val", evaluate.evaluate(released, data, "val", asked.device))
    print(evaluate.report(released, "val", released.card["metrics"]["val"]))
    return 0


def _figures(asked: argparse.Namespace) -> int:
    print(figures.markdown(available(asked.checkpoints)[0]))
    return 0


def _evaluate(asked: argparse.Namespace) -> int:
    found, wrong = available(asked.checkpoints)
    if not (found or wrong):
        raise CheckpointError(
            f"No model in {asked.checkpoints}. Train one, or give --checkpoints its folder."
        )
    wanted = {c.name: c for c in found}
    if asked.names and not asked.all:
        missing = [name for name in asked.names if name not in wanted]
        if missing:
            raise CheckpointError(
                f"no checkpoint {', '.join(missing)}; there are {', '.join(wanted)}"
            )
        wanted, wrong = {name: wanted[name] for name in asked.names}, []
    loaded: dict[str, Data] = {}
    for released in wanted.values():
        name = released.card["data"]["name"]
        if name not in loaded:
            loaded[name] = datasets.load(datasets.find(asked.data, name))
        if loaded[name].fingerprint != released.card["data"]["fingerprint"]:
            wrong.append(f"{released.name}: {name} is not the data that its card describes")
        for split in asked.split:
            wrong += _measure(released, loaded[name], split, asked)
            released = checkpoints.load(released.folder)
    for line in wrong:
        print(f"differs: {line}", file=sys.stderr)
    return 1 if wrong else 0


def _measure(released: Checkpoint, data: Data, split: str, asked: argparse.Namespace) -> list[str]:
    scores: dict[str, Any] = evaluate.evaluate(released, data, split, asked.device)
    print(evaluate.report(released, split, scores), flush=True)
    if asked.write:
        record(released, split, scores)
        return []
    claimed = released.card["metrics"].get(split)
    if claimed is None:
        return [f"{released.name}: its card has no scores of {split}; --write adds them"]
    # Another processor rounds differently, which can tip a photo at the edge of a rank.
    return [f"{released.name} {line}" for line in evaluate.differences(scores, claimed, 0.01)]


if __name__ == "__main__":
    sys.exit(main())
