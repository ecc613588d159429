"""Model folders that anybody may have made: each costs itself, and never the model beside it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from geoloc.cli import main
from tests.geoloc.bad_files import saved, street
from tests.geoloc.models.hostile_folders import (
    KINDS,
    PROBES_OF_ANOTHER,
    TRICKS,
    hostile_folders,
)

pytestmark = pytest.mark.skipif(
    not hasattr(os, "mkfifo"), reason="this system has no pipes in folders"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A good model among one bad one of each kind, and a photo."""
    made = tmp_path_factory.mktemp("models")
    hostile_folders(made)
    (made / "street.jpg").write_bytes(saved(street(320, 240), "JPEG"))
    return made


def test_the_good_model_answers_and_each_bad_one_is_one_sentence(place, capsys):
    assert main(["locate", "--json", str(place / "street.jpg"), "--checkpoints", str(place)]) == 0
    told = capsys.readouterr()
    answered = set(json.loads(told.out)["countries"])
    assert "good" in answered
    sentences = told.err.splitlines()
    named = [re.match(r"geoloc: (bad-\d\d\d)\b", line) for line in sentences]
    assert all(named), [line for line, match in zip(sentences, named, strict=True) if not match]
    refused = [match[1] for match in named if match]
    # What a card says beside what a network needs may be nonsense that nobody asks for.
    assert len(set(refused)) == len(refused)
    assert {*refused, *answered} == {"good", *(f"bad-{n:03}" for n in range(len(KINDS)))}
    kinds = dict(zip((f"bad-{number:03}" for number in range(len(KINDS))), KINDS, strict=True))
    # Nobody asks for the maps here.
    assert {kinds[name] for name in answered - {"good"}} & {*TRICKS} <= {PROBES_OF_ANOTHER}
    assert len(refused) >= 94
