"""All models side by side: a table to sort, and one score of each as a chart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from geoloc.card import CountryScores, city_scores, country_scores, weights_bytes
from geoloc.checkpoint import Checkpoint
from geoloc.draw.charts import Compared, comparison, whole_percent
from geoloc.ui.cards.plot import plot
from geoloc.ui.frame import ink, note

_SCORES: dict[str, str] = {
    "top1": "First answer right",
    "top5": "Among the first five",
    "macro_recall": "Mean over countries",
}
_BASELINE = "Always the most frequent answers"


def side_by_side(found: list[Checkpoint]) -> None:
    """The country models, then the city models, in the order given."""
    countries = [(c, country_scores(c)) for c in found if c.task == "country"]
    cities = [c for c in found if c.task == "city"]
    note(
        "All scores are measured on photos of places that no model learnt from. A click on a "
        "column's title sorts by it."
    )
    if countries:
        st.header("Countries", anchor=False)
        _country_table(countries, found)
        _chart(countries)
    if cities:
        st.header("Cities", anchor=False)
        _city_table(cities)


def _country_table(
    models: list[tuple[Checkpoint, CountryScores | None]], found: list[Checkpoint]
) -> None:
    rows = [
        {
            "Model": checkpoint.title,
            **{title: _value(scores, key) for key, title in _SCORES.items()},
            "Calibration error": scores.ece if scores else None,
            "Countries in a 90% list": scores.set_size if scores else None,
            **_weight(checkpoint, found),
            "Measured on": f"{scores.photos:,} {scores.split} photos" if scores else "nothing yet",
        }
        for checkpoint, scores in models
    ]
    rows += _baselines(models)
    shares = {title: _number("%.1f%%", _HELP[key]) for key, title in _SCORES.items()}
    _table(
        rows,
        "Country models side by side",
        {
            **shares,
            "Calibration error": _number("%.3f", "ECE: how far sureness and accuracy lie apart."),
            "Countries in a 90% list": _number(
                "%.1f", "Countries in the list that is to hold the right one nine times in ten."
            ),
        },
    )


_HELP = {
    "top1": "Top-1 accuracy in percent.",
    "top5": "Top-5 accuracy in percent.",
    "macro_recall": "Recall averaged over countries, in percent: a rare one counts as much.",
}


def _baselines(models: list[tuple[Checkpoint, CountryScores | None]]) -> list[dict[str, Any]]:
    """A row for the answer that never changes, once for each data set and split."""
    rows = {}
    for checkpoint, scores in models:
        if scores and scores.always:
            key = (checkpoint.card["data"].get("fingerprint"), scores.split, scores.photos)
            rows[key] = {
                "Model": _BASELINE,
                **{t: 100 * scores.always[k] for k, t in _SCORES.items() if k in scores.always},
                "Measured on": f"{scores.photos:,} {scores.split} photos",
            }
    return list(rows.values())


def _city_table(cities: list[Checkpoint]) -> None:
    rows = []
    for checkpoint in cities:
        scores = city_scores(checkpoint)
        errors = scores.errors.percentiles if scores else {}
        middle = scores.middle.percentiles if scores and scores.middle else {}
        rows.append(
            {
                "Model": checkpoint.title,
                "Median error (m)": _whole(errors.get(50)),
                "Median of the middle (m)": _whole(middle.get(50)),
                "90% within (m)": _whole(errors.get(90)),
                "Skill": 100 * scores.skill if scores and scores.skill is not None else None,
                **_weight(checkpoint, cities),
                "Measured on": f"{scores.photos:,} {scores.split} photos"
                if scores
                else "nothing yet",
            }
        )
    _table(
        rows,
        "City models side by side",
        {
            "Median error (m)": _number("localized", "Half of the pins are closer to the truth."),
            "Median of the middle (m)": _number(
                "localized", "The same for always marking the middle of the training photos."
            ),
            "90% within (m)": _number("localized", "Nine pins in ten are closer to the truth."),
            "Skill": _number("%.0f%%", "The share of the middle's median error that it saves."),
        },
    )


def _table(rows: list[dict[str, Any]], alt: str, columns: dict[str, Any]) -> None:
    st.dataframe(
        pd.DataFrame(rows).dropna(axis="columns", how="all"),
        hide_index=True,
        alt=alt,
        placeholder="–",
        column_config={
            "Model": st.column_config.TextColumn(pinned=True),
            "Parameters": _number("localized", "Numbers that training sets."),
            "Size": _number("%.1f MB", "Of the file of weights."),
            **columns,
        },
    )


def _number(form: str, meaning: str) -> Any:
    return st.column_config.NumberColumn(format=form, help=meaning)


def _whole(metres: float | None) -> int | None:
    return None if metres is None else round(metres)


def _value(scores: CountryScores | None, key: str) -> float | None:
    share = getattr(scores, key) if scores else None
    return None if share is None else 100 * share.value


def _weight(checkpoint: Checkpoint, found: list[Checkpoint]) -> dict[str, float | None]:
    """Parameters and megabytes; an ensemble has those of its members."""
    members = [other for other in found if other.folder.name in checkpoint.members]
    return {
        "Parameters": _sum(members or [checkpoint], lambda c: c.card["network"].get("parameters")),
        "Size": _sum(members or [checkpoint], lambda c: (weights_bytes(c) or 0) / 1e6 or None),
    }


def _sum(models: list[Checkpoint], of: Callable[[Checkpoint], float | None]) -> float | None:
    values = [of(model) for model in models]
    return None if None in values else sum(values)


def _chart(models: list[tuple[Checkpoint, CountryScores | None]]) -> None:
    if sum(scores is not None for _, scores in models) > 1:
        _scores_chart(models)


@st.fragment
def _scores_chart(models: list[tuple[Checkpoint, CountryScores | None]]) -> None:
    key = st.segmented_control(
        "Score", list(_SCORES), default="top1", format_func=_SCORES.get, required=True, key="score"
    )
    shown = [
        Compared(checkpoint.title, share, scores.always.get(key))
        for checkpoint, scores in models
        if scores and (share := getattr(scores, key)) is not None
    ]
    if shown:
        told = ", ".join(f"{row.title} {whole_percent(row.share.value)}" for row in shown)
        plot(comparison(shown, ink()), "comparison", f"{_SCORES[key]}: {told}")
