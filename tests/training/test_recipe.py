"""Recipes: those that come with the package, and what is said of those that cannot be followed."""

from __future__ import annotations

import json

import pytest

from geoloc.networks import NETWORKS
from training.augment import Jitter
from training.balance import Growth, Shares
from training.recipe import Fit, RecipeError, load, names

LEAST = """
title = "Small"
[network]
name = "cnn"
[fit]
epochs = 3
"""


def written(folder, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("name", names())
def test_a_recipe_that_comes_with_the_package_can_be_followed(name):
    found = load(name)
    assert found.name == name and found.title
    assert found.network["name"] in NETWORKS
    assert json.loads(json.dumps(found.as_card())) == found.as_card()


def test_the_package_brings_a_recipe_for_each_task():
    assert {"cnn", "city-cnn"} <= set(names())


def test_what_a_recipe_leaves_out_has_its_default(tmp_path):
    found = load(written(tmp_path, LEAST))
    assert found.name == "mine"
    assert found.fit == Fit(epochs=3) and found.jitter == Jitter()
    assert found.growth is None and found.start is None


def test_a_recipe_says_all_there_is_to_say(tmp_path):
    text = 'start = "cnn"' + LEAST + "rate = 1\n[jitter]\nzoom = 0.3\n"
    text += "[growth]\na = 1.0\nb = 0.5\ntarget = 0.25\n"
    found = load(written(tmp_path, text))
    assert found.start == "cnn" and found.fit.rate == 1 and found.jitter.zoom == 0.3
    assert found.growth == Growth(Shares(a=1.0, b=0.5), target=0.25)


BROKEN = {
    "no recipe": (None, "no readable recipe 'nothing'.*city-cnn, cnn"),
    "no TOML": ("title = ", "no readable recipe"),
    "no title": ("[network]\nname='cnn'\n[fit]\nepochs=3", "has title, .network., .fit."),
    "unknown section": (LEAST + "[optimizer]\nname='sgd'", "may have start, .jitter., .growth."),
    "no network's name": (LEAST.replace("name =", "width ="), "network. has a name"),
    "outputs": (LEAST.replace("[fit]", "outputs = 3\n[fit]"), "without outputs"),
    "no epochs": (LEAST.replace("epochs", "batch"), "fit. takes epochs, batch, .*epochs"),
    "unknown setting": (LEAST + "epoch = 3", "fit. takes epochs.*epoch is none of them"),
    "words": (LEAST + "rate = 'high'", "rate = 'high' is no such number"),
    "half an epoch": (LEAST.replace("= 3", "= 2.5"), "epochs = 2.5 is no such number"),
    "yes and no": (LEAST + "batch = true", "batch = True is no such number"),
    "no batch": (LEAST + "batch = 0", "at least 1"),
    "rate 0": (LEAST + "rate = 0.0", "above 0"),
    "share above 1": (LEAST + "smoothing = 1.5", "lie in .0, 1."),
    "unknown jitter": (LEAST + "[jitter]\nblur = 1", "jitter. takes zoom, tilt.*blur is none"),
    "too much zoom": (LEAST + "[jitter]\nzoom = 0.99", "zoom in .0, 0.9."),
    "unknown growth": (LEAST + "[growth]\ne = 1", "growth. takes a, b, c, d, target: e is none"),
    "too much growth": (LEAST + "[growth]\na = 2.0", "each share lies in"),
    "target beyond": (LEAST + "[growth]\ntarget = 2.0", "target = 2.0"),
    "no section": ("growth = 3" + LEAST, "growth. takes a"),
}


@pytest.mark.parametrize(("text", "complaint"), BROKEN.values(), ids=BROKEN)
def test_a_recipe_that_cannot_be_followed_says_what_is_allowed(tmp_path, text, complaint):
    with pytest.raises(RecipeError, match=complaint):
        load("nothing" if text is None else written(tmp_path, text))


def test_a_recipe_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecipeError, match="no readable recipe"):
        load(str(tmp_path / "mine.toml"))
