"""Model folders that anybody may have made: each costs itself, and never the model beside it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save as to_bytes

from geoloc.models.release import CARD, OOD, WEIGHTS, save
from geoloc.results import record
from geoloc.results.locate import Locator
from tests.geoloc import small_models
from tests.geoloc.bad_files import saved, street
from tests.geoloc.cards import country_parts

VALUES = ("text", -1, 10**400, [], [[]], {"a": {"b": [1]}}, [1e300] * 3, "\x1b[31m")
PLACES = (
    ("network", "shape"), ("network", "shape", "width"), ("classes",), ("calibration",),
    ("calibration", "temperature"), ("data",), ("data", "photos"), ("metrics",),
    ("metrics", "val", "top1_interval"), ("provenance",), ("input",), ("files",), ("curves",),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A good model, and one to be broken."""
    made = tmp_path_factory.mktemp("models")
    save(made / "good", small_models.network(), small_models.country_card(name="good"))
    return made


@pytest.fixture(scope="module")
def photo(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "street.jpg"
    path.write_bytes(saved(street(320, 240), "JPEG"))
    return path


@pytest.fixture
def bad(folder) -> Path:
    card = small_models.country_card(name="bad", **country_parts(small_models.CLASSES))
    return save(folder / "bad", small_models.network(), card).folder


def change(folder: Path, **parts: Any) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(card | parts))


def answered(folder: Path, photo: Path) -> list[str]:
    """What is said of the bad model, after the good one answered."""
    locator = Locator(folder, device=torch.device("cpu"))
    answer = locator.locate([str(photo)])
    assert "good" in [prediction.model for prediction in answer.countries]
    assert json.dumps(record(answer, together=False)) and answer.as_table()
    return [str(problem) for problem in locator.problems if str(problem).startswith("bad")]


@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_a_card_with_nonsense_in_it_leaves_the_good_model_its_answer(folder, bad, photo, place):
    sound = (bad / CARD).read_text()
    for value in VALUES:
        card = json.loads(sound)
        part = card
        for key in place[:-1]:
            part = part[key]
        part[place[-1]] = value
        (bad / CARD).write_text(json.dumps(card))
        assert all("\n" not in problem for problem in answered(folder, photo))


def wider_than_memory(folder: Path) -> None:
    change(folder, network={"name": "cnn", "shape": {"outputs": 4, "width": 12_000}})


def endless_weights(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    (folder / WEIGHTS).symlink_to("/dev/zero")


def piped_weights(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    os.mkfifo(folder / WEIGHTS)


def a_folder_for_weights(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    (folder / WEIGHTS).mkdir()


def weights_in_a_circle(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    (folder / WEIGHTS).symlink_to(WEIGHTS)


def a_terabyte_of_weights(folder: Path) -> None:
    with (folder / WEIGHTS).open("wb") as file:
        file.truncate(2**40)


def a_header_beyond_the_file(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes((2**62).to_bytes(8, "little") + b"{}")


def a_detector_of_another_network(folder: Path) -> None:
    content = to_bytes({"weight": torch.ones(3), "bias": torch.tensor(0.0)})
    (folder / OOD).write_bytes(content)
    digests = {WEIGHTS: (folder / WEIGHTS).read_bytes(), OOD: content}
    files = {name: hashlib.sha256(data).hexdigest() for name, data in digests.items()}
    change(folder, files=files, calibration={"ood": {"threshold": 0.5}})


TRICKS = (
    wider_than_memory, endless_weights, piped_weights, a_folder_for_weights, weights_in_a_circle,
    a_terabyte_of_weights, a_header_beyond_the_file, a_detector_of_another_network,
)  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.__name__)
def test_a_trick_is_one_sentence_beside_the_good_answer(
    folder, tmp_path, photo, trick: Callable[[Path], None]
):
    save(tmp_path / "good", small_models.network(), small_models.country_card(name="good"))
    bad = save(tmp_path / "bad", small_models.network(), small_models.country_card(name="bad"))
    trick(bad.folder)
    assert len(answered(tmp_path, photo)) == 1
