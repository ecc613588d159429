"""The ablation: fair variants, honest readings, and a study that goes on where it was killed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import log_softmax

from geoloc.balance import METHODS, Sampled, Untouched
from tests.training import tiny
from training.__main__ import main
from training.evaluation import ablation
from training.evaluation.ablation import (
    BASE,
    VARIANTS,
    Study,
    Variant,
    comparison,
    load,
    markdown,
    scores,
)
from training.evaluation.metrics import log_loss
from training.loop import fit, recipe, state
from training.loop.recipe import RecipeError

COUNTS = np.array([2000, 500, 60, 20])


def test_the_study_of_the_package_has_every_method_each_share_and_the_mirror():
    base = recipe.load(str(BASE))
    chosen = {variant.name: variant.of(base, 0, COUNTS) for variant in load()}
    assert {made.balance.method for made in chosen.values()} == set(METHODS)
    for name, shares in {"a": "a", "b": "b", "c": "c", "d": "d", "abcd": "abcd"}.items():
        growth = chosen[name].balance
        assert [part for part in "abcd" if getattr(growth, part)] == list(shares)
    assert chosen["mirrored"].augment == replace(base.augment, mirror=0.5)
    assert chosen["mirrored"].balance == chosen["none"].balance == Untouched()


@pytest.mark.parametrize("variant", load(), ids=lambda variant: variant.name)
def test_a_variant_sees_about_as_many_photos_as_the_base_and_differs_in_nothing_else(variant):
    base = recipe.load(str(BASE))
    chosen = variant.of(base, 3, COUNTS)
    photos = chosen.fit.epochs * chosen.balance.sizes(COUNTS).sum()
    assert photos == pytest.approx(base.fit.epochs * COUNTS.sum(), rel=0.1)
    assert replace(chosen.fit, epochs=base.fit.epochs, seed=0) == base.fit
    assert chosen.network == base.network and chosen.name == f"cnn-small-{variant.name}"


def test_a_variant_of_a_balanced_recipe_leaves_its_balance_behind():
    base = recipe.load("cnn-alone")
    assert base.balance.method == "growth"
    (none,) = load(only=["none"])
    assert none.of(base, 0, COUNTS).balance == Untouched()


BROKEN = {
    "no TOML": ("[a", (), "no readable variants"),
    "no title": ("[a]\nbalance = 3", (), "mine.toml: .a. is a section with a title"),
    "no section": ("a = 3", (), "a. is a section with a title"),
    "unknown name": ("[a]\ntitle = 'A'", ("b",), "mine.toml has no b; it has a"),
}


@pytest.mark.parametrize(("text", "only", "complaint"), BROKEN.values(), ids=BROKEN)
def test_variants_that_cannot_be_read_are_refused(tmp_path, text, only, complaint):
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(RecipeError, match=complaint):
        load(tmp_path / "mine.toml", only)


def test_variants_may_be_asked_for_by_name():
    assert [variant.name for variant in load(VARIANTS, ["sampled", "none"])] == ["none", "sampled"]


CLASSES = ("US", "GB", "FR", "JP")


def answers(count: int = 4000, power: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Logits of a classifier that knows all there is to know, in an evened out world; the truth."""
    rng = np.random.default_rng(0)
    truth = rng.choice(4, count, p=COUNTS / COUNTS.sum())
    seen = rng.normal(2.0 * np.eye(4)[truth], 1.0)
    # Of unit normals around 2 e_i, the log-likelihoods are 2 x_i but for what all share.
    return 2 * seen + (1 - power) * np.log(COUNTS), truth


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_moving_the_prior_back_gives_what_training_without_balancing_gives(power):
    found = scores(*answers(power=power), CLASSES, Sampled(power), COUNTS)
    plain = scores(*answers(power=0.0), CLASSES, Untouched(), COUNTS)
    for reading in ("natural", "even"):
        for key, value in plain[reading].items():
            assert found[reading][key] == pytest.approx(value, abs=0.02)


