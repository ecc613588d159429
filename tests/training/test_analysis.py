"""What a card says of a country model's strengths and mistakes."""

import numpy as np
import pytest

from training.analysis import confusion, country_analysis, distances_km

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


def test_distances_are_symmetric_and_zero_on_the_diagonal():
    apart = distances_km(CLASSES)
    assert np.allclose(apart, apart.T) and not np.diag(apart).any()
