"""The loop: it learns, stops when it no longer does, and a killed run ends like any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from geoloc.balance import Growth, Plan, Untouched
from geoloc.networks import build
from geoloc.networks.device import mixed_precision
from geoloc.photo.inputs import to_batch
from tests.training import tiny
from training.augment import AugmentConfig
from training.loop import recipe, state
from training.loop.fit import (
    FitResult,
    Trainer,
    blended,
    crop_rows,
    learning_rate,
    predict,
    schedule_phase,
)
from training.loop.recipe import Fit, Recipe, RecipeError
from training.sampling import Sampling
from training.tasks.base import Objective
from training.tasks.tasks import Countries, Position

CPU = torch.device("cpu")
SHAPE = {"width": 4, "dropout": 0.0}

EVERYTHING = Recipe(
    name="everything",
    title="All that is random at once",
    network={"name": "cnn", "width": 4, "dropout": 0.4},
    fit=Fit(
        epochs=3,
        batch=16,
        cut_mix=0.4,
        mix_up=0.3,
        smoothing=0.1,
        progressive_resizing=0.5,
        progressive_resizing_until=0.6,
    ),
    augment=AugmentConfig(zoom=0.3, tilt=0.1, stretch=0.1, light=0.2, colour=0.2, mirror=0.5),
    balance=Growth(0.5, 0.5, 0.3, 0.3, target=0.5),
)


def trainer(
    task: Objective, data, chosen: Recipe, folder: Path, seed: int = 0, **options
) -> Trainer:
    torch.manual_seed(seed)
    shape = {key: value for key, value in chosen.network.items() if key != "name"}
    network = build("cnn", outputs=task.outputs, **shape)
    return Trainer(task, network, data.frames, chosen, folder, CPU, **options)


def same(one: nn.Module, other: nn.Module) -> bool:
    there = other.state_dict()
    return all(torch.equal(value, there[key]) for key, value in one.state_dict().items())


def countries_of(data) -> Countries:
    return Countries.of(data.frames.table)


class Killed(Exception):
    pass


def killed_after(epoch: int):
    def report(row: dict[str, float]) -> None:
        if row["epoch"] == epoch:
            raise Killed

    return report


def test_a_country_model_learns_what_the_photos_show(country_model):
    scores = country_model.country_card.metrics["val"]
    assert scores.top1 > scores.baseline.top1 + 0.4
    assert country_model.card.curves[-1]["train_loss"] < np.log(6)


def test_a_city_model_learns_by_the_same_loop(city_model):
    scores = city_model.city_card.metrics["val"]
    assert scores.p50 < 0.7 * scores.baseline.p50


@pytest.fixture(scope="module")
def whole(town, tmp_path_factory) -> FitResult:
    """A run of `EVERYTHING` that nothing interrupts."""
    return trainer(Position(tiny.TOWN), town, EVERYTHING, tmp_path_factory.mktemp("whole")).run()


@pytest.mark.parametrize("epoch", [1, 2, 3])
def test_a_killed_run_ends_with_the_weights_of_one_that_was_not(whole, town, tmp_path, epoch):
    task = Position(tiny.TOWN)
    with pytest.raises(Killed):
        trainer(task, town, EVERYTHING, tmp_path, report=killed_after(epoch)).run()
    # The process that goes on knows nothing of the first one's weights.
    seen = []
    resumed = trainer(task, town, EVERYTHING, tmp_path, seed=99, report=seen.append).run()
    assert [row["epoch"] for row in seen] == list(range(epoch + 1, 4))
    assert same(resumed.network, whole.network)
    assert resumed.best == whole.best
    timeless = [[{**row, "seconds": 0} for row in run.curves] for run in (resumed, whole)]
    assert timeless[0] == timeless[1]


def test_a_killed_country_run_does_too(countries, tmp_path):
    chosen = replace(EVERYTHING, fit=replace(EVERYTHING.fit, epochs=2))
    task = countries_of(countries)
    whole = trainer(task, countries, chosen, tmp_path / "whole").run()
    with pytest.raises(Killed):
        trainer(task, countries, chosen, tmp_path / "killed", report=killed_after(1)).run()
    resumed = trainer(task, countries, chosen, tmp_path / "killed", seed=99).run()
    assert same(resumed.network, whole.network)


def test_a_run_killed_while_saving_ends_with_the_same_weights(whole, town, tmp_path, monkeypatch):
    task, write, written = Position(tiny.TOWN), state.save_file, []

    def write_half(tensors, path, metadata) -> None:
        write(tensors, path, metadata=metadata)
        written.append(path)
        if len(written) == 2:
            path.write_bytes(path.read_bytes()[:1000])
            raise Killed

    monkeypatch.setattr(state, "save_file", write_half)
    with pytest.raises(Killed):
        trainer(task, town, EVERYTHING, tmp_path).run()
    seen = []
    resumed = trainer(task, town, EVERYTHING, tmp_path, seed=99, report=seen.append).run()
    assert [row["epoch"] for row in seen] == [2, 3]
    assert same(resumed.network, whole.network)


def test_another_seed_is_another_run(whole, town, tmp_path):
    chosen = replace(EVERYTHING, fit=replace(EVERYTHING.fit, seed=1))
    other = trainer(Position(tiny.TOWN), town, chosen, tmp_path).run()
    assert not same(other.network, whole.network)


class Scripted(Trainer):
    """A trainer whose epochs have given validation losses, and weights that say which it was."""

    losses: list[float]

    def _epoch(self, epoch: int, steps: int, progress: bool) -> dict[str, float]:
        for value in self.ema.parameters():
            value.data.fill_(epoch + 1)
        return {"epoch": epoch + 1, "val_loss": self.losses[epoch], "seconds": 0.0}


def scripted(town, folder: Path, losses: list[float], patience: int) -> FitResult:
    chosen = Recipe(
        "scripted", "Scripted", {"name": "cnn"}, Fit(epochs=len(losses), patience=patience)
    )
    made = Scripted(
        Position(tiny.TOWN), build("cnn", outputs=2, width=2), town.frames, chosen, folder, CPU
    )
    made.losses = losses
    return made.run()


STOPS = [
    # validation losses, patience, epochs run, best epoch
    ([3, 2, 4, 5, 1], 2, 4, 2),
    ([3, 2, 4, 5, 1], 3, 5, 5),
    ([1, 2, 3, 4], 1, 2, 1),
    ([3, 3, 3, 3], 2, 3, 1),
    ([4, 3, 2, 1], 1, 4, 4),
]


@pytest.mark.parametrize(("losses", "patience", "epochs", "best"), STOPS)
def test_training_stops_when_patience_is_spent_and_keeps_the_best_epoch(
    town, tmp_path, losses, patience, epochs, best
):
    run = scripted(town, tmp_path, losses, patience)
    assert len(run.curves) == epochs and run.best == best
    assert all((value == best).all() for value in run.network.parameters())
    again = scripted(town, tmp_path, losses, patience)
    assert len(again.curves) == epochs and same(again.network, run.network)


NEVER_FINITE = [([float("nan")], 1), ([2.0, float("nan"), 1.0], 2), ([float("inf"), 1.0], 1)]


@pytest.mark.parametrize(("losses", "epoch"), NEVER_FINITE)
def test_weights_that_grow_beyond_all_bounds_stop_training_with_advice(
    town, tmp_path, losses, epoch
):
    advice = f"scripted: in epoch {epoch} the validation loss became .*Lower the rate.*now 0.002"
    for _ in range(2):
        with pytest.raises(RecipeError, match=advice):
            scripted(town, tmp_path, losses, patience=9)
    # What was learnt before stays, for those who want to look at it.
    assert (tmp_path / state.FILE).is_file() == (epoch > 1)


def test_a_rate_that_no_network_survives_is_told_of(town, tmp_path):
    chosen = replace(EVERYTHING, fit=Fit(epochs=2, batch=16, rate=1e30, warmup=0.0))
    with pytest.raises(RecipeError, match="now 1e.30"):
        trainer(Position(tiny.TOWN), town, chosen, tmp_path).run()


@pytest.mark.parametrize("able", [True, False])
def test_half_precision_is_used_where_the_processor_multiplies_it(monkeypatch, able):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": able})
    with mixed_precision(CPU):
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    assert product.dtype == (torch.bfloat16 if able else torch.float32)


def test_a_processor_of_another_kind_multiplies_in_single_precision(monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"neon": True})
    with mixed_precision(CPU):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32


def test_the_released_network_is_ready_to_answer(whole):
    assert not whole.network.training
    assert {parameter.device.type for parameter in whole.network.parameters()} == {"cpu"}


def test_the_scores_of_an_epoch_are_those_of_the_averaged_weights(town, tmp_path):
    made = trainer(Position(tiny.TOWN), town, EVERYTHING, tmp_path)
    row = made._epoch(0, steps=9, progress=False)
    val = town.frames.of_split("val")
    outputs = predict(made.ema, town.frames, val, CPU)
    assert row["val_loss"] == made.task.scores(outputs, made.targets[val])["loss"]
    assert not same(made.ema, made.network)
    assert row["photos"] == 48


def test_an_answer_is_that_of_the_prepared_photo_in_its_row(town):
    class Colour(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.mean(dim=(2, 3))[:, :2]

    rows = np.array([5, 0, 70])
    table = town.frames.table.iloc[rows]
    expected = Position(tiny.TOWN).targets(table)
    # Red grows to the east and green to the north, in light that changes by a tenth.
    assert torch.allclose(predict(Colour(), town.frames, rows, CPU), expected, atol=0.12)


def test_predicting_leaves_dropout_off(town):
    network = build("cnn", outputs=2, width=4, dropout=0.9).train()
    rows = np.arange(5)
    assert torch.equal(*(predict(network, town.frames, rows, CPU) for _ in range(2)))


def test_each_epoch_sees_every_photo_in_an_order_of_its_own(countries, tmp_path):
    chosen = replace(EVERYTHING, balance=Untouched())
    made = trainer(countries_of(countries), countries, chosen, tmp_path)
    first, again, second = (made._plan(epoch).row for epoch in (0, 0, 1))
    assert sorted(first) == list(range(64))
    assert np.array_equal(first, again) and not np.array_equal(first, second)


def test_a_batch_pairs_each_photo_with_its_own_target(countries, tmp_path):
    plain = replace(EVERYTHING, augment=AugmentConfig(), fit=Fit(epochs=1))
    task = countries_of(countries)
    made = trainer(task, countries, plain, tmp_path)
    plan = made._plan(0)
    untouched = ~plan.holed & (plan.camera == 0)
    images, targets = made._batch(plan.take(np.flatnonzero(untouched)), 0, torch.Generator())
    strongest = images.mean(dim=(2, 3)).argmax(dim=1)
    # Of the colours of these three, red, blue and green stand out.
    for code, channel in (("DE", 0), ("FR", 2), ("ES", 1)):
        chosen = targets[:, task.classes.index(code)] == 1
        assert chosen.sum() >= 8 and (strongest[chosen] == channel).all()


@pytest.mark.parametrize("epoch", [0, 1])
def test_a_mirrored_copy_is_turned_back_in_the_epochs_that_mirror_its_photo(
    countries, tmp_path, epoch
):
    chosen = replace(EVERYTHING, augment=AugmentConfig(mirror=0.5), fit=Fit(epochs=2))
    made = trainer(countries_of(countries), countries, chosen, tmp_path)
    once = Plan.untouched(np.arange(40))
    copies = replace(once, mirrored=np.ones(40, bool))
    now, turned, next_time = (
        made._batch(plan, at, torch.Generator())[0]
        for plan, at in ((once, epoch), (copies, epoch), (once, epoch + 1))
    )
    assert torch.allclose(turned, now.flip(3), atol=1e-4)
    assert torch.allclose(next_time, turned, atol=1e-4)
    # The other way round than as it lies in the cache: half of the photos, near enough.
    bands = to_batch(countries.frames.inputs(made.train[:40]))
    unturned = (now - bands).abs().amax(dim=(1, 2, 3)) < 1 / 255
    assert 15 <= int(unturned.sum()) <= 25
    # A plan is drawn once and may be carried out again: a batch leaves it as it is.
    assert copies.mirrored.all()


GROWING = [
    # small, grown, epochs, rows of the crops of each epoch
    (1.0, 0.0, 3, [120, 120, 120]),
    (0.5, 0.0, 3, [120, 120, 120]),
    (0.4, 1.0, 5, [48, 64, 80, 88, 104]),
    (0.4, 0.5, 6, [48, 72, 96, 120, 120, 120]),
    (0.5, 0.5, 1, [64]),
]


@pytest.mark.parametrize(("small", "grown", "epochs", "rows"), GROWING)
def test_crops_grow_from_small_to_whole_ones(small, grown, epochs, rows):
    chosen = Fit(epochs=epochs, progressive_resizing=small, progressive_resizing_until=grown)
    assert [crop_rows(chosen, epoch) for epoch in range(epochs)] == rows


@given(st.floats(0.3, 1), st.floats(0, 1), st.integers(1, 60))
def test_crops_never_shrink_and_fit_the_strides(small, grown, epochs):
    chosen = Fit(epochs=epochs, progressive_resizing=small, progressive_resizing_until=grown)
    rows = [crop_rows(chosen, epoch) for epoch in range(epochs)]
    assert rows == sorted(rows) and rows[0] >= 32 and rows[-1] <= 120
    assert {size % 8 for size in rows} == {0}
    assert crop_rows(chosen, epochs) == 120


COURSES = {
    "none": (0, [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5)]),
    "after three": (3, [(0, 3), (1, 3), (2, 3), (0, 2), (1, 2)]),
    "never reached": (5, [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5)]),
}


@pytest.mark.parametrize(("restart", "courses"), COURSES.values(), ids=COURSES)
def test_a_restart_begins_a_course_of_the_epochs_that_are_left(restart, courses):
    assert [schedule_phase(Fit(epochs=5, restart=restart), epoch) for epoch in range(5)] == courses


def test_crops_are_small_again_after_a_restart():
    chosen = Fit(epochs=6, restart=4, progressive_resizing=0.5, progressive_resizing_until=0.5)
    assert [crop_rows(chosen, epoch) for epoch in range(6)] == [64, 88, 120, 120, 64, 120]


def test_the_rate_rises_and_falls_again_after_a_restart(countries, tmp_path, monkeypatch):
    chosen = replace(
        EVERYTHING, balance=Untouched(), fit=Fit(epochs=3, restart=2, batch=8, warmup=0.0, rate=1.0)
    )
    made = trainer(countries_of(countries), countries, chosen, tmp_path)
    rates = []

    def step(images, targets, rate):
        rates.append(rate)
        return torch.zeros(())

    monkeypatch.setattr(made, "_step", step)
    made.run(progress=False)
    first, second = rates[: 2 * len(rates) // 3], rates[2 * len(rates) // 3 :]
    for course_rates in (first, second):
        assert course_rates[0] == 1.0 and course_rates[-1] < 0.5
        assert course_rates == sorted(course_rates, reverse=True)


def test_a_batch_has_the_crops_of_its_epoch(countries, tmp_path):
    chosen = replace(
        EVERYTHING, fit=Fit(epochs=4, progressive_resizing=0.5, progressive_resizing_until=0.5)
    )
    made = trainer(countries_of(countries), countries, chosen, tmp_path)
    plan = made._plan(0).take(np.arange(4))
    shapes = [made._batch(plan, epoch, torch.Generator())[0].shape[2:] for epoch in range(3)]
    assert shapes == [(64, 128), (88, 176), (120, 240)]


SPREAD = [(64, 16, [16] * 4), (70, 16, [18, 18, 17, 17]), (10, 16, [10]), (31, 16, [31])]


@pytest.mark.parametrize(("photos", "batch", "sizes"), SPREAD)
def test_a_last_batch_of_a_few_photos_is_spread_over_the_others(
    countries, tmp_path, monkeypatch, photos, batch, sizes
):
    chosen = replace(EVERYTHING, balance=Untouched(), fit=Fit(epochs=1, batch=batch))
    made = trainer(countries_of(countries), countries, chosen, tmp_path)
    made.train, made.labels = (np.resize(part, photos) for part in (made.train, made.labels))
    taken = []

    def step(images, targets, rate):
        taken.append(len(images))
        return torch.zeros(())

    monkeypatch.setattr(made, "_step", step)
    made._epoch(0, steps=9, progress=False)
    assert taken == sizes


def test_the_rate_rises_to_its_peak_and_falls_to_nothing():
    fit = Fit(epochs=1, rate=2.0, warmup=0.1)
    rates = [learning_rate(fit, step, 100) for step in range(101)]
    assert rates[:10] == pytest.approx(np.arange(1, 11) / 10 * 2.0)
    assert rates[10] == 2.0 == max(rates) and rates[55] == pytest.approx(1.0)
    assert rates[100] == pytest.approx(0, abs=1e-9)
    assert all(a >= b for a, b in zip(rates[10:], rates[11:], strict=False))


def test_a_rate_without_warm_up_starts_at_its_peak():
    assert learning_rate(Fit(epochs=1, rate=2.0, warmup=0.0), 0, 10) == 2.0


def test_only_matrices_decay_and_a_backbone_learns_at_its_own_rate(town, tmp_path):
    class Fine(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.backbone = nn.Conv2d(3, 4, 1)
            self.head = nn.Linear(4, 2)

    chosen = replace(EVERYTHING, fit=Fit(epochs=1, decay=0.3, backbone_rate=0.5))
    made = Trainer(Position(tiny.TOWN), Fine(), town.frames, chosen, tmp_path, CPU)
    told = {
        id(parameter): (group["weight_decay"], group["share"])
        for group in made.optimizer.param_groups
        for parameter in group["params"]
    }
    expected = {
        "backbone.weight": (0.3, 0.5),
        "backbone.bias": (0.0, 0.5),
        "head.weight": (0.3, 1.0),
        "head.bias": (0.0, 1.0),
    }
    found = {name: told[id(value)] for name, value in made.network.named_parameters()}
    assert found == expected


def test_the_average_follows_the_weights(town, tmp_path):
    chosen = replace(EVERYTHING, fit=Fit(epochs=1, ema=0.9))
    made = trainer(Position(tiny.TOWN), town, chosen, tmp_path)
    for value in made.ema.parameters():
        value.data.zero_()
    for value in made.network.parameters():
        value.data.fill_(1.0)
    seen = []
    for step in (0, 0, 10_000):
        made._update_ema(step)
        seen.append(float(next(made.ema.parameters()).flatten()[0]))
    # Young: a tenth of the old is kept each time; old: nine tenths.
    assert seen == pytest.approx([0.9, 0.99, 0.991])


def test_a_recipe_can_be_trained_from_its_file(countries, tmp_path):
    chosen = recipe.load(str(tiny.recipe(tmp_path, epochs=1)))
    run = trainer(countries_of(countries), countries, chosen, tmp_path / "run").run()
    assert [row["epoch"] for row in run.curves] == [1]
    # The five small classes grow towards 0.8 of the largest.
    assert run.curves[0]["photos"] == pytest.approx(24 + 5 * 0.8 * 24, abs=10)


def test_blended_weights_lie_between_those_of_two_networks():
    start, trained = ({"w": torch.full((2,), value), "n": torch.tensor(3)} for value in (1.0, 3.0))
    told = blended(start, trained, 0.75)
    assert told["w"].tolist() == [2.5, 2.5] and told["n"] == 3
    assert blended({}, trained, 1.0) is trained


def test_a_run_releases_the_blend_that_its_recipe_asks_for(countries, tmp_path):
    chosen = replace(EVERYTHING, start="other", blend=0.25)
    task = countries_of(countries)
    made = trainer(task, countries, chosen, tmp_path / "blended")
    before = {key: value.clone() for key, value in made.start.items()}
    found = made.run(progress=False).network.state_dict()
    whole = trainer(task, countries, replace(chosen, blend=1.0), tmp_path / "whole")
    tuned = whole.run(progress=False).network.state_dict()
    for key, value in blended(before, tuned, 0.25).items():
        assert torch.allclose(found[key].float(), value.float(), atol=1e-5)


def test_with_sampling_the_best_epoch_is_that_of_the_mean_over_sources(countries, tmp_path):
    table = countries.frames.table.assign(source="large")
    few = np.flatnonzero((table.split == "val") & (table.country == "FR"))
    table.loc[few, "source"] = "small"
    data = replace(countries, frames=replace(countries.frames, table=table))
    chosen = replace(EVERYTHING, balance=Untouched(), sampling=Sampling())
    made = trainer(countries_of(data), data, chosen, tmp_path)
    outputs = torch.zeros(len(made.val), 6)
    outputs[:, 2] = 5.0  # FR, and nothing else, is always right
    told = made._scores(outputs)
    assert told["photos_top1"] == pytest.approx(1 / 6)
    # Four photos are too few for a source of their own: all are "few" but for the large one.
    assert told["top1"] == pytest.approx(1 / 2)
    assert made.run(progress=False).best >= 1
