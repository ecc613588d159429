"""Model folders as anybody may have made them, by the kind of what is wrong with them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as to_bytes

from geoloc.models.release import CARD, OOD, PROBES, WEIGHTS, save
from tests.geoloc import small_models
from tests.geoloc.cards import country_parts

VALUES = ("text", -1, 10**400, [], [[]], {"a": {"b": [1]}}, [1e300] * 3, "\x1b[31m")
PLACES = (
    ("network", "shape"), ("network", "shape", "width"), ("classes",), ("calibration",),
    ("calibration", "temperature"), ("data",), ("data", "photos"), ("metrics",),
    ("metrics", "val", "top1_interval"), ("provenance",), ("input",), ("files",), ("curves",),
)  # fmt: skip

Trick = Callable[[Path], None]


def sound(folder: Path) -> Path:
    """A country model with all that training writes into its card."""
    parts = country_parts(small_models.CLASSES)
    card = small_models.country_card(name=folder.name, title=folder.name, **parts)
    return save(folder, small_models.network(), card).folder


def nonsense(place: tuple[str, ...], value: Any, folder: Path) -> None:
    """A card with a value at a place where it does not belong."""
    card = json.loads((folder / CARD).read_text())
    part = card
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    (folder / CARD).write_text(json.dumps(card))


def change(folder: Path, **parts: Any) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(card | parts))


def replaced(file: str, content: bytes, folder: Path) -> None:
    """A file with another content, which its card does not know of."""
    (folder / file).write_bytes(content)


def released_with(file: str, content: bytes, folder: Path, **parts: Any) -> None:
    """A file with another content, whose digest its card has."""
    (folder / file).write_bytes(content)
    card = json.loads((folder / CARD).read_text())
    change(folder, files=card["files"] | {file: hashlib.sha256(content).hexdigest()}, **parts)


def linked(file: str, to: str, folder: Path) -> None:
    """A link in place of a file."""
    (folder / file).unlink()
    (folder / file).symlink_to(to)


def piped(file: str, folder: Path) -> None:
    (folder / file).unlink()
    os.mkfifo(folder / file)


def a_folder(file: str, folder: Path) -> None:
    (folder / file).unlink()
    (folder / file).mkdir()


def a_terabyte(file: str, folder: Path) -> None:
    with (folder / file).open("wb") as stream:
        stream.truncate(2**40)


def wider_than_memory(folder: Path) -> None:
    change(folder, network={"name": "cnn", "shape": {"outputs": 4, "width": 12_000}})


def weights_of(value: float, folder: Path) -> None:
    """Weights one of which is no number that a network computes with."""
    tensors = {key: t.contiguous() for key, t in small_models.network().state_dict().items()}
    tensors = {k: t for k, t in tensors.items() if not k.endswith("num_batches_tracked")}
    next(iter(tensors.values())).view(-1)[0] = value
    released_with(WEIGHTS, to_bytes(tensors), folder)


def of_another_network(folder: Path) -> None:
    released_with(WEIGHTS, to_bytes({"weight": torch.ones(3)}), folder)


def a_detector_of_another_network(folder: Path) -> None:
    content = to_bytes({"weight": torch.ones(3), "bias": torch.tensor(0.0)})
    released_with(OOD, content, folder, calibration={"ood": {"threshold": 0.5}})


def probes_of_another_network(folder: Path) -> None:
    released_with(PROBES, to_bytes({"conv_3.weight": torch.ones(2, 2)}), folder)


def an_ensemble_of_itself(folder: Path) -> None:
    change(folder, network={"name": "ensemble"}, members={folder.name: 1.0}, files={})


def an_ensemble_of_nobody(folder: Path) -> None:
    change(folder, network={"name": "ensemble"}, members={"nobody": 1.0}, files={})


PROBES_OF_ANOTHER = "probes of another network"
CARDS = {
    f"{value!r:.14} as {'.'.join(place)}": partial(nonsense, place, value)
    for place in PLACES
    for value in VALUES
}
TRICKS: dict[str, Trick] = {
    "a network wider than memory": wider_than_memory,
    "endless weights": partial(linked, WEIGHTS, "/dev/zero"),
    "an endless card": partial(linked, CARD, "/dev/zero"),
    "a pipe for weights": partial(piped, WEIGHTS),
    "a pipe for a card": partial(piped, CARD),
    "a folder for weights": partial(a_folder, WEIGHTS),
    "a folder for a card": partial(a_folder, CARD),
    "weights that link to themselves": partial(linked, WEIGHTS, WEIGHTS),
    "weights of the system": partial(linked, WEIGHTS, "/etc/passwd"),
    "a card of the system": partial(linked, CARD, "/etc/passwd"),
    "a terabyte of weights": partial(a_terabyte, WEIGHTS),
    "a terabyte of card": partial(a_terabyte, CARD),
    "no weights": lambda folder: (folder / WEIGHTS).unlink(),
    "empty weights": partial(replaced, WEIGHTS, b""),
    "an empty card": partial(replaced, CARD, b""),
    "a card in no encoding": partial(replaced, CARD, b"\xff\xfe\x00{}"),
    "a card that is a list": partial(replaced, CARD, b"[]"),
    "a card that is a number": partial(replaced, CARD, b"1e999"),
    "a card a million brackets deep": partial(replaced, CARD, b"[" * 1_000_000),
    "half a card": partial(replaced, CARD, b'{"name": "bad", "title"'),
    "a card of a future format": lambda folder: change(folder, format=99),
    "a task that nobody knows": lambda folder: change(folder, task="weather"),
    "a network that nobody knows": lambda folder: change(folder, network={"name": "os.system"}),
    "a header beyond the file": partial(replaced, WEIGHTS, (2**62).to_bytes(8, "little") + b"{}"),
    "a header that is no JSON": partial(
        released_with, WEIGHTS, (10).to_bytes(8, "little") + b"0123456789"
    ),
    "a pickle for weights": partial(released_with, WEIGHTS, b"cos\nsystem\n(S'true'\ntR."),
    "weights that are not numbers": partial(weights_of, float("nan")),
    "infinite weights": partial(weights_of, float("inf")),
    "weights of another network": of_another_network,
    "other weights than released": partial(replaced, WEIGHTS, to_bytes({"a": torch.ones(3)})),
    "a detector of another network": a_detector_of_another_network,
    PROBES_OF_ANOTHER: probes_of_another_network,
    "an ensemble of itself": an_ensemble_of_itself,
    "an ensemble of nobody": an_ensemble_of_nobody,
}
KINDS: dict[str, Trick] = CARDS | TRICKS


def hostile_folders(place: Path) -> dict[str, Path]:
    """A folder of each kind, in one place with a good model, by the kind."""
    good = sound(place / "good")
    folders = {}
    for number, (kind, trick) in enumerate(KINDS.items()):
        folders[kind] = folder = place / f"bad-{number:03}"
        shutil.copytree(good, folder)
        change(folder, name=folder.name, title=folder.name)
        trick(folder)
    return folders
