"""What balancing does to the classes, as a table, a chart and part of a card."""

from __future__ import annotations

import re

import numpy as np
import pytest

from geoloc import balance as balances
from geoloc.balance import Adjusted, Growth, Sampled, Untouched, Weighted
from geoloc.balance.described import imbalance, items, report
from tests.training import tiny
from training.__main__ import main

COUNTS = {"FR": 240, "PL": 60, "SE": 10}


def cells(table: str, country: str) -> list[str]:
    line = next(line for line in table.splitlines() if line.startswith(country))
    return re.split(r"\s{2,}", line.removeprefix(country).strip())


@pytest.mark.parametrize("balance", [Untouched(), Growth(1, 0.5, 0.5, 0.5), Sampled(0.5)])
def test_items_are_the_sizes_that_the_method_plans(balance):
    sizes = balance.sizes(np.array(list(COUNTS.values())))
    assert list(items(COUNTS, balance).values()) == pytest.approx(sizes, abs=0.01)


def test_imbalance_is_the_largest_class_over_the_smallest():
    assert imbalance(COUNTS) == 24 and imbalance({"FR": 3.0}) == 1


def test_the_table_has_each_countrys_shares_factor_and_items_with_the_largest_class_first():
    table = report(COUNTS, Growth(a=1.0, b=0.5, target=1.0))
    lines = table.splitlines()
    assert lines[0] == "method growth"
    assert lines[1].split() == ["country", "photos", "a", "b", "c", "d", "factor", "items"]
    assert [line.split()[0] for line in lines[2:6]] == ["France", "Poland", "Sweden", "all"]
    assert cells(table, "France") == ["240", "0.00", "0.00", "0.00", "0.00", "1.00", "240"]
    assert cells(table, "Sweden") == ["10", "1.00", "0.50", "0.00", "0.00", "3.00", "30"]
    assert cells(table, "all") == ["310", "1.45", "450"]
    assert lines[-1] == "largest / smallest: 24.0 before, 8.0 after"


def test_rows_are_as_wide_as_each_other():
    assert len({len(line) for line in report(COUNTS, Growth(a=1.0)).splitlines()[1:-1]}) == 1


@pytest.mark.parametrize(
    ("balance", "column"), [(Weighted(1.0), "weight"), (Adjusted(1.0), "offset")]
)
def test_a_method_that_changes_the_loss_shows_how(balance, column):
    table = report(COUNTS, balance)
    assert column in table.splitlines()[1]
    assert cells(table, "Sweden")[0] == "10" and cells(table, "Sweden")[-2:] == ["1.00", "10"]
    rare, usual = (float(cells(table, country)[1]) for country in ("Sweden", "France"))
    assert rare != usual


def test_the_command_prints_the_table_and_writes_a_chart_that_needs_no_internet(
    countries, tmp_path, capsys
):
    plot = tmp_path / "plots" / "classes.html"
    chosen = str(tiny.recipe(tmp_path, epochs=1))
    asked = ["balance", "--data", str(countries.root), "--recipe", chosen, "--plot", str(plot)]
    assert main([*asked, "--log"]) == 0
    told = capsys.readouterr().out
    assert cells(told, "France")[0] == "24" and cells(told, "all")[0] == "64"
    html = plot.read_text(encoding="utf-8")
    assert "Training photos" in html and not re.search(r'<script[^>]+src="http', html)


def test_a_card_tells_what_an_epoch_showed_of_each_country(country_model):
    told = country_model.card.data
    balance = balances.from_card(country_model.card.recipe.balance)
    assert told.plan == items(told.countries["train"], balance)
    assert told.plan["FR"] == 24 and told.plan["DE"] > told.countries["train"]["DE"]
