"""Teachers: what several models say together, and who may not be one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from geoloc.models.card import as_json, of_json
from geoloc.models.release import Release
from geoloc.networks import build
from geoloc.photo.inputs import InputSpec
from tests.training import tiny
from training.loop.distillation import Teachers
from training.loop.fit import Trainer
from training.loop.recipe import Fit, Recipe, RecipeError
from training.tasks.tasks import Countries

CPU = torch.device("cpu")
IMAGES = torch.rand(3, 3, 40, 80, generator=torch.Generator().manual_seed(0))


OF_TWO = {
    "classes": ["DE", "FR"],
    "network": {"name": "cnn", "shape": {"outputs": 2}},
    "calibration": {},
    "metrics": {},
}
ENSEMBLE = {"network": {"name": "ensemble"}, "members": {"tiny": 1}}


def changed(model: Release, **card) -> Release:
    return replace(model, card=of_json(as_json(model.card) | card))


def test_one_teacher_says_what_its_network_does_at_its_temperature(country_model):
    warm = changed(country_model, calibration={"temperature": 2.0, "bias": [5.0] + 5 * [0.0]})
    with torch.inference_mode():
        expected = (country_model.network()(IMAGES) / 2).softmax(dim=1)
    # Without the prior: the network that learns is shown the classes as evenly as it was.
    told = Teachers([warm], tiny.CODES, CPU)(IMAGES)
    assert torch.allclose(told, expected, atol=0.02)


def test_several_teachers_answer_by_the_mean_of_their_logarithms(country_model):
    cold = changed(country_model, calibration={"temperature": 0.5})
    warm = changed(country_model, calibration={"temperature": 4.0})
    one, other, both = (
        Teachers(some, tiny.CODES, CPU)(IMAGES) for some in ([cold], [warm], [cold, warm])
    )
    pooled = (one * other).sqrt()
    assert torch.allclose(both, pooled / pooled.sum(dim=1, keepdim=True), atol=0.01)


@pytest.mark.parametrize("card", [OF_TWO, ENSEMBLE])
def test_a_model_of_other_countries_and_an_ensemble_teach_nothing(country_model, card):
    with pytest.raises(RecipeError, match="tiny can't teach: it is no network of the same"):
        Teachers([changed(country_model, **card)], tiny.CODES, CPU)


def test_a_model_that_sees_photos_in_another_way_teaches_nothing(country_model):
    with pytest.raises(RecipeError, match="tiny can't teach: it sees another part of a photo"):
        Teachers([country_model], tiny.CODES, CPU, InputSpec(64, 64, "square"))


def test_a_teacher_of_photos_of_another_size_sees_the_same_image_at_that_size(country_model):
    larger = InputSpec(80, 160)
    theirs = F.interpolate(IMAGES, (60, 120), mode="bilinear", antialias=True)
    expected = Teachers([country_model], tiny.CODES, CPU)(theirs)
    assert torch.allclose(
        Teachers([country_model], tiny.CODES, CPU, larger)(IMAGES), expected, atol=0.02
    )


def test_a_network_learns_what_teachers_see_though_no_label_says_it(
    countries, country_model, tmp_path
):
    table = countries.frames.table.copy()
    train = table.split == "train"
    table.loc[train, "country"] = np.random.default_rng(0).permutation(table.country[train])
    chosen = Recipe(
        "it",
        "It",
        {"name": "cnn"},
        Fit(14, batch=8, distill_weight=1.0, ema=0.8),
        teachers=("tiny",),
    )
    frames, task = replace(countries.frames, table=table), Countries(tiny.CODES)
    teachers = Teachers([country_model], tiny.CODES, CPU)
    torch.manual_seed(0)
    network = build("cnn", outputs=6, width=4, dropout=0.0)
    run = Trainer(task, network, frames, chosen, tmp_path, CPU, teachers=teachers).run()
    assert run.curves[run.best - 1]["val_top1"] > 0.6
