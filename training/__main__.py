"""python -m training COMMAND: read data, train, compare, calibrate and measure models."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from geoloc import checkpoint as checkpoints
from geoloc.balance import described
from geoloc.checkpoint import Checkpoint, CheckpointError
from geoloc.coverage import Coverage
from geoloc.device import best_device
from geoloc.geo import PITTSBURGH_BOX, Box, City
from geoloc.models import CHECKPOINTS, available
from geoloc.networks import build
from geoloc.predict import CountryClassifier
from training import (
    ablation,
    city,
    ensemble,
    evaluate,
    faithfulness,
    fetch,
    figures,
    looks_for,
    memory,
    probes,
    progress,
    recipe,
    spread,
    state,
    table,
)
from training import data as datasets
from training.answers import Answers, truth_of
from training.data import Data, DataError
from training.earlier import Earlier
from training.fetch import FetchError
from training.fit import Run, Trainer
from training.places import Places
from training.publish import card_of, publish, record
from training.recipe import Recipe, RecipeError
from training.sources import SourceError
from training.table import TableError
from training.tasks import Countries, Position, Task
from training.teachers import Teachers

RUNS = Path(__file__).parents[1] / "runs"
CITY_BOXES = {("streetlearn", "pittsburgh"): PITTSBURGH_BOX}
"""Boxes that a data set defines; any other city's is drawn around its training photos."""

