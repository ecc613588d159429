"""A model on anybody's folder: what is counted, what is missed, what is said of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from geoloc.geo.score import geo_score
from tests.training import tiny
from training import data as datasets
from training.commands.measure import evaluate
from training.evaluation import anywhere
from training.evaluation.answers import Answers
from training.evaluation.pins import WITHIN_KM, pin_metrics

CPU = torch.device("cpu")
PLACES = {"FR": (48.86, 2.35), "DE": (52.52, 13.4), "JP": (35.68, 139.77)}
PHOTOS = 4


@pytest.fixture(scope="module")
def im2gps(tmp_path_factory) -> Path:
    """Four photos each of Paris, Berlin, and of Tokyo, which the model doesn't know."""
    root = tmp_path_factory.mktemp("sets") / "im2gps"
    shown = tiny.countries(tmp_path_factory.mktemp("photos"), codes=("FR", "DE", "SE"))
    lines = ["IMG_ID,AUTHOR,LAT,LON"]
    (root / "images").mkdir(parents=True)
    for code, source in zip(PLACES, ("FR", "DE", "SE"), strict=True):
        lat, lon = PLACES[code]
        for number in range(PHOTOS):
            name = f"{code}_{number}.png"
            shutil.copy(shown / f"{source}-test-{number}.png", root / "images" / name)
            lines.append(f"{name},a,{lat},{lon + number / 10}")
    (root / "im2gps_places365.csv").write_text("\n".join(lines))
    return root


@pytest.fixture(scope="module")
def scores(im2gps, country_model) -> dict:
    return anywhere.measure(country_model, datasets.look(im2gps).as_one_split("test"), Answers(CPU))


def test_photos_of_a_country_that_the_model_does_not_know_are_missed(scores):
    assert scores["photos"] == 3 * PHOTOS and scores["unknown"] == pytest.approx(1 / 3)
    assert scores["top5"] == pytest.approx(2 / 3)
    assert scores["top1"] <= 2 / 3 and scores["macro_recall"] <= 2 / 3


def test_pins_are_measured_beside_the_middle_of_the_most_frequent_country(scores):
    for part in (scores, scores["baseline"]):
        shares = [part[f"within_{km}km"] for km in WITHIN_KM]
        assert shares == sorted(shares) and 0 < part["geo_score"] < 5000
        low, high = part["geo_score_interval"]
        assert low <= part["geo_score"] <= high
    assert scores["geo_score"] > scores["baseline"]["geo_score"]
    assert scores["photos_per_second"] > 0


def test_the_figures_of_pins_are_those_of_the_field():
    away_km = np.array([0.5, 20, 150, 700, 2400, 9000])
    measured = pin_metrics(away_km, np.arange(6))
    assert [measured[f"within_{km}km"] * 6 for km in WITHIN_KM] == pytest.approx([1, 2, 3, 4, 5])
    assert measured["geo_score"] == pytest.approx(geo_score(1000 * away_km).mean())
    assert geo_score([0.0])[0] == 5000 and measured["median_km"] == 425


def test_a_command_says_all_of_it(im2gps, country_model, caplog):
    from training import Evaluate

    caplog.set_level("INFO", "training")
    models = country_model.folder.parent
    result = evaluate(Evaluate(names=("tiny",), on=im2gps, checkpoints=models, device=CPU))
    said = f"{caplog.text}\n{result.report()}"
    figures = ["top1", "top5", "macro_recall", "ece", "within_2500km", "geo_score"]
    phrases = ("its baseline", "photos a second", "that it does not know", "All on im2gps")
    for words in (*figures, *phrases):
        assert words in said
