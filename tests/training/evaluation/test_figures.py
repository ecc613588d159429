"""The tables of scores: what stands in them, in which order, as Markdown and as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geoloc.models.card import of_json
from geoloc.models.release import Release
from tests.geoloc import small_models
from training.evaluation.figures import in_words, markdown, text

BASELINE = {"what": "always the same", "top1": 0.25, "top5": 0.5, "macro_recall": 0.02}


def country(name: str, data: str, top1: float, **card: Any) -> Release:
    scores = {
        "photos": 9,
        "places": 5,
        "top1": top1,
        "top1_interval": [top1 - 0.05, top1 + 0.05],
        "top5": 0.75,
        "macro_recall": 0.125,
        "ece": 0.0216,
        "ece_floor": 0.018,
        "set_coverage": 0.91,
        "set_size": 12.34,
        "baseline": BASELINE,
        "multi_view": {
            "photos": 546,
            "places": 130,
            "views": 4.2,
            "top1_single": 0.4,
            "top1": 0.45,
            "gain_top1": 0.05,
            "gain_top1_interval": [-0.01, 0.11],
            "top5": 0.8,
            "macro_recall": 0.2,
        },
    }
    return made(name, data, "country", scores, **card)


def made(name: str, data: str, task: str, scores: dict[str, Any], **card: Any) -> Release:
    common = {"name": name, "title": name.title(), "data": {"fingerprint": data}}
    small = small_models.country_card if task == "country" else small_models.city_card
    told = small(**common, metrics={"test": scores})
    return Release(Path(name), of_json(told | card))


CITY = {"photos": 9, "p50": 1234.5, "p50_interval": [1000.0, 1500.0], "mean": 2000.0, "p90": 3000.0}
TOWN = made("town", "c", "city", {**CITY, "baseline": {"what": "the middle", **CITY}})
ENSEMBLE = {"network": {"name": "ensemble"}, "members": {"ant": 1.0}}
SHELF = [
    country("all", "a", 0.6, **ENSEMBLE),
    country("ant", "a", 0.5),
    country("bee", "b", 0.3),
    TOWN,
    country("zebra", "a", 0.4),
]


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_models_of_the_same_data_stand_together_above_its_baseline_and_the_ensemble_last():
    countries, cities, together = map(rows, markdown(SHELF).split("\n\n"))
    named = ["Ant", "Zebra", "All", "*always the same*", "Bee", "*always the same*"]
    assert [row[0] for row in countries[2:]] == named
    assert [row[0] for row in cities[2:]] == ["Town", "*the middle*"]
    assert [row[0] for row in together[2:]] == ["Ant", "Zebra", "All", "Bee"]


def test_scores_come_with_their_intervals_and_what_is_unknown_is_left_empty():
    countries, cities, together = map(rows, markdown(SHELF).split("\n\n"))
    assert countries[2][1:] == [
        "50.0 % (45.0–55.0)",
        "75.0 %",
        "12.5 %",
        "0.022 (0.018)",
        "91.0 %",
        "12.3",
    ]
    assert countries[5][1:] == ["25.0 %", "50.0 %", "2.0 %", "", "", ""]
    assert cities[2][1] == "1,234 m (1,000–1,500)" and cities[2][4] == ""
    assert together[2][1:6] == ["130", "4.2", "40.0 %", "45.0 %", "5.0 % (-1.0–11.0)"]


def test_a_terminal_has_the_same_cells_in_columns():
    plain = text([(one, one.card.metrics["test"].as_json()) for one in SHELF])
    told = markdown(SHELF)
    for mine, theirs in zip(plain.split("\n\n"), told.split("\n\n"), strict=True):
        lines = mine.splitlines()
        cells = [row for row in rows(theirs) if not row[0].startswith("---")]
        starts = {line.index(row[1]) for line, row in zip(lines, cells, strict=True)}
        assert len(starts) == 1 and "*" not in mine
        for line, row in zip(lines, cells, strict=True):
            assert line.split() == " ".join(row).replace("*", "").split()


def test_models_that_were_not_measured_make_no_table():
    assert markdown([made("ant", "a", "country", {}, metrics={})]) == ""


def test_in_words_the_best_network_first_then_several_together_and_each_city():
    said = in_words(SHELF)
    assert said[0].startswith("Ant names the right one of 4 countries for 50.0 % (45.0–55.0) of 9")
    assert "All, several networks together: 60.0 % (55.0–65.0)." in said
    assert said[-1].startswith("Town: half of the pins lie within 1,234 m (1,000–1,500)")
    assert not any(name in line for line in said for name in ("Bee", "Zebra"))
