"""python -m training COMMAND: read data, train, compare, calibrate and measure models."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

from geoloc.checkpoint import CheckpointError
from geoloc.device import best_device
from geoloc.models import CHECKPOINTS
from training import ablation, faithfulness, fetch, memory, progress, table
from training.commands import change, data_sets, measure, train
from training.commands.ablate import ablate
from training.data import DataError
from training.fetch import FetchError
from training.recipe import RecipeError
from training.sources import SourceError
from training.table import TableError

RUNS = Path(__file__).parents[1] / "runs"

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
        made.add_argument(
            "--data",
            type=Path,
            required=True,
            nargs="+",
            help="folder of the data set, or several, whose photos are taken together",
        )
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

    made = command("table", data_sets.table, "read a data set and say what is in it")
    data(made)
    within(made)
    made = command("fetch", data_sets.fetch, "download a data set, or say how to get it")
    made.add_argument("name", nargs="?", choices=fetch.KNOWN, help="which (default: list them)")
    made.add_argument("--to", type=Path, help="folder that it is put into")
    made.add_argument("--yes", action="store_true", help="go on without asking")
    made = command(
        "balance", data_sets.balance, "say how large a recipe makes each country's class"
    )
    data(made)
    made.add_argument("--recipe", default="cnn-alone", help="a name, or a TOML file")
    made.add_argument("--plot", type=Path, help="an HTML file for the sizes before and after")
    made.add_argument("--log", action="store_true", help="plot them on a logarithmic axis")
    trained(command("country", train.country, "train a country model"), "cnn-alone")
    made = command("city", train.city, "train a model of positions within a city")
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
        "trunk", train.trunk, "fetch a trunk that others trained, for models that tune a part"
    )
    made.add_argument("name", help="timm's name of it, such as vit_base_patch16_224")
    made.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="where models lie")
    made = command("ablate", ablate, "train variants of one recipe and compare them on val")
    data(made)
    released(made)
    made.add_argument("--recipe", default=str(ablation.BASE), help="what they are variants of")
    made.add_argument("--variants", type=Path, default=ablation.VARIANTS, help="a TOML file")
    made.add_argument("--only", nargs="+", default=[], help="some of the variants, by name")
    made.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    made.add_argument("--epochs", type=int, help="other than the recipe's")
    made.add_argument("--runs", type=Path, default=RUNS, help="where finished runs are noted")
    made.add_argument("--write", type=Path, help="a JSON file for the comparison")
    made = command("probes", change.probes, "fit the linear models behind a CNN's activation maps")
    made.add_argument("name", nargs="?", default="cnn", help="checkpoint (default: cnn)")
    data(made)
    released(made)
    made = command(
        "calibrate", change.calibrate, "fit on val what makes probabilities, sets and regions hold"
    )
    made.add_argument("name", help="checkpoint")
    elsewhere(made)
    data(made)
    released(made)
    made = command("ood", change.ood, "fit what tells street photos from other pictures")
    made.add_argument("name", help="checkpoint of countries with pooled features")
    made.add_argument(
        "--others", type=Path, help="pictures that are no street photos, in a folder for each kind"
    )
    data(made)
    released(made)
    made = command("views", change.views, "describe a city's training photos anew, and calibrate")
    made.add_argument("name", help="checkpoint that compares views")
    elsewhere(made)
    data(made)
    released(made)
    made = command(
        "explain", change.explain, "measure how far a model follows its explanations, on val"
    )
    made.add_argument("name", help="checkpoint")
    data(made)
    released(made)
    made.add_argument("--photos", type=int, default=faithfulness.PHOTOS, help="of val")
    made = command("ensemble", change.ensemble, "fit how country models answer as one, on val")
    data(made)
    released(made)
    made.add_argument("--members", nargs="+", help="checkpoints (default: all of this data)")
    made.add_argument("--name", default="ensemble", help="of the checkpoint (default: ensemble)")
    made = command("figures", measure.figures, "print the cards' test scores as Markdown")
    made.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="where models lie")
    made = command(
        "evaluate", measure.evaluate, "measure released models and compare with their cards"
    )
    made.add_argument("names", nargs="*", help="checkpoints (default: all)")
    made.add_argument("--all", action="store_true", help="every checkpoint; the default")
    told = made.add_mutually_exclusive_group(required=True)
    told.add_argument("--data", type=Path, nargs="+", help="folders that hold the cards' data")
    told.add_argument(
        "--on", type=Path, help="other photos, to measure country models on; no card changes"
    )
    made.add_argument(
        "--split", choices=(*table.SPLITS[1:], table.ELSEWHERE), nargs="+", default=["val", "test"]
    )
    made.add_argument("--write", action="store_true", help="write the scores into the cards")
    released(made)
    return parser


if __name__ == "__main__":
    sys.exit(main())
