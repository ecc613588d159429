"""A head of the world: the land cut by photos, and the way from photos to an answer."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

import geoloc
from geoloc.cli import main as command
from geoloc.countries import centroid, country_at
from geoloc.geo import haversine_m
from geoloc.models.registry import load_model
from geoloc.models.release import ReleaseError, load
from geoloc.world import land
from geoloc.world.cells import unit_vectors
from tests.training import tiny
from training.__main__ import main
from training.data import frames
from training.world.fit import FEWEST, offsets, units_of
from training.world.partition import CELL, WIDEST_KM, partition

RECIPE = """
title = "World"
start = "tiny"
[network]
name = "world"
[fit]
epochs = 2
decay = 0.01
smoothing_km = 200
[augment]
zoom = 0.1
[selection]
unseen = ["c"]
"""


@pytest.fixture(scope="module", autouse=True)
def coarse(tmp_path_factory):
    """Land in points 400 km apart, and decoded photos in a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(land, "POINTS", 3000)
        patch.setattr(frames, "CACHE", tmp_path_factory.mktemp("cache"))
        land.land.cache_clear()
        yield
    land.land.cache_clear()


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """The tiny countries of three sources, two photos in three with a position."""
    root = tiny.countries(tmp_path_factory.mktemp("world") / "countries")
    table = pd.read_csv(root / "photos.csv")
    table["source"] = ["abc"[number // 2 % 3] for number in range(len(table))]
    middles = table.country.map(centroid)
    table["lat"] = [middle.lat + 0.01 * (n % 7) for n, middle in enumerate(middles)]
    table["lon"] = [middle.lon for middle in middles]
    table.loc[table.source == "b", ["lat", "lon"]] = np.nan
    table.to_csv(root / "photos.csv", index=False)
    return root


@pytest.fixture(scope="module")
def models(data, tmp_path_factory) -> Path:
    """Where a network of countries was trained, and a head of the world beside it."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "world.toml").write_text(RECIPE)
    where = ["--data", data, "--checkpoints", folder, "--runs", folder / "runs", "--device", "cpu"]
    assert run("country", "--recipe", tiny.recipe(folder, epochs=8), *where) == 0
    assert run("world", "--recipe", folder / "world.toml", *where) == 0
    return folder


def run(*arguments: object) -> int:
    return main([*map(str, arguments)])


def test_all_land_is_shared_out_and_cells_are_small_where_photos_are_dense():
    rng = np.random.default_rng(0)
    paris = unit_vectors(48.8 + rng.normal(0, 0.5, 200), 2.3 + rng.normal(0, 0.5, 200))
    cut = partition(paris, np.full(200, "FR"))
    ground = land.land()
    assert cut.cells.km2.sum() == pytest.approx(len(ground.vectors) * ground.km2)
    assert cut.places.sum() == 200 and cut.places.max() <= 4 * CELL
    dense = cut.cells.km2[cut.places > 0]
    assert len(dense) >= 200 / CELL / 2 and dense.mean() < cut.cells.km2[cut.places == 0].mean() / 5
    russia = cut.cells.country == cut.cells.codes.index("RU")
    assert np.sqrt(cut.cells.km2[russia].max()) < 2 * WIDEST_KM


def test_a_unit_lies_within_one_country_and_has_photos_enough():
    rng = np.random.default_rng(1)
    spots = unit_vectors(rng.uniform(44, 49, 300), rng.uniform(0, 5, 300))
    cut = partition(spots, np.full(300, "FR"))
    units = units_of(cut, {"FR": 300, "DE": FEWEST - 1})
    countries, _regions, provinces = units
    assert {cut.cells.codes[c] for c in cut.cells.country[countries >= 0]} == {"FR"}
    assert {cut.cells.codes[c] for c in cut.cells.country[provinces >= 0]} == {"FR"}
    for unit in set(provinces[provinces >= 0]):
        assert cut.places[provinces == unit].sum() >= FEWEST
    assert np.exp(offsets(cut.cells, cut.places)).sum() == pytest.approx(1)


def test_it_puts_pins_nearer_than_the_middles_of_countries_that_it_could_name(models):
    scores = load(models / "world").card.metrics["val"]
    always = scores.baselines["most_frequent_country"]
    assert scores.geo_score > always.geo_score and always.gain_geo_score > 0
    assert set(scores.sources) == {"few"} or "c" in scores.sources
    assert 0 <= scores.region50_coverage <= scores.region90_coverage <= 1


def test_it_is_calibrated_on_the_sources_that_nothing_was_trained_on(models):
    calibration = load(models / "world").card.calibration
    assert calibration.sources == ("c",) and set(calibration.regions) == {50, 90}
    assert calibration.regions[50] <= calibration.regions[90]


def test_country_and_world_are_answered_from_one_forward(models, data, monkeypatch, capsys):
    photo = str(data / "FR-test-0.png")
    asked = []
    described = geoloc.tasks.country.CountryClassifier.described
    monkeypatch.setattr(
        geoloc.tasks.country.CountryClassifier,
        "described",
        lambda self, crops: asked.append(self) or described(self, crops),
    )
    assert command(["locate", photo, "--checkpoints", str(models), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)["world"]["world"]
    assert len(asked) == 1
    assert country_at(geoloc.geo.LatLon(answer["lat"], answer["lon"])) is not None
    assert sum(country["p"] for country in answer["countries"]) <= 1 + 1e-6
    assert command(["locate", photo, "--checkpoints", str(models)]) == 0
    assert "  in the world, by world" in capsys.readouterr().out


def test_it_knows_the_country_that_it_is_told(models, data):
    model = load_model(load(models / "world"), torch.device("cpu"))
    prediction = model.predict(data / "FR-test-0.png").restricted(["SE"])
    assert prediction.countries[0] == ("SE", pytest.approx(1))
    assert haversine_m(prediction.position, centroid("SE")) < 1_000_000


def test_it_is_measured_again_as_its_card_says(models, data, capsys):
    where = ["--checkpoints", models, "--data", data.parent, "--device", "cpu"]
    assert run("evaluate", "world", *where, "--split", "val") == 0
    assert "the middle of the country with most training photos" in capsys.readouterr().out


def test_a_head_answers_by_no_other_weights_than_it_was_fitted_to(models, data, tmp_path):
    for name in ("tiny", "world"):
        (tmp_path / name).symlink_to(models / name)
    with pytest.raises(ReleaseError, match="no network of its own|none of its own"):
        load(tmp_path / "world").network()
    (tmp_path / "tiny").unlink()
    where = ["--data", data, "--checkpoints", tmp_path, "--runs", tmp_path / "runs"]
    assert run("country", "--recipe", tiny.recipe(tmp_path, epochs=1), *where) == 0
    with pytest.raises(ReleaseError, match="fitted to other weights of tiny"):
        load_model(load(tmp_path / "world"))
