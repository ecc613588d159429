"""Curves of deletion and insertion: whose they are, and their units."""

from __future__ import annotations

import numpy as np
import pytest

from geoloc.draw.trial import trial_curves
from geoloc.explain.faithfulness import STEPS, PerturbationCurves, Trial

FALLING = np.linspace(0.8, 0.1, STEPS + 1)


def tried(scale: float = 1.0) -> Trial:
    def curves(power: float) -> PerturbationCurves:
        return PerturbationCurves(scale * FALLING**power, scale * FALLING[::-1] ** power)

    return Trial(map=curves(1), random=(curves(2), curves(4)), centre=curves(3))


def test_the_map_the_mean_random_map_and_the_middle_are_drawn_in_both_panels():
    figure = trial_curves(tried())
    assert [line.name for line in figure.data] == ["This map", "2 random maps", "The middle"] * 2
    assert [line.showlegend for line in figure.data] == [True] * 3 + [False] * 3
    assert figure.data[0].y == pytest.approx(FALLING)
    assert figure.data[1].y == pytest.approx((FALLING**2 + FALLING**4) / 2)
    assert figure.data[3].y == pytest.approx(FALLING[::-1])
    assert all(line.x[0] == 0 and line.x[-1] == 1 for line in figure.data)


def test_a_pin_s_curves_are_metres_above_zero():
    figure = trial_curves(tried(scale=-100.0), metres=True)
    assert figure.data[0].y == pytest.approx(100 * FALLING)
    assert "80 m" in figure.data[0].hovertext[0]
    assert figure.layout.yaxis.title.text == "Metres the pin moves"


def test_a_probability_is_told_in_percent():
    figure = trial_curves(tried(), ink="#123456")
    assert "80.0%" in figure.data[0].hovertext[0]
    assert "10% of the photo blurred" in figure.data[0].hovertext[1]
    assert figure.layout.yaxis.tickformat == ".0%"
    assert {note.font.color for note in figure.layout.annotations} == {"#123456"}
