"""The parts of a country model's card, each drawn when it is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from geoloc.card import Confusion, CountryScores, class_sizes, country_scores
from geoloc.checkpoint import Checkpoint
from geoloc.countries import name
from geoloc.draw.charts import (
    confused_pairs,
    confusion_matrix,
    continent_rows,
    distance_curve,
    recall_map,
    recall_rows,
    reliability_curve,
    whole_percent,
    within,
)
from geoloc.ui.cards.network import network
from geoloc.ui.cards.plot import plot, untold
from geoloc.ui.cards.sentences import favourite
from geoloc.ui.cards.training import training
from geoloc.ui.frame import ink

_MOST = 20
_PAIRS = 10


def country_parts() -> dict[str, Callable[[Checkpoint], None]]:
    """What draws each part, by its title."""
    return {
        "By country": _by_country,
        "Mistakes": _mistakes,
        "Confidence": _confidence,
        "Training": training,
        "Network": network,
    }


def _by_country(checkpoint: Checkpoint) -> None:
    scores = country_scores(checkpoint)
    if scores is None or not scores.countries:
        return untold("How well it knows each country")
    ordered = sorted(scores.countries, key=lambda row: (-row.photos, name(row.code)))
    st.write(
        f"The share of each country's {scores.split} photos that it recognised. "
        "The number after a name is that of its photos; the line is the 95% interval: where it is "
        "long, little is known."
    )
    best = sorted(scores.countries, key=lambda row: -row.share.value)[:3]
    plot(
        recall_map(scores.countries, ink()),
        "recall map",
        "World map of the share recognised by country. Highest: "
        + ", ".join(f"{name(r.code)} {r.right} of {r.photos}" for r in best),
    )
    shown = ordered[: _shown(len(ordered), "countries shown")]
    plot(
        recall_rows(shown, ink()),
        "recall",
        "Share recognised: "
        + ", ".join(f"{name(r.code)} {r.right} of {r.photos}" for r in shown[:_MOST]),
    )
    st.subheader("By continent", anchor=False)
    _continents(scores)


def _continents(scores: CountryScores) -> None:
    if not scores.continents or scores.continent is None:
        return untold("How often at least the continent is right")
    st.write(
        f"At least the continent is right for **{whole_percent(scores.continent.value)}** of the "
        "photos. Continents follow the United Nations: Russia counts as Europe, Turkey as Asia."
    )
    plot(
        continent_rows(scores.continents, ink()),
        "continents",
        "Right country and right continent: "
        + ", ".join(
            f"{row.continent} {whole_percent(row.share.value)} and "
            f"{whole_percent(row.continent_share.value)}"
            for row in scores.continents
        ),
    )


def _shown(count: int, key: str) -> int:
    """How many countries a chart shows: the visitor's choice where there are many."""
    if count <= _MOST:
        return count
    options = {_MOST: f"{_MOST} with the most photos", count: f"All {count}"}
    return st.segmented_control(
        "Countries",
        list(options),
        default=_MOST,
        format_func=options.get,
        required=True,
        key=key,
    )


def _mistakes(checkpoint: Checkpoint) -> None:
    scores = country_scores(checkpoint)
    if scores is None or scores.confusion is None:
        return untold("What it takes for what")
    _pairs(scores)
    st.subheader("All answers by country", anchor=False)
    _matrix(scores.confusion)
    st.subheader("How far off", anchor=False)
    _distance(checkpoint, scores.confusion)


def _pairs(scores: CountryScores) -> None:
    pairs = scores.pairs[:_PAIRS]
    if not pairs:
        return
    st.subheader("Most often mistaken", anchor=False)
    st.write("Photos of one country that it took for another, of all photos of the first.")
    plot(
        confused_pairs(pairs, ink()),
        "pairs",
        "Most frequent mistakes: "
        + ", ".join(f"{name(p.true)} for {name(p.predicted)} {p.photos} of {p.of}" for p in pairs),
    )


def _matrix(confusion: Confusion) -> None:
    st.write(
        "A row shares out the photos of one country over the answers to them: the stronger the "
        "colour on the diagonal, the better. A strong column is an answer it gives too often. "
        "Lines part the continents; on each, countries with more photos come first."
    )
    most = _shown(sum(row.any() for row in confusion.counts), "countries in the matrix")
    arranged = confusion.arranged(most)
    plot(
        confusion_matrix(arranged, ink()),
        "confusion",
        "Confusion matrix, its diagonal: " + _diagonal(arranged),
    )


def _diagonal(confusion: Confusion) -> str:
    counts: Sequence[Sequence[int]] = confusion.counts.tolist()
    return ", ".join(
        f"{name(code)} {row[i]} of {sum(row)}"
        for i, (code, row) in enumerate(zip(confusion.true, counts, strict=True))
    )


def _distance(checkpoint: Checkpoint, confusion: Confusion) -> None:
    st.write(
        "Kilometres between the middles of the answered and of the true country; a right answer is "
        "0 km off. A wrong neighbour is a smaller mistake than another continent."
    )
    counts, _ = class_sizes(checkpoint)
    usual = max(counts, key=counts.get) if counts else None
    model = confusion.kilometres()
    plot(
        distance_curve(
            model,
            confusion.kilometres_always(usual) if usual in confusion.true else None,
            favourite(checkpoint),
            ink(),
        ),
        "distance",
        "Share of photos by distance: "
        + ", ".join(
            f"{part:.0%} within {within(model, part):,.0f} km" for part in (0.5, 0.75, 0.9)
        ),
    )


def _confidence(checkpoint: Checkpoint) -> None:
    scores = country_scores(checkpoint)
    if scores is None or not scores.reliability:
        return untold("Whether its probabilities can be trusted")
    if scores.ece is not None:
        st.write(
            f"How sure it is of its first answer, against how often that is right. They differ by "
            f"**{100 * scores.ece:.1f} percentage points** on average over the photos (expected "
            f"calibration error {scores.ece:.3f}). A dot is as large as its number of photos; its "
            "line is the 95% interval."
        )
    plot(
        reliability_curve(scores.reliability, ink()),
        "reliability",
        "Reliability: "
        + ", ".join(
            f"{b.confidence:.0%} sure, right for {b.right} of {b.photos}"
            for b in scores.reliability
        ),
    )
    if scores.set_size is not None and scores.set_coverage is not None:
        st.write(
            f"The list of countries that is to hold the right one nine times in ten held it for "
            f"**{whole_percent(scores.set_coverage.value)}** of the photos, and named "
            f"**{scores.set_size:.1f}** of {len(checkpoint.classes)} countries on average."
        )
