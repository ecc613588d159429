"""python -m training COMMAND: read data, train, compare, calibrate and measure models."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro

import training
from geoloc.models.hub.store import HubError
from geoloc.models.release import Release, ReleaseError
from geoloc.results.names import write_any_name
from training import distributed
from training import ood as outside
from training.commands.measure import Evaluation
from training.cpu_speed import memory
from training.data import DataError
from training.data.fetch import FetchError
from training.data.sources import SourceError
from training.data.table import TableError
from training.disk import DiskError, disk_errors
from training.evaluation import ablation, faithfulness
from training.evaluation import evaluate as evaluation
from training.loop import progress
from training.loop.recipe import RecipeError

_FORESEEN = (
    ReleaseError,
    HubError,
    DataError,
    DiskError,
    FetchError,
    RecipeError,
    SourceError,
    TableError,
)


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        arguments: the class of what it takes.
        run: what it does.
        shown: its result as text for a terminal.
    """

    arguments: type
    run: Callable[[Any], Any]
    shown: Callable[[Any], str]


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Returns:
        The exit code: 0; 1 if scores differ from a card's; 2 with a sentence on standard error, or
        if nobody reads what is printed.
    """
    write_any_name()
    given = parse(arguments)
    command = next(each for each in COMMANDS.values() if each.arguments is type(given))
    memory.keep()
    try:
        live = getattr(given, "live", None)
        with distributed.joined(), _log_to_terminal(), progress.followed(live, *_FORESEEN):
            with disk_errors():
                result = command.run(given)
            if not distributed.is_first():
                return 0
        print(command.shown(result), flush=True)
    except _FORESEEN as error:
        print(f"{error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Who reads what is printed, such as `head`, has enough; Python would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    return _differences(result) if isinstance(result, Evaluation) else 0


def parse(arguments: list[str] | None = None) -> Any:
    """What was typed, as the arguments of a command; ends the program if it is none."""
    return tyro.extras.subcommand_cli_from_dict(
        {name: command.arguments for name, command in COMMANDS.items()},
        prog="python -m training",
        description=__doc__,
        args=arguments,
        config=(tyro.conf.FlagCreatePairsOff,),
    )


class _Lines(logging.StreamHandler):
    """Messages as plain lines; where they can't be written, that is raised and not printed."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        raise


@contextmanager
def _log_to_terminal() -> Iterator[None]:
    """Within it, messages are plain lines on standard output."""
    handler, logger = _Lines(sys.stdout), logging.getLogger("training")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO if distributed.is_first() else logging.WARNING)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


def _scores(model: Release) -> str:
    return evaluation.report(model, "val", model.card.metrics["val"].as_json())


def _weights(model: Release) -> str:
    weights = ", ".join(f"{name} {weight:.2f}" for name, weight in model.members.items())
    return f"{_scores(model)}\n  weights: {weights}"


def _detected(model: Release) -> str:
    measured = model.country_card.calibration.ood
    return "" if measured is None else outside.report(measured)


def _size(file: Path) -> str:
    return f"{file}  {file.stat().st_size / 1e6:.0f} MB"


def _differences(result: Evaluation) -> int:
    for line in result.differences:
        print(f"differs: {line}", file=sys.stderr)
    return 1 if result.differences else 0


def _fetch(arguments: training.Fetch) -> str:
    return training.fetch(arguments, agree=_agreed)


def _agreed() -> bool:
    try:
        return input("Go on? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


COMMANDS = {
    "table": Command(training.Table, training.read_table, lambda data: data.summary()),
    "fetch": Command(training.Fetch, _fetch, str),
    "balance": Command(
        training.BalanceClasses, training.balance_classes, lambda sizes: sizes.report()
    ),
    "country": Command(training.TrainCountry, training.train_country, _scores),
    "city": Command(training.TrainCity, training.train_city, _scores),
    "world": Command(training.TrainWorld, training.train_world, _scores),
    "trunk": Command(training.FetchBackbone, training.fetch_backbone, _size),
    "ablate": Command(
        training.Ablate, training.ablate, lambda result: f"\n{ablation.markdown(result)}"
    ),
    "probes": Command(training.FitProbes, training.fit_probes, _scores),
    "calibrate": Command(training.Calibrate, training.calibrate, _scores),
    "ood": Command(training.FitOod, training.fit_ood, _detected),
    "views": Command(training.EmbedGallery, training.embed_gallery, _scores),
    "explain": Command(training.Explain, training.explain, faithfulness.report),
    "ensemble": Command(training.FitEnsemble, training.fit_ensemble, _weights),
    "figures": Command(training.Figures, training.figures, str),
    "evaluate": Command(
        training.Evaluate, training.evaluate, lambda result: f"\n{result.report()}"
    ),
}
"""By name, in the order in which they are listed."""


if __name__ == "__main__":
    sys.exit(main())
