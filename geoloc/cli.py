"""The geoloc command: say where photos were taken, list the models, open the app."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from geoloc.errors import GeolocError
from geoloc.models.hub.cli import add_commands
from geoloc.settings import CHECKPOINTS, PROJECT

# What needs PyTorch is imported by the command that uses it: help must come at once.
if TYPE_CHECKING:
    from geoloc.clues import Clue
    from geoloc.results.locate import Locator, PlaceAnswer

FAILED = 2
"""Exit code when a photo, or a part of its file, could not be read, or no model is there, or what
reads signs is not."""

STOPPED = 130
"""Exit code after Ctrl-C: what was written by then stays, and --resume goes on with it."""

_LOCATE = "which country, and where in each city, as a table or as JSON lines"
_NO_APP = (
    "the app is not part of the installed library: it runs from a clone of the repository. "
    "There, type: make app"
)
_NO_STREAMLIT = (
    "the app needs Streamlit, which is not installed here. Type: make app, which installs it, or "
    "pip install --editable '.[app,train]' --requirement requirements.txt"
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Returns:
        0, or 2 if a photo or a part of its file could not be read, if there is no model or no app,
        or if signs shall be read and what reads them is not installed. Whatever can be answered is.
    """
    options = _parser().parse_args(arguments)
    try:
        code = options.run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Who reads the answers, such as `head`, has enough; Python would complain again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        with contextlib.suppress(OSError):
            print(f"geoloc: this could not be written: {error.strerror}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _locate(options: argparse.Namespace) -> int:
    if options.out is None and (options.recursive or options.resume or options.fast or options.ray):
        options.parser.error("--recursive, --resume, --fast and --ray go with --out FILE")
    alone = options.resume or options.clues or options.reads or options.drives or options.sun
    if options.ray and (alone or not options.out.endswith(".parquet")):
        options.parser.error("--ray takes --out x.parquet, and neither --resume nor clues")
    if options.out is not None and (options.together or options.json):
        options.parser.error("--together and --json print answers, and --out writes a file")
    from geoloc.clues import CluesError
    from geoloc.networks.device import device_of
    from geoloc.results.locate import Locator
    from geoloc.results.names import write_any_name

    write_any_name()
    try:
        if options.ray:
            return _on_cluster(options)
        device, seen = device_of(options.device), _seen(options)
        locator = Locator(
            options.checkpoints, options.model, options.clues, seen, device, options.fast
        )
        answer_all = _answered if options.out is None else _written
        return answer_all(locator, options)
    except (CluesError, GeolocError) as error:
        print(f"geoloc: {error}", file=sys.stderr)
        return FAILED


def _answered(locator: Locator, options: argparse.Namespace) -> int:
    _print_problems(locator)
    write = _json if options.json else _table
    whole = True
    places = [options.photos] if options.together else [[path] for path in options.photos]
    for place in places:
        answer = locator.locate(place, options.among)
        whole &= all(file.whole for file in answer.files)
        print(write(answer, options.together), flush=True)
    return 0 if whole else FAILED


def _written(locator: Locator, options: argparse.Namespace) -> int:
    """Answer many photos into a file, or go on with one."""
    from tqdm import tqdm

    from geoloc.batch.run import Run, locate_all
    from geoloc.batch.sources import count, photos_in
    from geoloc.results.names import harmless
    from geoloc.results.sink import open_sink

    _print_problems(locator)
    run = Run(options.batch, options.workers, options.fast, options.among)
    total, unread = count(options.photos, options.recursive), 0
    paths = photos_in(options.photos, options.recursive)
    with open_sink(Path(options.out), locator, options.resume) as sink:
        done = sink.skip(paths)
        with tqdm(total=total, initial=done, unit="photo", disable=None) as bar:
            try:
                for answers in locate_all(locator, paths, sink, run):
                    for file in (file for answer in answers for file in answer.files if file.error):
                        bar.write(f"{harmless(file.name)}: {file.error}", file=sys.stderr)
                        unread += 1
                    bar.update(len(answers))
            except KeyboardInterrupt:
                bar.write(f"stopped after {bar.n:,} photos; go on with --resume", file=sys.stderr)
                return STOPPED
    print(f"{total:,} photos in {options.out}, {unread:,} of them not read", file=sys.stderr)
    return FAILED if unread else 0


def _on_cluster(options: argparse.Namespace) -> int:
    """Answer many photos on a cluster, into a folder of Parquet files."""
    from geoloc.batch.cluster import Models, locate_on_cluster, unread
    from geoloc.batch.run import Run
    from geoloc.batch.sources import photos_in

    run = Run(options.batch, options.workers, options.fast, options.among)
    models = Models(options.checkpoints.absolute(), tuple(options.model), options.fast)
    paths = photos_in(options.photos, options.recursive)
    locate_on_cluster(paths, options.out, models, run, options.ray)
    failed = unread(options.out)
    print(f"{options.out}: {failed:,} photos could not be read", file=sys.stderr)
    return FAILED if failed else 0


def _print_problems(locator: Locator) -> None:
    for problem in locator.problems:
        print(f"geoloc: {problem}", file=sys.stderr)


def _seen(options: argparse.Namespace) -> list[Clue]:
    """The clues that somebody types."""
    from geoloc.clues import drives_on, sun_in, typed_text

    clues = list(typed_text("\n".join(options.reads)))
    if options.drives:
        clues.append(drives_on(options.drives))
    if options.sun:
        clues.append(sun_in(options.sun))
    return clues


def _json(answer: PlaceAnswer, together: bool) -> str:
    from geoloc.results import record

    return json.dumps(record(answer, together))


def _table(answer: PlaceAnswer, together: bool) -> str:
    from geoloc.results.names import harmless

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


def _list_models(options: argparse.Namespace) -> int:
    from geoloc.models.hub.cli import list_published
    from geoloc.models.registry import available

    usable, problems = available(options.checkpoints)
    for checkpoint in usable:
        print(f"{checkpoint.folder.name:<20} {checkpoint.task:<8} {checkpoint.title}")
    for problem in problems:
        print(f"geoloc: {problem}", file=sys.stderr)
    if not usable:
        print(f"geoloc: no model in {options.checkpoints}", file=sys.stderr)
    list_published()
    return 0 if usable and not problems else FAILED


def _export(options: argparse.Namespace) -> int:
    from geoloc.models.onnx import export
    from geoloc.models.release import load

    try:
        export(load(options.checkpoints / options.name), options.onnx)
    except (GeolocError, OSError) as error:
        print(f"geoloc: {error}", file=sys.stderr)
        return FAILED
    return 0


def _app(_options: argparse.Namespace) -> int:
    entrance = PROJECT / "app.py"
    if not entrance.is_file():
        print(f"geoloc: {_NO_APP}", file=sys.stderr)
        return FAILED
    if importlib.util.find_spec("streamlit") is None:
        print(f"geoloc: {_NO_STREAMLIT}", file=sys.stderr)
        return FAILED
    # The folder of the app is where Streamlit looks for its configuration.
    return subprocess.call([sys.executable, "-m", "streamlit", "run", "app.py"], cwd=PROJECT)


def codes(text: str) -> tuple[str, ...]:
    """The countries of a continent, or those that a text lists."""
    from geoloc import countries

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
    locate = commands.add_parser("locate", help="say where photos were taken", description=_LOCATE)
    locate.set_defaults(run=_locate)
    locate.add_argument(
        "photos",
        nargs="+",
        metavar="PHOTO",
        help="JPEG, PNG, WebP, HEIC or AVIF; with --out also folders, buckets, lists and tables",
    )
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
        "--among",
        type=codes,
        default=(),
        metavar="COUNTRIES",
        help="it is one of these: ISO codes with commas, or a continent, such as Europe",
    )
    _take_batches(locate)
    locate.add_argument(
        "--device",
        default="auto",
        metavar="NAME",
        help="where networks compute: cpu, cuda, cuda:1, mps (default: the best one here)",
    )
    _take_checkpoints(locate)
    models = commands.add_parser("models", help="the models at hand")
    of_models = models.add_subparsers(required=True, metavar="COMMAND")
    listing = of_models.add_parser("list", help="those at hand, and published ones to fetch")
    listing.set_defaults(run=_list_models)
    _take_checkpoints(listing)
    export = of_models.add_parser("export", help="write a country model to one ONNX file")
    export.set_defaults(run=_export)
    export.add_argument("name", metavar="NAME", help="of the model")
    export.add_argument("--onnx", type=Path, required=True, metavar="FILE", help="to be written")
    _take_checkpoints(export)
    add_commands(of_models)
    app = commands.add_parser("app", help="open the app in the browser")
    app.set_defaults(run=_app)
    return parser


def _take_batches(parser: argparse.ArgumentParser) -> None:
    many = parser.add_argument_group("many photos")
    many.add_argument(
        "--out", metavar="FILE", help="write to x.jsonl, x.csv, x.geojson or x.parquet"
    )
    many.add_argument("--recursive", action="store_true", help="look into folders in folders")
    many.add_argument(
        "--batch", type=_positive, default=64, metavar="N", help="photos at once (default: 64)"
    )
    many.add_argument(
        "--workers",
        type=_positive,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes that read photos (default: one a core)",
    )
    many.add_argument("--resume", action="store_true", help="go on with a file where it stopped")
    many.add_argument(
        "--fast", action="store_true", help="read JPEGs no larger than needed, one look at each"
    )
    many.add_argument(
        "--ray", metavar="ADDRESS", help="compute on this Ray cluster: auto, local or ray://HOST"
    )
    parser.set_defaults(parser=parser)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def _take_checkpoints(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--checkpoints", type=Path, default=CHECKPOINTS, help="folder of models (default: its own)"
    )


if __name__ == "__main__":
    sys.exit(main())
