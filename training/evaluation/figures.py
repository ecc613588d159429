"""All models' scores: as tables in Markdown or for a terminal, and the best ones in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from geoloc.models.registry import deciding, median_error_m
from geoloc.models.release import Release
from geoloc.verdict import SURE
from training.tasks.base import trainings

Scores = dict[str, Any]
Columns = Mapping[str, Callable[[Scores], str]]
Measured = Sequence[tuple[Release, Scores]]
"""Models with their scores on one split."""


def percent(scores: Scores, key: str) -> str:
    """A share with its 95 % interval, where they were measured."""
    if key not in scores:
        return ""
    low, high = scores.get(f"{key}_interval", (None, None))
    interval = "" if low is None else f" ({100 * low:.1f}–{100 * high:.1f})"
    return f"{100 * scores[key]:.1f} %{interval}"


def number(scores: Scores, key: str, unit: str) -> str:
    """A whole number of some unit with its 95 % interval, where they were measured."""
    if key not in scores:
        return ""
    low, high = scores.get(f"{key}_interval", (None, None))
    interval = "" if low is None else f" ({low:,.0f}–{high:,.0f})"
    return f"{scores[key]:,.0f}{unit}{interval}"


def metres(scores: Scores, key: str) -> str:
    """A distance with its 95 % interval, where they were measured."""
    return number(scores, key, " m")


def calibration(scores: Scores) -> str:
    """The calibration error, and the one that true probabilities would show on as many photos."""
    if "ece" not in scores:
        return ""
    floor = f" ({scores['ece_floor']:.3f})" if "ece_floor" in scores else ""
    return f"{scores['ece']:.3f}{floor}"


COUNTRY: Columns = {
    "top-1": lambda s: percent(s, "top1"),
    "top-5": lambda s: percent(s, "top5"),
    "macro recall": lambda s: percent(s, "macro_recall"),
    "ECE (of true probabilities)": calibration,
    "90 % sets hold the truth": lambda s: percent(s, "set_coverage"),
    "countries a set": lambda s: f"{s['set_size']:.1f}" if "set_size" in s else "",
}

CITY: Columns = {
    "median error": lambda s: metres(s, "p50"),
    "mean": lambda s: metres(s, "mean"),
    "within 50 m": lambda s: percent(s, "within_50m"),
    "median gained on the centroid": lambda s: metres(s, "gain_p50"),
    "mean gained": lambda s: metres(s, "gain_mean"),
    "90 % regions hold the truth": lambda s: percent(s, "region90_coverage"),
    "their size": lambda s: f"{s['region90_km2']:.2g} km²" if "region90_km2" in s else "",
}

WORLD: Columns = {
    "GeoScore": lambda s: number(s, "geo_score", ""),
    "expected": lambda s: number(s, "expected_score", ""),
    "median error": lambda s: number(s, "median_km", " km"),
    "within 200 km": lambda s: percent(s, "within_200km"),
    "within 750 km": lambda s: percent(s, "within_750km"),
    "within 2,500 km": lambda s: percent(s, "within_2500km"),
    "GeoScore gained on it": lambda s: number(s, "gain_geo_score", ""),
    "median gained on it": lambda s: number(s, "gain_median_km", " km"),
    "90 % regions hold the truth": lambda s: percent(s, "region90_coverage"),
}

MULTI_VIEW: Columns = {
    "places": lambda s: f"{s['places']:,}",
    "photos a place": lambda s: f"{s['views']:.1f}",
    "top-1, each photo alone": lambda s: percent(s, "top1_single"),
    "top-1, all together": lambda s: percent(s, "top1"),
    "gained": lambda s: percent(s, "gain_top1"),
    "top-5": lambda s: percent(s, "top5"),
    "macro recall": lambda s: percent(s, "macro_recall"),
}


def of_cards(checkpoints: Sequence[Release], split: str = "test") -> Measured:
    """What the cards say of one split; models that were not measured on it are left out."""
    return [(c, c.card.metrics[split].as_json()) for c in checkpoints if split in c.card.metrics]


def markdown(checkpoints: Sequence[Release], split: str = "test") -> str:
    """The tables of what the cards say, as Markdown."""
    tables = []
    for lines in _tables(of_cards(checkpoints, split)):
        lines.insert(1, ["---"] * len(lines[0]))
        tables.append("\n".join(f"| {' | '.join(cells)} |" for cells in lines))
    return "\n\n".join(tables)


def text(measured: Measured) -> str:
    """The tables for a terminal, their columns aligned."""
    tables = []
    for lines in _tables(measured):
        lines = [[title.strip("*"), *cells] for title, *cells in lines]  # emphasis is Markdown's
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        rows = (zip(cells, widths, strict=True) for cells in lines)
        tables.append("\n".join("  ".join(c.ljust(w) for c, w in row).rstrip() for row in rows))
    return "\n\n".join(tables)


def _tables(measured: Measured) -> list[list[list[str]]]:
    """Of each task, and of several photos of one place: cells by line; those without one go."""
    order = [c.card.data.fingerprint for c, _ in measured]
    # Models of the same data stand together, an ensemble below its members.
    ranked = sorted(
        measured,
        key=lambda m: (order.index(m[0].card.data.fingerprint), bool(m[0].members)),
    )
    kinds = [
        ([(c, scores) for c, scores in ranked if c.task == task], training.figures)
        for task, training in trainings().items()
    ]
    several = [(c, scores["multi_view"]) for c, scores in ranked if "multi_view" in scores]
    kinds.append((several, MULTI_VIEW))
    return [_lines(models, columns) for models, columns in kinds if models and columns]


def _lines(measured: Measured, columns: Columns) -> list[list[str]]:
    def line(title: str, scores: Scores) -> list[str]:
        return [title, *(cell(scores) for cell in columns.values())]

    lines = [["", *columns]]
    for _, models in groupby(measured, key=lambda m: m[0].card.data.fingerprint):
        for checkpoint, scores in models:
            lines.append(line(checkpoint.title, scores))
            for layer, probe in scores.get("probes", {}).items():
                lines.append(line(f"its linear models after {layer}", probe))
        for baseline in baselines(scores):
            lines.append(line(f"*{baseline['what']}*", baseline))
    return lines


def baselines(scores: Scores) -> list[Scores]:
    """The scores of simpler ways that stand beside a model's."""
    one = [scores["baseline"]] if "baseline" in scores else []
    return [*one, *scores.get("baselines", {}).values()]


