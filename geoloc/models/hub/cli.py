"""geoloc models: what is at hand, what can be fetched, and fetching it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geoloc.models.hub.sources import Offer

FAILED = 2


def add_commands(of_models: argparse._SubParsersAction) -> None:
    """Add what fetches published models to the parser of `geoloc models`."""
    get = of_models.add_parser("get", help="fetch a published model and make it answer")
    get.set_defaults(run=_get)
    get.add_argument("name", metavar="NAME", help="of `geoloc models list`, or a repository")
    get.add_argument("--accept-licence", action="store_true", help="go on without asking")
    get.add_argument(
        "--from", dest="folder", type=Path, metavar="FOLDER", help="copy it from there instead"
    )
    get.add_argument(
        "--among", metavar="COUNTRIES", help="tell these countries apart: ISO codes with commas"
    )
    city = of_models.add_parser("city", help="a model of any city, from GeoCLIP and no photo of it")
    city.set_defaults(run=_city)
    city.add_argument("name", metavar="NAME", help="the city's short name, such as lyon")
    city.add_argument(
        "--within",
        required=True,
        metavar="BOX",
        help="south,west,north,east in degrees, such as 45.70,4.78,45.80,4.90",
    )
    city.add_argument("--title", metavar="TEXT", help="its name for people")
    remove = of_models.add_parser("remove", help="remove a fetched model")
    remove.set_defaults(run=_remove)
    remove.add_argument("name", metavar="NAME")
    verify = of_models.add_parser("verify", help="compare fetched models with what was fetched")
    verify.set_defaults(run=_verify)


def list_published() -> None:
    """Print what was fetched, and what can be."""
    from geoloc.models.hub.catalogue import catalogue
    from geoloc.models.hub.store import all_fetched, fetched

    here = all_fetched()
    for name in here:
        model = fetched(name)
        print(f"{name:<20} fetched  {model.repo}, {_megabytes(model.bytes)}, {model.licence}")
    for entry in catalogue():
        if entry.name in here:
            continue
        size = f"about {entry.megabytes:,} MB" if entry.megabytes else "size unknown"
        print(
            f"{entry.name:<20} to get   {entry.title}: {size}, {entry.licence}, "
            f"{entry.input} pixels, {entry.link}"
        )
        for figure in entry.figures:
            print(
                f"{'':<29} published elsewhere: {figure.value:.1%} {figure.what}, {figure.on} "
                f"({figure.source})"
            )


def _get(options: argparse.Namespace) -> int:
    from geoloc.cli import codes
    from geoloc.errors import GeolocError
    from geoloc.models.hub import models
    from geoloc.models.registry import find

    agree = _accepted if options.accept_licence else _asked
    chosen = {"classes": codes(options.among)} if options.among else {}
    try:
        entry, model = models.get(options.name, agree, options.folder, **chosen)
    except (GeolocError, argparse.ArgumentTypeError) as error:
        print(f"geoloc: {error}", file=sys.stderr)
        return FAILED
    print(f"{entry.title} lies in {model.folder}: {_megabytes(model.bytes)}, {model.revision}")
    if find(entry.name).is_dir():
        print(f"It answers now, uncalibrated: geoloc locate --model {entry.name} PHOTO")
        print(f"On your own photos: python -m training calibrate {entry.name} --data FOLDER")
    else:
        print("It is a backbone: a model of your own is trained on it.")
    return 0


def _city(options: argparse.Namespace) -> int:
    from geoloc.errors import GeolocError
    from geoloc.geo import Box
    from geoloc.models.hub import models

    try:
        box = Box(*map(float, options.within.split(",")))
    except (TypeError, ValueError) as error:
        print(f"geoloc: {options.within!r} is no box: {error}", file=sys.stderr)
        return FAILED
    title = options.title or options.name.replace("-", " ").title()
    try:
        model = models.city(options.name, title, box)
    except GeolocError as error:
        print(f"geoloc: {error}", file=sys.stderr)
        return FAILED
    print(f"It answers now, from no photo of {title}: geoloc locate --model {model.name} PHOTO")
    return 0


def _remove(options: argparse.Namespace) -> int:
    from geoloc.models.hub import models
    from geoloc.models.hub.store import HubError

    try:
        models.remove(options.name)
    except HubError as error:
        print(f"geoloc: {error}", file=sys.stderr)
        return FAILED
    return 0


def _verify(_options: argparse.Namespace) -> int:
    from geoloc.models.hub import models

    found = models.verify()
    for name, changed in found.items():
        print(f"{name:<20} {'changed: ' + ', '.join(changed) if changed else 'as it was fetched'}")
    return FAILED if any(found.values()) else 0


def _asked(offer: Offer) -> bool:
    _show(offer)
    try:
        return input("Fetch it? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _accepted(offer: Offer) -> bool:
    _show(offer)
    return True


def _show(offer: Offer) -> None:
    entry = offer.entry
    print(f"{entry.title}, {entry.link} ({offer.revision})")
    print(
        f"  {_megabytes(offer.bytes)} to fetch; licence: {offer.licence} {entry.licence_link or ''}"
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
