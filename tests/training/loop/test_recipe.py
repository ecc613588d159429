"""Recipes: those that come with the package, and what is said of those that cannot be followed."""

from __future__ import annotations

import json

import pytest
from torch import Tensor, nn

from geoloc.balance import Adjusted, Growth, Untouched, Weighted
from geoloc.networks import Features, GeoNetwork, register
from geoloc.networks import names as network_names
from geoloc.photo.inputs import InputSpec
from training.augment import AugmentConfig
from training.loop.build import build_network
from training.loop.recipe import Fit, Recipe, RecipeError, changed, load, names
from training.tasks.tasks import Countries

LEAST = """
title = "Small"
[network]
name = "cnn"
[fit]
epochs = 3
"""

GROWTH = LEAST + "[balance]\nmethod = 'growth'\n"


def written(folder, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("name", names())
def test_a_recipe_that_comes_with_the_package_can_be_followed(name):
    found = load(name)
    assert found.name == name and found.title
    # A head of the world is put on the network that it starts from, and is none of its own.
    assert found.network["name"] in {*network_names(), "world"}
    assert json.loads(json.dumps(found.as_card())) == found.as_card()


def test_the_package_brings_a_recipe_for_each_task():
    assert {"cnn", "city-cnn"} <= set(names())


def test_what_a_recipe_leaves_out_has_its_default(tmp_path):
    found = load(written(tmp_path, LEAST))
    assert found.name == "mine"
    assert found.fit == Fit(epochs=3) and found.augment == AugmentConfig()
    assert found.balance == Untouched() and found.start is None


def test_a_recipe_says_all_there_is_to_say(tmp_path):
    text = 'start = "cnn"' + LEAST + "rate = 1\n[augment]\nzoom = 0.3\n"
    text += "[balance]\nmethod = 'growth'\na = 1.0\nb = 0.5\ntarget = 0.25\n"
    found = load(written(tmp_path, text))
    assert found.start == "cnn" and found.fit.rate == 1 and found.augment.zoom == 0.3
    assert found.balance == Growth(a=1.0, b=0.5, target=0.25)
    assert found.as_card()["balance"]["method"] == "growth"
    assert found.as_card()["balance"]["target"] == 0.25


BROKEN = {
    "no recipe": (None, "no readable recipe 'nothing'.*city-places, city-resnet18, cnn"),
    "no TOML": ("title = ", "no readable recipe"),
    "no title": ("[network]\nname='cnn'\n[fit]\nepochs=3", "has title, .network., .fit."),
    "unknown section": (
        LEAST + "[optimizer]\nname='sgd'",
        "have start, teachers, blend, .augment., .balance., .cameras., .input., .sampling.",
    ),
    "a title without quotes": (LEAST.replace('"Small"', "3"), "title = 3 is no text in quotes"),
    "a start without quotes": ("start = 3" + LEAST, "start = 3 is no text in quotes"),
    "teachers in one word": ("teachers = 'cnn'" + LEAST, "teachers = 'cnn' is no list of names"),
    "numbered teachers": ("teachers = [1]" + LEAST, "is no list of names"),
    "silent teachers": (
        "teachers = ['cnn']" + LEAST,
        ".fit. distill_weight, go together",
    ),
    "taught by nobody": (LEAST + "distill_weight = 0.5", "teachers and a share of the loss"),
    "a head with teachers": (
        "teachers = ['cnn']" + LEAST.replace("[fit]", "tune = 'head'\n[fit]\ndistill_weight = 0.5"),
        "takes no teachers",
    ),
    "no network's name": (LEAST.replace("name =", "width ="), "network. has a name"),
    "outputs": (LEAST.replace("[fit]", "outputs = 3\n[fit]"), "without outputs"),
    "no epochs": (LEAST.replace("epochs", "batch"), "fit. takes epochs, restart, batch, .*epochs"),
    "unknown setting": (LEAST + "epoch = 3", "fit. takes epochs.*epoch is none of them"),
    "words": (LEAST + "rate = 'high'", "rate = 'high' is no such number"),
    "half an epoch": (LEAST.replace("= 3", "= 2.5"), "epochs = 2.5 is no such number"),
    "yes and no": (LEAST + "batch = true", "batch = True is no such number"),
    "no batch": (LEAST + "batch = 0", "at least 1"),
    "rate 0": (LEAST + "rate = 0.0", "above 0"),
    "share above 1": (LEAST + "smoothing = 1.5", "lie in .0, 1."),
    "a seed below 0": (LEAST + "seed = -1", "decay, held, seed and restart are not below 0"),
    "growing weights": (LEAST + "decay = -0.1", "decay, held, seed and restart are not below 0"),
    "mixed more than once": (LEAST + "cut_mix = 0.6\nmix_up = 0.5", "at most 1 in all"),
    "tiny crops": (LEAST + "progressive_resizing = 0.1", "progressive_resizing is in .0.3, 1."),
    "no distance": (LEAST + "smoothing_km = -1", "smoothing_km is not below 0"),
    "unknown augmentation": (
        LEAST + "[augment]\nblur = 1",
        "augment. takes zoom, tilt.*blur is none",
    ),
    "too much zoom": (LEAST + "[augment]\nzoom = 0.99", "zoom in .0, 0.9."),
    "no method": (LEAST + "[balance]\na = 1.0", "a method, one of none, growth, .*, not None"),
    "unknown method": (LEAST + "[balance]\nmethod = 'smote'", "sampled, not 'smote'"),
    "several methods": (LEAST + "[balance]\nmethod = ['none']", "sampled, not .'none'."),
    "no section": ("balance = 3" + LEAST, "balance. has a method"),
    "unknown growth": (GROWTH + "e = 1", "balance. takes a, b, c, d, target: e is none"),
    "too much growth": (GROWTH + "a = 2.0", "each share lies in"),
    "target beyond": (GROWTH + "target = 2.0", "target = 2.0"),
    "too much power": (LEAST + "[balance]\nmethod = 'sampled'\npower = 2", "power = 2"),
    "settings of nothing": (
        LEAST + "[balance]\nmethod = 'none'\npower = 1",
        "balance. takes no settings: power is none",
    ),
}


@pytest.mark.parametrize(("text", "complaint"), BROKEN.values(), ids=BROKEN)
def test_a_recipe_that_cannot_be_followed_says_what_is_allowed(tmp_path, text, complaint):
    with pytest.raises(RecipeError, match=complaint):
        load("nothing" if text is None else written(tmp_path, text))


def test_a_recipe_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecipeError, match="no readable recipe"):
        load(str(tmp_path / "mine.toml"))


