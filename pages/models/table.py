"""All models side by side: a table to sort, and one score of each as a chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geoloc.draw.charts import Compared, MetresOff, comparison, metres_off, whole_percent
from geoloc.draw.maps import distance_text
from geoloc.models.card import CountryScores
from geoloc.models.release import Release
from pages.language import N_, _, formatted
from pages.models.hundred import hundred
from pages.shared.columns import Column, table
from pages.shared.frame import ink, note
from pages.shared.plot import plot
from pages.shared.split_name import split_name
from pages.shared.turn import fragment

_SCORES: dict[str, str] = {
    "top1": N_("Test accuracy"),
    "top5": N_("Among the first five"),
    "macro_recall": N_("Mean over countries"),
}


def _percent(hundredths: float) -> str:
    return formatted(hundredths / 100, ".1%")


def _whole(number: float) -> str:
    return formatted(number, ",.0f")


_ALL = (
    Column(N_("Model"), pinned=True),
    Column(N_("Parameters"), N_("Numbers that training sets."), _whole),
    Column(N_("Size"), N_("Of the file of weights."), lambda size: _("{size:.1f} MB", size=size)),
    Column(N_("Measured on")),
)
_COUNTRIES = (
    *_ALL,
    Column(_SCORES["top1"], N_("Top-1 accuracy in percent."), _percent),
    Column(_SCORES["top5"], N_("Top-5 accuracy in percent."), _percent),
    Column(
        _SCORES["macro_recall"],
        N_("Recall averaged over countries, in percent: a rare one counts as much."),
        _percent,
    ),
    Column(
        N_("Calibration error"),
        N_("ECE: how far sureness and accuracy lie apart."),
        lambda ece: formatted(ece, ".3f"),
    ),
    Column(
        N_("Countries in the 90 % set"),
        N_("Countries in the set that is to hold the right one nine times in ten."),
        lambda size: formatted(size, ".1f"),
    ),
)
_CITIES = (
    *_ALL,
    Column(N_("Median error (m)"), N_("Half of the pins are closer to the truth."), _whole),
    Column(
        N_("Median of the middle (m)"),
        N_("The same for always marking the middle of the training photos."),
        _whole,
    ),
    Column(N_("90% within (m)"), N_("Nine pins in ten are closer to the truth."), _whole),
    Column(
        N_("Skill"),
        N_("The share of the middle's median error that it saves."),
        lambda hundredths: formatted(hundredths / 100, ".0%"),
    ),
)


def side_by_side(found: list[Release]) -> None:
    """The country models, then the city models, in the order given: pictures, then the numbers."""
    countries = [(c, c.country_card.scores) for c in found if c.classes]
    cities = [c for c in found if not c.classes]
    if countries:
        st.header(_("Countries"), anchor=False)
        _chart(countries)
        model, scores = countries[0]
        if scores is not None:
            hundred(model.title, scores)
    if cities:
        st.header(_("Cities"), anchor=False)
        _off(cities)
    with st.expander(_("The numbers as a table"), icon=":material/table:"):
        note(
            _(
                "All scores are measured on photos of places that no model learnt from. A click on "
                "a column's title sorts by it."
            )
        )
        if countries:
            _country_table(countries, found)
        if cities:
            _city_table(cities)


def _off(cities: list[Release]) -> None:
    shown = []
    for checkpoint in cities:
        scores = checkpoint.city_card.scores
        median = scores.errors.percentiles.get(50) if scores else None
        if scores is not None and median is not None:
            middle = scores.baseline.errors.percentiles.get(50)
            shown.append(MetresOff(checkpoint.title, median, scores.p50_interval, middle))
    if shown:
        told = ", ".join(f"{row.title} {distance_text(row.median)}" for row in shown)
        plot(metres_off(shown, ink()), "metres off", _("Median error: {told}", told=told))


def _country_table(
    models: list[tuple[Release, CountryScores | None]], found: list[Release]
) -> None:
    rows = [
        {
            "Model": checkpoint.title,
            **{title: _value(scores, key) for key, title in _SCORES.items()},
            "Calibration error": scores.ece if scores else None,
            "Countries in the 90 % set": scores.set_size if scores else None,
            **_weight(checkpoint, found),
            "Measured on": _measured_on(checkpoint),
        }
        for checkpoint, scores in models
    ]
    rows += _baselines(models)
    _table(rows, _COUNTRIES, _("Country models side by side"))


def _baselines(models: list[tuple[Release, CountryScores | None]]) -> list[dict[str, Any]]:
    """A row for the answer that never changes, once for each data set and split."""
    rows = {}
    for checkpoint, scores in models:
        always = _always(scores) if scores else {}
        if scores and always:
            card = checkpoint.card
            key = (card.data.fingerprint, card.split, scores.photos)
            rows[key] = {
                "Model": _("Always the most frequent answers"),
                **{title: 100 * always[key] for key, title in _SCORES.items() if key in always},
                "Measured on": _measured_on(checkpoint),
            }
    return list(rows.values())


def _city_table(cities: list[Release]) -> None:
    rows = []
    for checkpoint in cities:
        scores = checkpoint.city_card.scores
        errors = scores.errors.percentiles if scores else {}
        middle = scores.baseline.errors.percentiles if scores else {}
        rows.append(
            {
                "Model": checkpoint.title,
                "Median error (m)": _metres(errors.get(50)),
                "Median of the middle (m)": _metres(middle.get(50)),
                "90% within (m)": _metres(errors.get(90)),
                "Skill": 100 * scores.skill if scores and scores.skill is not None else None,
                **_weight(checkpoint, cities),
                "Measured on": _measured_on(checkpoint),
            }
        )
    _table(rows, _CITIES, _("City models side by side"))


def _table(rows: list[dict[str, Any]], columns: Sequence[Column], alt: str) -> None:
    table(pd.DataFrame(rows).dropna(axis="columns", how="all"), columns, alt)


def _measured_on(checkpoint: Release) -> str:
    split, scores = checkpoint.card.split, checkpoint.card.scores
    if split is None or scores is None:
        return _("nothing yet")
    return _("{photos:,} {split} photos", photos=scores.photos, split=split_name(split))


def _always(scores: CountryScores) -> dict[str, float]:
    """What always giving the most frequent answers reaches, by score."""
    baseline = {key: getattr(scores.baseline, key) for key in _SCORES}
    return {key: value for key, value in baseline.items() if value is not None}


def _metres(metres: float | None) -> int | None:
    return None if metres is None else round(metres)


def _value(scores: CountryScores | None, key: str) -> float | None:
    share = scores.share(key) if scores else None
    return None if share is None else 100 * share.value


def _weight(checkpoint: Release, found: list[Release]) -> dict[str, float | None]:
    """Parameters and megabytes; an ensemble has those of its members."""
    members = [other for other in found if other.folder.name in checkpoint.members]
    return {
        "Parameters": _sum(members or [checkpoint], lambda c: c.card.network.parameters),
        "Size": _sum(members or [checkpoint], lambda c: (c.weights_bytes or 0) / 1e6 or None),
    }


def _sum(models: list[Release], of: Callable[[Release], float | None]) -> float | None:
    values = [of(model) for model in models]
    return None if None in values else sum(values)


def _chart(models: list[tuple[Release, CountryScores | None]]) -> None:
    if sum(scores is not None for model, scores in models) > 1:
        _scores_chart(models)


@fragment
def _scores_chart(models: list[tuple[Release, CountryScores | None]]) -> None:
    key = st.segmented_control(
        _("Score"),
        list(_SCORES),
        default="top1",
        format_func=lambda key: _(_SCORES[key]),
        required=True,
        key="score",
    )
    shown = [
        Compared(checkpoint.title, share, getattr(scores.baseline, key))
        for checkpoint, scores in models
        if scores and (share := scores.share(key)) is not None
    ]
    if shown:
        told = ", ".join(f"{row.title} {whole_percent(row.share.value)}" for row in shown)
        alt = _("{score}: {told}", score=_(_SCORES[key]), told=told)
        plot(comparison(shown, ink()), "comparison", alt)
