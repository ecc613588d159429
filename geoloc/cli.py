"""geoloc locate PHOTO...: which country, and where in each city, as a table or as JSON lines."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from geoloc.clues import Clue, CluesError, drives_on, sun_in, typed_text
from geoloc.models.registry import CHECKPOINTS
from geoloc.models.release import CheckpointError
from geoloc.results import record
from geoloc.results.locate import Answer, Locator
from geoloc.results.names import harmless

FAILED = 2
"""Exit code when a photo, or a part of its file, could not be read, or no model is there, or what
reads signs is not."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Returns:
        0, or 2 if a photo or a part of its file could not be read, or there is no model, or signs
        shall be read and what reads them is not installed. Whatever can be answered is.
    """
    asked = _parser().parse_args(arguments)
    try:
        return _locate(asked)
    except (CheckpointError, CluesError) as error:
        print(f"geoloc: {error}", file=sys.stderr)
        return FAILED


def _locate(asked: argparse.Namespace) -> int:
    locator = Locator(asked.checkpoints, asked.model, asked.clues, _seen(asked))
    for problem in locator.problems:
        print(f"geoloc: {problem}", file=sys.stderr)
    write = _json if asked.json else _table
    whole = True
    for place in [asked.photos] if asked.together else [[path] for path in asked.photos]:
        answer = locator.locate(place)
        whole &= all(file.whole for file in answer.files)
        print(write(answer, asked.together), flush=True)
    return 0 if whole else FAILED


def _seen(asked: argparse.Namespace) -> list[Clue]:
    """The clues that somebody types."""
    clues = list(typed_text("\n".join(asked.reads)))
    if asked.drives:
        clues.append(drives_on(asked.drives))
    if asked.sun:
        clues.append(sun_in(asked.sun))
    return clues


def _json(answer: Answer, together: bool) -> str:
    return json.dumps(record(answer, together))


def _table(answer: Answer, together: bool) -> str:
    lines = []
    if together:
        lines.append(f"{len(answer.photos)} of {len(answer.files)} photos, together")
    for file in answer.files:
        name = harmless(file.name)
        lines.append(f"  {name}" if together else name)
        notes = file.photo.warnings if file.photo else ()
        lines.extend(f"  note: {warning}" for warning in notes)
        if file.error:
            lines.append(f"  left out: {file.error}" if together else f"  {file.error}")
    return "\n".join([*lines, answer.as_table()] if answer.photos else lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="geoloc", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    locate = commands.add_parser("locate", help="say where photos were taken")
    locate.add_argument("photos", nargs="+", metavar="PHOTO", help="JPEG, PNG, WebP or HEIC")
    locate.add_argument(
        "--together", action="store_true", help="the photos show one place: one answer from all"
    )
    locate.add_argument("--json", action="store_true", help="one JSON object an answer and line")
    locate.add_argument(
        "--clues", action="store_true", help="read signs, and say what they tell of the country"
    )
    locate.add_argument(
        "--reads", action="append", default=[], metavar="TEXT", help="text that you can read in it"
    )
    locate.add_argument("--drives", choices=["left", "right"], help="the side that traffic keeps")
    locate.add_argument("--sun", choices=["north", "south"], help="where it stands at midday")
    locate.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="NAME",
        help="ask this model; may be repeated (default: all)",
    )
    locate.add_argument(
        "--checkpoints", type=Path, default=CHECKPOINTS, help="folder of models (default: its own)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