METHODS = {
    "none": ("", Untouched()),
    "growth": ("c = 0.5", Growth(c=0.5)),
    "weighted": ("power = 0.5", Weighted(0.5)),
    "adjusted": ("", Adjusted(1.0)),
}


@pytest.mark.parametrize(("settings", "expected"), METHODS.values(), ids=METHODS)
def test_a_recipe_chooses_how_classes_are_evened_out(tmp_path, settings, expected):
    text = f"{LEAST}[balance]\nmethod = '{expected.method}'\n{settings}\n"
    assert load(written(tmp_path, text)).balance == expected


def test_a_changed_recipe_keeps_what_is_not_exchanged(tmp_path):
    base = load(written(tmp_path, GROWTH + "a = 1.0\n[augment]\nzoom = 0.3\n"))
    told = {"balance": {"method": "growth", "b": 0.5}, "augment": {"mirror": 0.5}}
    found = changed(base, {**told, "fit": {"seed": 7}})
    assert found.fit == Fit(epochs=3, seed=7)
    assert found.augment == AugmentConfig(zoom=0.3, mirror=0.5)
    # A method's settings belong together: those of another would make no sense.
    assert found.balance == Growth(b=0.5)
    assert (found.name, found.title, found.network) == (base.name, base.title, base.network)
    assert changed(base, {}) == base


UNCHANGEABLE = {
    "another network": ({"network": {"name": "vit"}}, "network cannot be exchanged, only"),
    "unknown setting": ({"fit": {"epoch": 3}}, "fit. takes epochs.*epoch is none of them"),
    "out of range": ({"augment": {"mirror": 2.0}}, "each lies in"),
    "no section": ({"fit": 3}, "fit. takes epochs"),
    "unknown method": ({"balance": {"method": "smote"}}, "a method, one of none"),
    "no teachers": ({"fit": {"distill_weight": 0.5}}, "mine: teachers and a share of the loss"),
}


@pytest.mark.parametrize(("sections", "complaint"), UNCHANGEABLE.values(), ids=UNCHANGEABLE)
def test_a_change_that_cannot_be_made_says_why(tmp_path, sections, complaint):
    with pytest.raises(RecipeError, match=complaint):
        changed(load(written(tmp_path, LEAST)), sections)


@register("only-bands-here")
class OnlyBands(GeoNetwork):
    """Takes photos of 120 rows and 240 columns, and no others."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.head = nn.Linear(3 * 120 * 240, outputs)

    def features(self, x: Tensor) -> Features:
        return Features({}, self.head(x.flatten(1)), x.flatten(1))


def test_a_recipe_that_asks_for_an_input_that_its_network_cannot_take_is_refused(tmp_path):
    recipe = Recipe(
        "odd", "Odd", {"name": "only-bands-here"}, Fit(epochs=1), input=InputSpec(64, 64, "square")
    )
    with pytest.raises(
        RecipeError, match="only-bands-here takes no photos of 64 rows and 64 columns"
    ):
        build_network(recipe, Countries(("FR", "IT")), tmp_path)