def test_each_reading_is_best_at_what_it_is_for():
    found = scores(*answers(power=0.5), CLASSES, Sampled(0.5), COUNTS)
    assert found["natural"]["log_loss"] < found["raw"]["log_loss"] < found["even"]["log_loss"]
    assert found["natural"]["top1"] > found["raw"]["top1"] > found["even"]["top1"]
    recall = [found[reading]["macro_recall"] for reading in ("natural", "raw", "even")]
    assert recall == sorted(recall) and recall[0] < recall[-1] - 0.05


def test_raw_scores_are_those_of_the_logits_as_they_are():
    logits, truth = answers(power=0.5)
    found = scores(logits, truth, CLASSES, Sampled(0.5), COUNTS)["raw"]
    right = logits.argmax(axis=1) == truth
    assert found["top1"] == pytest.approx(right.mean())
    assert found["log_loss"] == pytest.approx(
        log_loss(np.exp(log_softmax(logits, axis=1)), truth), rel=1e-6
    )


def test_the_side_of_the_road_and_its_countries_are_scored():
    # US taken for FR, GB for JP, FR for GB and JP right: two of four on their side of the road
    # beside the one that is wrong about it, and one of the two that keep left is recognised.
    truth, answered = np.array([0, 1, 2, 3]), [2, 3, 1, 3]
    found = scores(5.0 * np.eye(4)[answered], truth, CLASSES, Untouched(), np.full(4, 10))["raw"]
    assert found["side"] == 0.75 and found["left_recall"] == 0.5 and found["top1"] == 0.25


def test_where_nobody_keeps_left_nothing_is_said_of_it():
    truth = np.array([0, 1])
    found = scores(np.eye(2), truth, ("FR", "US"), Untouched(), np.array([3, 3]))
    assert "left_recall" not in found["raw"] and found["raw"]["side"] == 1.0


def line(variant: str, seed: int, top1: float) -> dict:
    found = {"top1": top1, "macro_recall": 0.1, "log_loss": 2.5, "side": 0.8}
    scored = {reading: found for reading in ablation.READINGS}
    told = {"epochs": 8, "photos": 1000, "minutes": 2.0, "scores": scored}
    return {"variant": variant, "seed": seed, **told}


def study(seeds: tuple[int, ...]) -> Study:
    return Study(recipe.load(str(BASE)), (Variant("none", "nothing", {}),), seeds)


def test_seeds_are_told_by_their_mean_and_deviation(countries):
    lines = [line("none", 0, 0.2), line("none", 1, 0.3), line("none", 2, 0.4), line("a", 0, 0.9)]
    found = comparison(study((0, 1, 2)), countries, lines)
    (row,) = found["variants"]
    assert row["scores"]["raw"]["top1"] == pytest.approx({"mean": 0.3, "deviation": 0.1})
    assert (row["name"], row["epochs"], row["photos"]) == ("none", 8, 1000)
    assert found["split"] == "val" and found["seeds"] == [0, 1, 2]
    assert found["data"]["fingerprint"] == countries.fingerprint


def test_the_table_has_a_cell_for_each_score_and_a_dash_where_there_is_none(countries):
    several = comparison(study((0, 1)), countries, [line("none", 0, 0.2), line("none", 1, 0.4)])
    head, rule, row = markdown(several).splitlines()
    assert head.count("|") == rule.count("|") == row.count("|") == 2 + len(ablation.SHOWN)
    assert row.startswith("| nothing | 0.300 ± 0.141 | 0.100 ± 0.000 | 2.500 ± 0.000 |")
    assert "| – |" in row
    alone = comparison(study((0,)), countries, [line("none", 0, 0.2)])
    assert markdown(alone).splitlines()[2].startswith("| nothing | 0.200 | 0.100 | 2.500 |")