def in_words(checkpoints: Sequence[Release], split: str = "test") -> list[str]:
    """What the best models can and can't do, by their cards: a sentence each.

    Which network of countries and which model of a city is best, val says.
    """
    measured = of_cards(checkpoints, split)
    countries = [(c, scores) for c, scores in measured if c.task == "country"]
    # One network, as the app answers.
    best, scores = max(countries, key=lambda m: (not m[0].members, _top1(m[0])))
    lines = [
        f"{best.title} names the right one of {len(best.classes)} countries for "
        f"{percent(scores, 'top1')} of {scores['photos']:,} street photos of {scores['places']:,} "
        f"places; always naming the most frequent is right for "
        f"{percent(scores['baseline'], 'top1')}.",
        f"The right country is among its first five for {percent(scores, 'top5')}.",
        "Rare countries are often missed: the mean over countries is "
        f"{percent(scores, 'macro_recall')}.",
        f"Its list that should hold the truth nine times in ten holds it for "
        f"{percent(scores, 'set_coverage')}, with {scores['set_size']:.1f} countries on it.",
    ]
    lines += [
        f"{model.title}, several networks together: {percent(own, 'top1')}."
        for model, own in countries
        if model.members
    ]
    if "multi_view" in scores:
        several = scores["multi_view"]
        lines.append(
            f"Several photos of one place, answered together, are right for "
            f"{percent(several, 'top1')} of {several['places']:,} places; each alone, for "
            f"{percent(several, 'top1_single')}."
        )
    elsewhere = of_cards(checkpoints, "elsewhere")
    unseen = [m for m in elsewhere if m[0].task == "country" and not m[0].members]
    if unseen:
        lines.append(_elsewhere(*max(unseen, key=lambda m: _top1(m[0]))))
    lines += [_world(model, scores) for model, scores in measured if model.task == "world"]
    cities = sorted(
        (m for m in measured if m[0].task == "city"), key=lambda m: median_error_m(m[0])
    )
    for city in sorted({c.city.title for c, _ in cities}):
        here = [m for m in cities if m[0].city.title == city]
        pin, own = min(here, key=lambda m: median_error_m(m[0]))
        lines.append(
            f"{pin.title}: half of the pins lie within {metres(own, 'p50')}; those of who always "
            f"names the middle, within {metres(own['baseline'], 'p50')}."
        )
    return lines


def _world(model: Release, scores: Scores) -> str:
    """What a pin anywhere in the world is worth, beside the middle of the likeliest country."""
    country = scores["baselines"]["likeliest_country"]
    return (
        f"{model.title}: half of the pins lie within {number(scores, 'median_km', ' km')} on "
        f"{scores['photos']:,} photos, for a GeoScore of {number(scores, 'geo_score', '')} of "
        f"5,000; the middle of the likeliest country, within {number(country, 'median_km', ' km')} "
        f"and {number(country, 'geo_score', '')}."
    )


def _elsewhere(model: Release, scores: Scores) -> str:
    """What a model is worth on whole sources that nothing was trained or chosen on."""
    sure = scores.get("verdicts", {}).get(SURE)
    verdict = f" Where it is {SURE}, it is right for {sure['right']:.0%} of {sure['photos']}."
    return (
        f"{model.title}, on {scores['photos']:,} photos of {len(scores['sources'])} sources that "
        f"it never saw, phones and travellers among them: right for {percent(scores, 'top1')}, "
        f"among its first five for {percent(scores, 'top5')} (always naming the most frequent: "
        f"{percent(scores['baseline'], 'top1')} and {percent(scores['baseline'], 'top5')}); its "
        f"list holds it for {percent(scores, 'set_coverage')}, with {scores['set_size']:.0f} "
        f"countries on it.{verdict if sure else ''}"
    )


def _top1(checkpoint: Release) -> float:
    scores = deciding(checkpoint.country_card.metrics)
    return 0.0 if scores is None or scores.top1 is None else scores.top1
