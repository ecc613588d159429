"""geoloc locate PHOTO...: which country, and where in each city, as a table or as JSON lines."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from geoloc import countries
from geoloc.checkpoint import CheckpointError
from geoloc.locate import Answer, Locator
from geoloc.models import CHECKPOINTS
from geoloc.results import record
from geoloc.results.names import harmless

FAILED = 2
"""Exit code when a photo, or a part of its file, could not be read, or no model is there."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Returns:
        0, or 2 if a photo or a part of its file could not be read, or there is no model. Whatever
        can be answered is.
    """
    asked = _parser().parse_args(arguments)
    try:
        locator = Locator(asked.checkpoints, asked.model)
    except CheckpointError as error:
        print(f"geoloc: {error}", file=sys.stderr)
        return FAILED
    for problem in locator.problems:
        print(f"geoloc: {problem}", file=sys.stderr)
    write = _json if asked.json else _table
    whole = True
    for place in [asked.photos] if asked.together else [[path] for path in asked.photos]:
        try:
            answer = locator.locate(place, asked.among)
        except ValueError as error:
            print(f"geoloc: {error}", file=sys.stderr)
            return FAILED
        whole &= all(file.whole for file in answer.files)
        print(write(answer, asked.together), flush=True)
    return 0 if whole else FAILED


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


def _codes(text: str) -> tuple[str, ...]:
    """The countries of a continent, or those that a text lists."""
    if text.title() in countries.CONTINENTS:
        return countries.on_continent(text.title())
    codes = tuple(part.strip().upper() for part in text.split(","))
    unknown = [code for code in codes if code not in countries.CODES]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"{', '.join(unknown)} is no country. Give codes such as FR,DE, or one of "
            f"{', '.join(countries.CONTINENTS)}."
        )
    return codes


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
        "--model",
        action="append",
        default=[],
        metavar="NAME",
        help="ask this model; may be repeated (default: all)",
    )
    locate.add_argument(
        "--among",
        type=_codes,
        default=(),
        metavar="COUNTRIES",
        help="it is one of these: ISO codes with commas, or a continent, such as Europe",
    )
    locate.add_argument(
        "--checkpoints", type=Path, default=CHECKPOINTS, help="folder of models (default: its own)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
