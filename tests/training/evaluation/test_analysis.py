"""What a card says of a country model's strengths and mistakes."""

import numpy as np
import pytest

from geoloc.countries import distances_km
from training.evaluation.analysis import by_continent, confusion, country_analysis

CLASSES = ("DE", "ES", "FR")


def sure(*answers: int) -> np.ndarray:
    return np.eye(len(CLASSES))[list(answers)]


def test_rows_of_the_confusion_matrix_are_true_classes():
    counts = confusion(np.array([1, 1, 2]), np.array([0, 1, 2]), 3)
    assert counts.tolist() == [[0, 1, 0], [0, 1, 0], [0, 0, 1]]


def test_recall_is_told_of_the_countries_that_occur_only():
    told = country_analysis(sure(0, 1, 1), np.array([0, 0, 1]), CLASSES)["by_country"]
    assert told == {
        "DE": {"photos": 2, "recall": 0.5},
        "ES": {"photos": 1, "recall": 1.0},
    }


def test_the_pair_mistaken_most_often_comes_first_with_the_true_country_named_first():
    told = country_analysis(sure(1, 1, 2, 2), np.array([2, 2, 0, 2]), CLASSES)["confused"]
    assert told == [
        {"true": "FR", "predicted": "ES", "photos": 2},
        {"true": "DE", "predicted": "FR", "photos": 1},
    ]


def test_a_right_answer_is_no_kilometre_off_and_a_neighbour_some_hundreds():
    told = country_analysis(sure(1, 2), np.array([1, 1]), CLASSES)["distance_km"]
    assert told["mean"] == pytest.approx(distances_km(CLASSES)[1, 2] / 2)
    assert 300 < distances_km(CLASSES)[1, 2] < 1500


def test_a_wrong_country_may_still_lie_on_the_right_continent():
    classes = ("DE", "JP", "MA")
    told = by_continent(np.array([0, 0, 0, 1, 2]), np.array([0, 0, 2, 0, 2]), classes)
    assert told == {
        "continent_accuracy": 3 / 5,
        "by_continent": {
            "Africa": {"photos": 2, "top1": 0.5, "continent_accuracy": 0.5},
            "Europe": {"photos": 3, "top1": 2 / 3, "continent_accuracy": 2 / 3},
        },
    }
    spain = by_continent(np.array([0]), np.array([1]), ("DE", "ES"))
    assert spain["continent_accuracy"] == 1.0
    assert spain["by_continent"]["Europe"]["top1"] == 0.0


def test_continents_are_part_of_the_analysis():
    told = country_analysis(sure(1, 2), np.array([1, 1]), CLASSES)
    assert told["continent_accuracy"] == 1.0
    assert told["by_continent"]["Europe"] == {
        "photos": 2,
        "top1": 0.5,
        "continent_accuracy": 1.0,
    }
