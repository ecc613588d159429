"""How far a model follows its explanations: whom it asks, and what the card says then."""

from __future__ import annotations

import dataclasses
import shutil

import numpy as np
import pytest
import torch

from geoloc.models.card import Explanations, as_json, of_json
from geoloc.models.release import load
from training.__main__ import main
from training.data import DataError
from training.evaluation import faithfulness
from training.evaluation.faithfulness import Explained, explain, over_places, report, summary

CPU = torch.device("cpu")
BAND = np.random.default_rng(0).integers(0, 256, (120, 240, 3), np.uint8)


def test_a_country_model_s_card_tells_of_each_method_and_layer(country_model, countries):
    told = explain(country_model, countries, CPU, photos=6)
    assert (told.on, told.photos, told.steps) == ("val", 6, 10)
    found = country_model.changed(explanations=told).card.records
    ways = {("last_block", "conv_3"), ("grad_cam", "conv_2"), ("grad_cam", "conv_3")}
    assert ways <= set(found)
    for record in found.values():
        areas = (record.map, record.random, record.centre)
        assert all(0 <= each.deletion <= 1 and 0 <= each.insertion <= 1 for each in areas)
        assert record.over_random[0] == pytest.approx(record.map.gain - record.random.gain)
        assert record.over_random[1] <= record.over_random[0] <= record.over_random[2]
        assert -1 <= record.untrained <= 1
    same_grid = [found["last_block", "conv_3"], found["grad_cam", "conv_3"]]
    assert same_grid[0].random == same_grid[1].random


def test_the_command_writes_it_into_the_card_and_says_so(
    country_model, countries, tmp_path, capsys
):
    folder = shutil.copytree(country_model.folder, tmp_path / "tiny")
    asked = ["explain", "tiny", "--data", countries.root, "--photos", "2", "--device", "cpu"]
    assert main([*map(str, asked), "--checkpoints", str(tmp_path)]) == 0
    card = load(folder).card
    assert card.explanations == explain(country_model, countries, CPU, photos=2)
    assert set(card.top_activating.countries) == set(country_model.classes)
    assert card.metrics == country_model.card.metrics
    assert "explanations of tiny on val" in capsys.readouterr().out


def test_a_city_model_s_card_tells_of_what_moves_the_pin_in_metres(city_model, town):
    told = explain(city_model, town, CPU, photos=2)
    (record,) = told.methods
    assert (record.method, record.photos) == ("pin", 2)
    # Metres below zero: the less the pin has moved, the more of the answer is left.
    assert record.map.deletion <= 0 and record.map.insertion <= 0 <= record.map.tenth


def test_a_card_names_no_photo(country_model, countries):
    told = explain(country_model, countries, CPU, photos=2).model_dump_json()
    assert ".png" not in told and str(countries.root) not in told


def test_an_ensemble_leaves_it_to_its_members(country_model, countries):
    card = as_json(country_model.card)
    told = {"network": {"name": "ensemble"}, "members": {"tiny": 1.0}}
    ensemble = dataclasses.replace(country_model, card=of_json(card | told))
    assert explain(ensemble, countries, CPU) is None


def test_other_data_than_the_card_s_is_refused(country_model, town):
    with pytest.raises(DataError, match="not the data that the card of tiny describes"):
        explain(country_model, town, CPU)


def test_photos_are_of_val_and_spread_over_its_places(countries):
    rows = over_places(countries, 12, seed=0)
    table = countries.frames.table.iloc[rows]
    assert set(table.split) == {"val"}
    # 4 photos of each country in val, two of a place.
    assert len(table) == table.group.nunique() == 12
    assert len(over_places(countries, 5, seed=0)) == 5
    assert not np.array_equal(over_places(countries, 5, seed=0), over_places(countries, 5, seed=1))


def test_a_place_gives_a_second_photo_once_all_have_given_one(countries):
    more = countries.frames.table.iloc[over_places(countries, 15, seed=0)]
    assert more.group.value_counts().tolist() == [2, 2, 2] + [1] * 9
    every = over_places(countries, 1000, seed=0)
    assert np.array_equal(every, countries.frames.of_split("val"))


def asked(row: int, column: int, place: str | None = None) -> Explained:
    """A model that looks at one cell of 5x10, with a map that points there."""
    part = slice(row * 24, row * 24 + 24), slice(column * 24, column * 24 + 24)
    right = np.zeros((5, 10), np.float32)
    right[row, column] = 1
    maps = {("right", "x"): right, ("wrong", "x"): -right, ("flat", "y"): np.zeros((2, 5))}
    return Explained(
        place or f"{row} {column}",
        BAND,
        maps,
        maps | {("wrong", "x"): right},
        lambda bands: bands[:, *part].astype(float).std(axis=(1, 2, 3)) / 100,
    )


def test_right_maps_beat_random_ones_and_wrong_ones_do_not():
    photos = (asked(row, column) for row in range(5) for column in (0, 5, 9))
    found = {record.method: record for record in summary(photos, seed=0)}
    assert found["right"].beats_random and found["right"].beats_centre
    assert not found["wrong"].beats_random and found["wrong"].map.gain < 0
    assert found["right"].map.tenth > found["right"].random.tenth > found["wrong"].map.tenth
    assert found["right"].photos == 15


def test_views_of_one_place_count_as_one_for_the_interval():
    apart, together = (
        summary((asked(row, 5, place) for row in range(5)), seed=0)[0].over_random
        for place in (None, "one square")
    )
    assert apart[0] == together[0]
    assert apart[1] < apart[0] < apart[2]
    assert together[1] == together[0] == together[2]


def test_maps_that_are_the_same_are_measured_once():
    one, other = np.arange(10.0).reshape(2, 5), np.ones((2, 5))
    kept, places = faithfulness._distinct([one, other, one + 1e-6, -one, np.ones((4, 8))])
    assert [values.tolist() for values in kept[:3]] == [
        one.tolist(),
        other.tolist(),
        (-one).tolist(),
    ]
    assert places == [0, 1, 0, 2, 3]


def test_maps_that_do_not_depend_on_training_are_found_out():
    found = {record.method: record for record in summary(iter([asked(1, 2)]), seed=0)}
    assert found["right"].untrained == pytest.approx(1)
    assert found["wrong"].untrained == pytest.approx(-1)
    # A flat map is like no other.
    assert found["flat"].untrained == 0


def test_the_report_marks_what_beats_random_maps(country_model):
    rows = summary((asked(row, 5) for row in range(5)), seed=0)
    part = Explanations(on="val", photos=5, methods=tuple(rows))
    lines = report(country_model.changed(explanations=part)).splitlines()
    assert lines[0] == "explanations of tiny on val"
    starred = {line.split()[0]: "]*" in line for line in lines[1:]}
    assert starred["right"] and not starred["wrong"]


def test_random_weights_are_other_weights(country_model):
    trained, blank = country_model.network(), faithfulness._untrained(country_model)
    assert trained.state_dict().keys() == blank.state_dict().keys()
    assert not torch.equal(trained.head[2].weight, blank.head[2].weight)
    assert not blank.training