def ablate(data, folder: Path, *arguments: object) -> int:
    told = ["--data", data.root, "--recipe", tiny.recipe(folder, epochs=2, batch=32)]
    told += ["--runs", folder / "runs", "--device", "cpu", "--only", "none", "weighted"]
    return main(["ablate", *map(str, [*told, *arguments])])


def noted(folder: Path) -> list[dict]:
    lines = (folder / "runs" / "ablation" / "runs.jsonl").read_text().splitlines()
    return [json.loads(told) for told in lines]


def test_the_command_trains_compares_and_writes(countries, tmp_path, capsys, monkeypatch):
    written = tmp_path / "docs" / "ablation.json"
    asked = ("--seeds", 0, 1, "--epochs", 1)
    assert ablate(countries, tmp_path, *asked, "--write", written) == 0
    told = capsys.readouterr().out
    assert "1/4  nothing, seed 0: top-1 0." in told and "4/4  class-weighted loss" in told
    assert "\n| class-weighted loss, power 1 | 0." in told
    assert [(run["variant"], run["seed"]) for run in noted(tmp_path)] == [
        ("none", 0),
        ("weighted", 0),
        ("none", 1),
        ("weighted", 1),
    ]
    compared = json.loads(written.read_text())
    assert markdown(compared) in told
    assert [row["name"] for row in compared["variants"]] == ["none", "weighted"]
    # The states of finished runs would fill the disk.
    assert [place.name for place in (tmp_path / "runs" / "ablation").iterdir()] == ["runs.jsonl"]

    monkeypatch.setattr(fit.Trainer, "_epoch", lambda *_: pytest.fail("it was trained before"))
    assert ablate(countries, tmp_path, *asked) == 0
    again = capsys.readouterr().out
    assert markdown(compared) in again and len(noted(tmp_path)) == 4


class Killed(BaseException):
    pass


def test_a_killed_study_goes_on_and_ends_as_if_it_had_not_been(countries, tmp_path, monkeypatch):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    assert ablate(countries, whole, "--seeds", 5) == 0

    saved, save = [], state.save

    def save_and_die(*arguments) -> None:
        save(*arguments)
        saved.append(arguments[0])
        if len(saved) in (1, 4):
            raise Killed

    monkeypatch.setattr(state, "save", save_and_die)
    for _ in range(2):
        with pytest.raises(Killed):
            ablate(countries, killed, "--seeds", 5)
    # As if a line had been cut off as well: the run it told of is measured again.
    with (killed / "runs" / "ablation" / "runs.jsonl").open("a") as lines:
        lines.write('{"run": "cnn')
    assert ablate(countries, killed, "--seeds", 5) == 0
    # Two runs of two epochs, none of which was trained twice.
    assert len(saved) == 4
    text = (killed / "runs" / "ablation" / "runs.jsonl").read_text().replace('{"run": "cnn\n', "")
    ends = [json.loads(told) for told in text.splitlines()]
    assert [run["scores"] for run in ends] == [run["scores"] for run in noted(whole)]


def test_other_epochs_are_other_runs(countries, tmp_path):
    for epochs in (1, 2):
        assert ablate(countries, tmp_path, "--seeds", 0, "--epochs", epochs, "--only", "none") == 0
    assert [run["epochs"] for run in noted(tmp_path)] == [1, 2]


WRONG = {
    "variant": (["--only", "smote"], "balance.toml has no smote; it has none, a, b"),
    "epochs": (["--epochs", "0"], "epochs, batch and patience are at least 1"),
    "seed": (["--seeds", "-1"], "decay, held, seed and restart are not below 0"),
    "variants": (["--variants", "nowhere.toml"], "no readable variants in nowhere.toml"),
}


@pytest.mark.parametrize(("arguments", "complaint"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_compared_is_answered_with_a_sentence(
    countries, tmp_path, capsys, arguments, complaint
):
    assert ablate(countries, tmp_path, *arguments) == 2
    assert complaint in capsys.readouterr().err