_FORESEEN = (CheckpointError, DataError, FetchError, RecipeError, SourceError, TableError)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; gives the exit code: 0, or 2 with a sentence on standard error."""
    asked = _parser().parse_args(arguments)
    memory.keep()
    try:
        with progress.followed(asked.live, *_FORESEEN):
            return asked.run(asked)
    except _FORESEEN as error:
        print(f"{error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run, what: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=what, description=what)
        made.set_defaults(run=run, live=None)
        return made

    def data(made: argparse.ArgumentParser) -> None:
        made.add_argument("--data", type=Path, required=True, help="folder of the data set")
        made.add_argument("--source", default="auto", help="its format (default: what lies there)")

    def within(made: argparse.ArgumentParser) -> None:
        made.add_argument(
            "--within",
            metavar="BOX",
            help="only photos in south,west,north,east (degrees), or in one of UCF's cities",
        )

    def released(made: argparse.ArgumentParser) -> None:
        made.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="where models lie")
        made.add_argument("--device", type=torch.device, default=best_device())

    def elsewhere(made: argparse.ArgumentParser) -> None:
        made.add_argument(
            "--elsewhere",
            type=Path,
            help="folder of photos from anywhere else, for a city model that tells them apart",
        )

    def trained(made: argparse.ArgumentParser, recipe_name: str) -> None:
        data(made)
        released(made)
        made.add_argument("--recipe", default=recipe_name, help="a name, or a TOML file")
        made.add_argument(
            "--name", help="of the checkpoint (default: the recipe's, or city-recipe)"
        )
        made.add_argument("--runs", type=Path, default=RUNS, help="where the run's state is kept")

    made = command("table", _table, "read a data set and say what is in it")
    data(made)
    within(made)
    made = command("fetch", _fetch, "download a data set, or say how to get it")
    made.add_argument("name", nargs="?", choices=fetch.KNOWN, help="which (default: list them)")
    made.add_argument("--to", type=Path, help="folder that it is put into")
    made.add_argument("--yes", action="store_true", help="go on without asking")
    made = command("balance", _balance, "say how large a recipe makes each country's class")
    data(made)
    made.add_argument("--recipe", default="cnn", help="a name, or a TOML file")
    made.add_argument("--plot", type=Path, help="an HTML file for the sizes before and after")
    made.add_argument("--log", action="store_true", help="plot them on a logarithmic axis")
    trained(command("country", _country, "train a country model"), "cnn")
    made = command("city", _city, "train a model of positions within a city")
    trained(made, "city-cnn")
    within(made)
    made.add_argument("--city", required=True, help="the city's short name, such as pittsburgh")
    made.add_argument("--title", help="its name for people (default: from --city)")
    made.add_argument(
        "--streets",
        type=Path,
        help="a CSV with lat and lon of points along its streets, for a map without tiles",
    )
    made.add_argument(
        "--live",
        type=Path,
        help="a JSON file that tells how the training goes; better models are then published as "
        "they come, and the last one is measured on test as well",
    )
    made = command(
        "trunk", _trunk, "fetch a trunk that others trained, for models that tune a part"
    )
    made.add_argument("name", help="timm's name of it, such as vit_base_patch16_224")
    made.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="where models lie")
    made = command("ablate", _ablate, "train variants of one recipe and compare them on val")
    data(made)
    released(made)
    made.add_argument("--recipe", default=str(ablation.BASE), help="what they are variants of")
    made.add_argument("--variants", type=Path, default=ablation.VARIANTS, help="a TOML file")
    made.add_argument("--only", nargs="+", default=[], help="some of the variants, by name")
    made.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    made.add_argument("--epochs", type=int, help="other than the recipe's")
    made.add_argument("--runs", type=Path, default=RUNS, help="where finished runs are noted")
    made.add_argument("--write", type=Path, help="a JSON file for the comparison")
    made = command("probes", _probes, "fit the linear models behind a CNN's activation maps")
    made.add_argument("name", nargs="?", default="cnn", help="checkpoint (default: cnn)")
    data(made)
    released(made)
    made = command(
        "calibrate", _calibrate, "fit on val what makes probabilities, sets and regions hold"
    )
    made.add_argument("name", help="checkpoint")
    elsewhere(made)
    data(made)
    released(made)
    made = command("views", _views, "describe a city's training photos anew, and calibrate")
    made.add_argument("name", help="checkpoint that compares views")
    elsewhere(made)
    data(made)
    released(made)
    made = command("explain", _explain, "measure how far a model follows its explanations, on val")
    made.add_argument("name", help="checkpoint")
    data(made)
    released(made)
    made.add_argument("--photos", type=int, default=faithfulness.PHOTOS, help="of val")
    made = command("ensemble", _ensemble, "fit how country models answer as one, on val")
    data(made)
    released(made)
    made.add_argument("--members", nargs="+", help="checkpoints (default: all of this data)")
    made.add_argument("--name", default="ensemble", help="of the checkpoint (default: ensemble)")
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
    print(datasets.look(asked.data, asked.source, _box(asked)).told())
    return 0


def _box(asked: argparse.Namespace) -> Box | None:
    return None if asked.within is None else datasets.box_of(asked.within)


def _fetch(asked: argparse.Namespace) -> int:
    if asked.name is None:
        print(fetch.listed())
        return 0
    if asked.to is None:
        raise FetchError("--to is missing: the folder that the data set is put into.")
    fetch.fetch(asked.name, asked.to, sure=asked.yes)
    return 0


def _balance(asked: argparse.Namespace) -> int:
    chosen = recipe.load(asked.recipe)
    data = datasets.load(asked.data, asked.source)
    _countries(data, chosen)  # refuses what can't be trained on
    counts = data.countries()["train"]
    print(described.report(counts, chosen.balance))
    if asked.plot:
        from geoloc.draw.charts import class_sizes  # plotly, which no other command needs

        plot = class_sizes(counts, described.items(counts, chosen.balance), asked.log)
        asked.plot.parent.mkdir(parents=True, exist_ok=True)
        plot.write_html(asked.plot)
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
    data = datasets.load(asked.data, asked.source, _box(asked))
    title = asked.title or asked.city.replace("-", " ").title()
    box = CITY_BOXES.get((data.source, asked.city)) or _box_around(data)
    where = City(asked.city, title, box, data.country())
    finds = chosen.network["name"] == checkpoints.PLACE
    task = Places.of(where, data.frames.table) if finds else Position(where)
    return _train(asked, chosen, data, task, asked.name or f"{asked.city}-{chosen.network['name']}")


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


def _train(asked: argparse.Namespace, chosen: Recipe, data: Data, task: Task, name: str) -> int:
    print(table.summary(data.frames.table), data.problems, sep="\n\n", flush=True)
    streets = _streets(asked)
    network = _network(asked, chosen, task)
    # A changed recipe, table, box or list of classes is another run, with a state of its own.
    asks = dataclasses.asdict(task)
    told = json.dumps([chosen.as_card(), data.fingerprint, asks], sort_keys=True)
    folder = asked.runs / f"{name}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"

    def release(run: Run) -> Checkpoint:
        card = card_of(name, chosen, task, run, data, str(asked.device))
        if streets:
            card["data"]["streets"] = streets.to_card()
        return publish(asked.checkpoints / name, run, card, data, asked.device)

    def report(row: dict[str, float]) -> None:
        _say(row)
        if live:
            live.epoch(row, trainer.average)

    middle = progress.middle_m(data.frames) if asked.live else None
    live = asked.live and progress.Live(asked.live, chosen.fit.epochs, middle, release)
    trainer = _trainer(asked, network, chosen, task, data, folder, report)
    released = release(trainer.run())
    if live:
        released = _measured_live(released, data, asked)
    print(evaluate.report(released, "val", released.card["metrics"]["val"]))
    return 0


def _streets(asked: argparse.Namespace) -> Coverage | None:
    return None if getattr(asked, "streets", None) is None else city.streets_of(asked.streets)


def _measured_live(released: Checkpoint, data: Data, asked: argparse.Namespace) -> Checkpoint:
    progress.tell(asked.live, phase="measuring")
    scores = evaluate.evaluate(released, data, "test", asked.device)
    released = record(released, "test", scores)
    progress.tell(asked.live, state="done", published=released.card["best_epoch"], seconds_left=0)
    return released


def _network(asked: argparse.Namespace, chosen: Recipe, task: Task) -> torch.nn.Module:
    torch.manual_seed(chosen.fit.seed)
    try:
        network = build(chosen.network["name"], **task.shape, **chosen.shape)
    except (RuntimeError, TypeError, ValueError) as error:
        raise RecipeError(f"{chosen.name}: [network] {error}") from error
    if getattr(network, "frozen", None):
        from training import pretrained  # imports timm, which only this network needs

        pretrained.borrow(network, asked.checkpoints)
    return network


def _earlier(asked: argparse.Namespace, data: Data) -> Earlier:
    def train(name: str, folder: Path) -> None:
        changes = {"recipe": name, "name": name, "checkpoints": folder}
        _country(argparse.Namespace(**{**vars(asked), **changes}))

    return Earlier(asked.checkpoints, asked.runs / "earlier", data.fingerprint, train)


def _trainer(
    asked: argparse.Namespace,
    network: torch.nn.Module,
    chosen: Recipe,
    task: Task,
    data: Data,
    folder: Path,
    report: Callable[[dict[str, float]], None] = lambda row: None,
) -> Trainer:
    """What trains a network, which is given the weights it starts from unless it has a state."""
    device, frames = asked.device, data.frames
    if not (folder / state.FILE).is_file():
        _start(asked, network, chosen, task, data)
    if chosen.network.get("tune") == "head":
        from training.frozen import HeadTrainer

        return HeadTrainer(task, network, frames, chosen, folder, device, report)
    teachers = None
    if chosen.teachers:
        if not isinstance(task, Countries):
            raise RecipeError(f"{chosen.name}: teachers answer which country, not where in a city")
        models = [_earlier(asked, data).teacher(name) for name in chosen.teachers]
        teachers = Teachers(models, task.classes, device)
    return Trainer(task, network, frames, chosen, folder, device, report, teachers)


def _start(
    asked: argparse.Namespace, network: torch.nn.Module, chosen: Recipe, task: Task, data: Data
) -> None:
    """Give a network that has not trained yet the weights its recipe starts from."""
    if chosen.start is None:
        return
    if chosen.start == "published":
        from training import pretrained  # imports timm, which only this way of starting needs

        pretrained.start(network, task, data.frames, asked.device)
        return
    # A city's photos train no countries: what its model starts from must be there.
    if task.kind == "city":
        found = checkpoints.load(asked.checkpoints / chosen.start)
    else:
        found = _earlier(asked, data).start(chosen.start)
    known = found.network().state_dict()
    frozen = getattr(network, "frozen", frozenset())
    mine = {k: v for k, v in network.state_dict().items() if k not in frozen}
    same = {k: v for k, v in known.items() if k in mine and v.shape == mine[k].shape}
    network.load_state_dict(same, strict=False)


def _trunk(asked: argparse.Namespace) -> int:
    from training import pretrained

    path = pretrained.fetch(asked.name, asked.checkpoints)
    print(f"{path}  {path.stat().st_size / 1e6:.0f} MB")
    return 0


def _ablate(asked: argparse.Namespace) -> int:
    base = recipe.load(asked.recipe)
    if asked.epochs is not None:
        base = recipe.changed(base, {"fit": {"epochs": asked.epochs}})
    variants = ablation.load(asked.variants, asked.only)
    data = datasets.load(asked.data, asked.source)

    def built(chosen: Recipe, folder: Path) -> Trainer:
        task = _countries(data, chosen)
        network = _network(asked, chosen, task)
        return _trainer(asked, network, chosen, task, data, folder)

    study = ablation.Study(base, variants, tuple(asked.seeds))
    found = ablation.ablate(study, data, asked.runs / "ablation", built)
    print(f"\n{ablation.markdown(found)}")
    if asked.write:
        asked.write.parent.mkdir(parents=True, exist_ok=True)
        asked.write.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


def _say(row: dict[str, float]) -> None:
    numbers = "  ".join(f"{key} {value:.4g}" for key, value in row.items() if key != "epoch")
    print(f"epoch {row['epoch']:3d}  {numbers}", flush=True)


def _probes(asked: argparse.Namespace) -> int:
    released = checkpoints.load(asked.checkpoints / asked.name)
    if released.task != "country" or released.card["network"]["name"] != "cnn":
        raise CheckpointError(f"{released.name} is no CNN of countries: it has no maps to read.")
    data = datasets.load(asked.data, asked.source)
    truth = truth_of(released, data)
    fitted = probes.fit_layers(CountryClassifier(released, asked.device), data.frames, truth)
    checkpoints.save_probes(released.folder, probes.tensors(fitted))
    told = {layer: {"strength": probe.strength} for layer, probe in fitted.items()}
    released = checkpoints.save_card(released.folder, {**released.card, "probes": told})
    return _measure_anew(released, data, asked)


def _calibrate(asked: argparse.Namespace) -> int:
    data = datasets.load(asked.data, asked.source)
    released = checkpoints.load(asked.checkpoints / asked.name)
    if released.task == "country":
        return _measure_anew(evaluate.calibrate(released, data, asked.device), data, asked)
    elsewhere = asked.elsewhere and datasets.load(asked.elsewhere)
    released = city.calibrate(released, data, asked.device, elsewhere)
    return _measure_anew(released, data, asked, elsewhere)


def _views(asked: argparse.Namespace) -> int:
    data = datasets.load(asked.data, asked.source)
    released = checkpoints.load(asked.checkpoints / asked.name)
    if not released.has_views:
        raise CheckpointError(f"{released.name} compares no views: it has none to describe anew.")
    checkpoints.save_views(released.folder, city.views_of(released, data, asked.device))
    return _calibrate(asked)


def _explain(asked: argparse.Namespace) -> int:
    data = datasets.load(asked.data, asked.source)
    released = checkpoints.load(asked.checkpoints / asked.name)
    told = faithfulness.explain(released, data, asked.device, asked.photos)
    if released.task == "country":
        told |= looks_for.favourites(released, data, asked.device)
    released = checkpoints.save_card(released.folder, {**released.card, **told})
    print(faithfulness.report(released))
    return 0


def _measure_anew(
    released: Checkpoint, data: Data, asked: argparse.Namespace, elsewhere: Data | None = None
) -> int:
    """Put val scores of a changed model into its card; what it said of test holds no more."""
    released = checkpoints.save_card(released.folder, {**released.card, "metrics": {}})
    scores = evaluate.measure(released, data, "val", Answers(asked.device), elsewhere)
    released = record(released, "val", scores)
    print(evaluate.report(released, "val", released.card["metrics"]["val"]))
    return 0


def _ensemble(asked: argparse.Namespace) -> int:
    data = datasets.load(asked.data, asked.source)
    if asked.members:
        found = [checkpoints.load(asked.checkpoints / name) for name in asked.members]
    else:
        found = available(asked.checkpoints)[0]
    answers = Answers(asked.device)
    members = ensemble.members_among(found, data)
    released = ensemble.publish(asked.checkpoints / asked.name, members, data, answers)
    scores = evaluate.measure(released, data, "val", answers)
    print(evaluate.report(record(released, "val", scores), "val", scores))
    print("  weights: " + ", ".join(f"{name} {w:.2f}" for name, w in released.members.items()))
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
    answers, measured = Answers(asked.device), []
    for released in wanted.values():
        name = released.card["data"]["name"]
        if name not in loaded:
            loaded[name] = datasets.again(asked.data, released.card["data"])
        if loaded[name].fingerprint != released.card["data"]["fingerprint"]:
            wrong.append(f"{released.name}: {name} is not the data that its card describes")
        for split in asked.split:
            told = city.elsewhere_of(released)
            if told and told["name"] not in loaded:
                loaded[told["name"]] = datasets.again(asked.data, told)
            elsewhere = told and loaded[told["name"]]
            scores = evaluate.measure(released, loaded[name], split, answers, elsewhere)
            wrong += _measured(released, split, scores, asked.write)
            released = checkpoints.load(released.folder)
        measured.append((released, scores))
    if measured:
        print(f"\nAll on {asked.split[-1]}:\n\n{figures.text(measured)}")
    for line in wrong:
        print(f"differs: {line}", file=sys.stderr)
    return 1 if wrong else 0


def _measured(released: Checkpoint, split: str, scores: dict[str, Any], write: bool) -> list[str]:
    print(evaluate.report(released, split, scores), flush=True)
    if write:
        record(released, split, scores)
        return []
    claimed = released.card["metrics"].get(split)
    if claimed is None:
        return [f"{released.name}: its card has no scores of {split}; --write adds them"]
    # Another processor rounds differently, which can tip a photo at the edge of a rank.
    return [f"{released.name} {line}" for line in evaluate.differences(scores, claimed, 0.01)]


if __name__ == "__main__":
    sys.exit(main())
