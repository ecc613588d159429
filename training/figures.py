"""The figures of all released models as Markdown, read from their cards; the README shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from geoloc.checkpoint import Checkpoint

Scores = dict[str, Any]


def percent(scores: Scores, key: str) -> str:
    """A share with its 95 % interval where the card has one."""
    low, high = scores.get(f"{key}_interval", (None, None))
    interval = "" if low is None else f" ({100 * low:.1f}–{100 * high:.1f})"
    return f"{100 * scores[key]:.1f} %{interval}"


def metres(scores: Scores, key: str) -> str:
    """A distance with its 95 % interval where the card has one."""
    low, high = scores.get(f"{key}_interval", (None, None))
    interval = "" if low is None else f" ({low:,.0f}–{high:,.0f})"
    return f"{scores[key]:,.0f} m{interval}"


COUNTRY: dict[str, Callable[[Scores], str]] = {
    "top-1": lambda s: percent(s, "top1"),
    "top-5": lambda s: percent(s, "top5"),
    "macro recall": lambda s: percent(s, "macro_recall"),
    "ECE": lambda s: f"{s['ece']:.3f}" if "ece" in s else "",
    "90 % sets hold the truth": lambda s: percent(s, "set_coverage") if "set_coverage" in s else "",
    "countries a set": lambda s: f"{s['set_size']:.1f}" if "set_size" in s else "",
}

CITY: dict[str, Callable[[Scores], str]] = {
    "median error": lambda s: metres(s, "p50"),
    "mean": lambda s: metres(s, "mean"),
    "90 % within": lambda s: metres(s, "p90"),
    "median gained on the centroid": lambda s: metres(s, "gain_p50") if "gain_p50" in s else "",
}


def markdown(checkpoints: Sequence[Checkpoint], split: str = "test") -> str:
    """Two tables, countries and cities; models that were not measured on the split are left out."""
    return "\n\n".join(
        _table(
            [c for c in checkpoints if c.task == task and split in c.card["metrics"]], parts, split
        )
        for task, parts in (("country", COUNTRY), ("city", CITY))
    )


def _table(
    checkpoints: list[Checkpoint], parts: dict[str, Callable[[Scores], str]], split: str
) -> str:
    lines = [["", *parts], ["---"] * (1 + len(parts))]
    for _, models in groupby(checkpoints, key=lambda c: c.card["data"]["fingerprint"]):
        for checkpoint in models:
            scores = checkpoint.card["metrics"][split]
            lines.append([checkpoint.title, *(part(scores) for part in parts.values())])
            for layer, probe in scores.get("probes", {}).items():
                title = f"its linear models after {layer}"
                lines.append([title, *(part(probe) for part in parts.values())])
        baseline = scores["baseline"]
        lines.append([f"*{baseline['what']}*", *(part(baseline) for part in parts.values())])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
