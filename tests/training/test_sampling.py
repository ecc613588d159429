"""What an epoch shows of each country and each source, and means over sources."""

import numpy as np
import pandas as pd
import pytest

from training.sampling import FEW, Sampling, source_names, source_weights

# Class 0: 900 photos of one source and 100 of another; class 1: 20 of a third.
LABELS = np.repeat([0, 0, 1], [900, 100, 20])
SOURCES = np.repeat(["large", "small", "third"], [900, 100, 20])


def shown(sampling: Sampling) -> dict[str, float]:
    expected = pd.Series(sampling.expected(LABELS, SOURCES))
    return expected.groupby(SOURCES).sum().to_dict()


def test_powers_of_one_leave_every_share_as_it_is():
    told = shown(Sampling(source_power=1.0, most=100))
    assert told == pytest.approx({"large": 900, "small": 100, "third": 20})


def test_a_countrys_sources_share_it_by_the_root_of_their_photos():
    told = shown(Sampling(source_power=0.5, most=100))
    assert told["large"] / told["small"] == pytest.approx(3)
    assert told["large"] + told["small"] == pytest.approx(1000)


def test_countries_can_be_shown_alike():
    told = shown(Sampling(country_power=0.0, source_power=1.0, most=100))
    assert told["third"] == pytest.approx(510)


def test_of_a_source_at_most_the_cap_counts():
    told = shown(Sampling(source_power=1.0, cap=100, most=100))
    assert told["large"] == pytest.approx(told["small"])


def test_no_photo_is_shown_more_often_than_allowed():
    sampling = Sampling(photos=1000, country_power=0.0, most=3)
    expected = sampling.expected(LABELS, SOURCES)
    assert expected.max() == 3 and expected.sum() == pytest.approx(1000)


def test_an_epoch_shows_photos_about_as_often_as_expected():
    sampling = Sampling(photos=3000, source_power=0.5)
    plan = sampling.plan(LABELS, SOURCES, np.random.default_rng(0))
    times = np.bincount(plan.row, minlength=len(LABELS))
    assert np.abs(times - sampling.expected(LABELS, SOURCES)).max() < 1
    assert len(plan) == pytest.approx(3000, abs=60)


@pytest.mark.parametrize("wrong", [{"source_power": 2}, {"photos": -1}, {"most": 0}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match="lie in|not below|at least"):
        Sampling(**wrong)


def test_a_mean_over_sources_counts_each_large_one_once_and_all_small_ones_together():
    sources = pd.Series(["a"] * 100 + ["b"] * FEW + ["c", "d"])
    weights = pd.Series(source_weights(sources))
    told = weights.groupby(source_names(sources)).sum()
    assert told.to_dict() == pytest.approx({"a": 1 / 3, "b": 1 / 3, "few": 1 / 3})
