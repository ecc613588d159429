"""Commands as functions: what they take, by whom they are called, what they give."""

from __future__ import annotations

import dataclasses
import logging
import re
import shlex
from pathlib import Path

import pytest
import torch

import training
from geoloc.models.card import as_text
from geoloc.models.release import load
from geoloc.settings import PROJECT
from tests.training import tiny
from training import Calibrate, Evaluate, TrainCountry, calibrate, evaluate, train_country
from training.__main__ import COMMANDS, main, parse

CPU = torch.device("cpu")

PAGES = ("README.md", "docs/*.md", "docs/how-to/*.md", "pages/about/text.py")
TYPED = re.compile(r"^(?:\.venv/bin/)?python -m training ([a-z][^#\n\"`]*)", re.MULTILINE)


def documented() -> list[str]:
    """The command lines that people are shown."""
    files = (file for page in PAGES for file in sorted(PROJECT.glob(page)))
    return sorted({line.strip() for file in files for line in TYPED.findall(file.read_text())})


@pytest.mark.parametrize("line", documented())
def test_every_command_line_that_people_are_shown_is_understood(line):
    given = parse(shlex.split(line))
    assert isinstance(given, COMMANDS[line.split()[0]].arguments)


def test_an_option_may_be_given_a_value_that_looks_like_one():
    given = parse(["city", "--data=photos", "--city=old-town", "--title=--x", "--live=a.json"])
    assert (given.city, given.title, given.live) == ("old-town", "--x", Path("a.json"))


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_command_takes_is_frozen_and_every_part_of_it_is_explained(name, capsys):
    arguments = COMMANDS[name].arguments
    assert arguments.__name__ in training.__all__
    assert arguments.__dataclass_params__.frozen
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    told = " ".join(re.sub("[│\n]", " ", capsys.readouterr().out).split())
    assert arguments.__doc__.splitlines()[0] in told
    explained = " ".join(" ".join(c.__doc__ or "" for c in arguments.__mro__).split())
    assert all(f" {field.name}: " in explained for field in dataclasses.fields(arguments))


def test_functions_give_results_and_say_what_they_do_in_the_log(
    countries, tmp_path, capsys, caplog
):
    caplog.set_level(logging.INFO, "training")
    places = {"checkpoints": tmp_path / "models", "device": CPU}
    recipe = str(tiny.recipe(tmp_path, epochs=1))
    model = train_country(
        TrainCountry(data=countries.root, recipe=recipe, runs=tmp_path / "runs", **places)
    )
    assert as_text(model.card) == as_text(load(tmp_path / "models" / "tiny").card)
    again = calibrate(Calibrate(name="tiny", data=countries.root, **places))
    assert as_text(again.card) == as_text(model.card)
    measured = evaluate(Evaluate(data=(countries.root,), split=("val",), **places))
    assert measured.on == "val" and measured.differences == ()
    assert capsys.readouterr().out == ""
    assert "epoch   1  train_loss" in caplog.text and "tiny on val" in caplog.text
