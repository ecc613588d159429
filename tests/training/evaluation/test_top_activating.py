"""The photos that excite a model most: the right numbers, one a place, and nothing but numbers."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch

from geoloc.explain.top_activating import favourites as shown
from geoloc.photo import read_photo
from geoloc.photo.folder import read_album
from geoloc.tasks.country import CountryClassifier
from training.evaluation.top_activating import EACH, favourites, strongest

CPU = torch.device("cpu")


def test_the_most_probable_photo_of_each_place_comes_first():
    probabilities = np.array([0.1, 0.9, 0.8, 0.3, 0.5])
    groups = np.array(["a", "b", "b", "c", "d"])
    found = strongest(probabilities, groups, np.array([10, 11, 12, 13, 14]), count=3)
    assert found == [(11, 0.9), (14, 0.5), (13, 0.3)]


def test_photos_that_the_album_lacks_are_passed_over():
    found = strongest(np.array([0.9, 0.5]), np.array(["a", "b"]), np.array([-1, 4]))
    assert found == [(4, 0.5)]


def test_favourites_are_val_photos_with_the_models_own_probabilities(country_model, countries):
    told = favourites(country_model, countries, CPU)
    checkpoint = country_model.changed(top_activating=told)
    album = read_album(countries.root)
    model = CountryClassifier(country_model, CPU)
    for country in country_model.classes:
        found = shown(checkpoint, album, country)
        assert 0 < len(found) <= EACH
        assert {favourite.photo.split for favourite in found} == {"val"}
        assert sorted((f.probability for f in found), reverse=True) == [
            f.probability for f in found
        ]
        best = model.predict([read_photo(found[0].photo.path)])[0]
        assert abs(best.probability(country) - found[0].probability) < 1e-3


def test_the_card_names_no_file(country_model, countries):
    told = favourites(country_model, countries, CPU).model_dump_json()
    assert ".png" not in told and "val-" not in told and str(countries.root) not in told


def test_data_without_a_table_has_no_favourites(country_model, countries, tmp_path):
    elsewhere = dataclasses.replace(countries, root=tmp_path)
    assert favourites(country_model, elsewhere, CPU) is None
