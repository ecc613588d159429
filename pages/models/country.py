"""The parts of a country model's card, each drawn when it is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

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
from geoloc.models.card import Confusion, Counted, CountryScores
from geoloc.models.release import Release
from pages.language import N_, _
from pages.models.network import network
from pages.models.training import training
from pages.models.untold import untold
from pages.shared.claims import favourite
from pages.shared.frame import ink
from pages.shared.plot import plot
from pages.shared.split_name import split_name

_MOST = 20
_PAIRS = 10


def country_parts() -> dict[str, Callable[[Release], None]]:
    """What draws each part, by its title."""
    return {
        N_("By country"): _by_country,
        N_("Mistakes"): _mistakes,
        N_("Confidence"): _confidence,
        N_("Training"): training,
        N_("Network"): network,
    }


def _by_country(checkpoint: Release) -> None:
    card = checkpoint.country_card
    scores = card.scores
    if scores is None or not scores.countries:
        return untold(_("How well it knows each country"))
    ordered = sorted(scores.countries, key=lambda row: (-row.photos, name(row.code)))
    st.write(
        _(
            "The share of each country's {split} photos that it recognised. The number after a "
            "name is that of its photos; the line is the 95% interval: where it is long, little "
            "is known.",
            split=split_name(card.split),
        )
    )
    best = sorted(scores.countries, key=lambda row: -row.share.value)[:3]
    plot(
        recall_map(scores.countries, ink()),
        "recall map",
        _(
            "World map of the share recognised by country. Highest: {told}",
            told=_recognised(best),
        ),
    )
    shown = ordered[: _shown(len(ordered), "countries shown")]
    plot(
        recall_rows(shown, ink()),
        "recall",
        _("Share recognised: {told}", told=_recognised(shown[:_MOST])),
    )
    st.subheader(_("By continent"), anchor=False)
    _continents(scores)


def _recognised(rows: Sequence[Counted]) -> str:
    return ", ".join(
        _("{country} {right} of {photos}", country=name(r.code), right=r.right, photos=r.photos)
        for r in rows
    )


def _continents(scores: CountryScores) -> None:
    share = scores.analysis.continent_accuracy
    if not scores.continents or share is None:
        return untold(_("How often at least the continent is right"))
    st.write(
        _(
            "At least the continent is right for **{share}** of the photos. Continents follow the "
            "United Nations: Russia counts as Europe, Turkey as Asia.",
            share=whole_percent(share),
        )
    )
    plot(
        continent_rows(scores.continents, ink()),
        "continents",
        _(
            "Right country and right continent: {told}",
            told=", ".join(
                _(
                    "{continent} {country_share} and {continent_share}",
                    continent=_(row.continent),
                    country_share=whole_percent(row.share.value),
                    continent_share=whole_percent(row.continent_share.value),
                )
                for row in scores.continents
            ),
        ),
    )


def _shown(count: int, key: str) -> int:
    """How many countries a chart shows: the visitor's choice where there are many."""
    if count <= _MOST:
        return count
    options = {_MOST: _("{n} with the most photos", n=_MOST), count: _("All {n}", n=count)}
    return st.segmented_control(
        _("Countries"),
        list(options),
        default=_MOST,
        format_func=options.get,
        required=True,
        key=key,
    )


def _mistakes(checkpoint: Release) -> None:
    scores, confusion = checkpoint.country_card.scores, checkpoint.country_card.confusion
    if scores is None or confusion is None:
        return untold(_("What it takes for what"))
    _pairs(scores)
    st.subheader(_("All answers by country"), anchor=False)
    _matrix(confusion)
    st.subheader(_("How far off"), anchor=False)
    _distance(checkpoint, confusion)


def _pairs(scores: CountryScores) -> None:
    pairs = scores.pairs[:_PAIRS]
    if not pairs:
        return
    st.subheader(_("Most often mistaken"), anchor=False)
    st.write(_("Photos of one country that it took for another, of all photos of the first."))
    plot(
        confused_pairs(pairs, ink()),
        "pairs",
        _(
            "Most frequent mistakes: {told}",
            told=", ".join(
                _(
                    "{true} for {answer} {photos} of {of}",
                    true=name(p.true),
                    answer=name(p.predicted),
                    photos=p.photos,
                    of=p.of,
                )
                for p in pairs
            ),
        ),
    )


def _matrix(confusion: Confusion) -> None:
    st.write(
        _(
            "A row shares out the photos of one country over the answers to them: the stronger the "
            "colour on the diagonal, the better. A strong column is an answer it gives too often. "
            "Lines part the continents; on each, countries with more photos come first."
        )
    )
    most = _shown(sum(row.any() for row in confusion.counts), "countries in the matrix")
    arranged = confusion.arranged(most)
    plot(
        confusion_matrix(arranged, ink()),
        "confusion",
        _("Confusion matrix, its diagonal: {told}", told=_diagonal(arranged)),
    )


def _diagonal(confusion: Confusion) -> str:
    counts: Sequence[Sequence[int]] = confusion.counts.tolist()
    return ", ".join(
        _("{country} {right} of {photos}", country=name(code), right=row[i], photos=sum(row))
        for i, (code, row) in enumerate(zip(confusion.true, counts, strict=True))
    )


def _distance(checkpoint: Release, confusion: Confusion) -> None:
    st.write(
        _(
            "Kilometres between the middles of the answered and of the true country; a right "
            "answer is 0 km off. A wrong neighbour is a smaller mistake than another continent."
        )
    )
    counts, _items = checkpoint.card.data.class_sizes
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
        _(
            "Share of photos by distance: {told}",
            told=", ".join(
                _("{part:.0%} within {km:,.0f} km", part=part, km=within(model, part))
                for part in (0.5, 0.75, 0.9)
            ),
        ),
    )


def _confidence(checkpoint: Release) -> None:
    scores = checkpoint.country_card.scores
    if scores is None or not scores.reliability:
        return untold(_("Whether its probabilities can be trusted"))
    if scores.ece is not None:
        st.write(
            _(
                "How sure it is of its first answer, against how often that is right. They differ "
                "by **{points:.1f} percentage points** on average over the photos (expected "
                "calibration error {ece:.3f}). A dot is as large as its number of photos; its line "
                "is the 95% interval.",
                points=100 * scores.ece,
                ece=scores.ece,
            )
        )
    if scores.ece_floor is not None:
        st.write(
            _(
                "Chance moves each dot: of so many photos, probabilities that are exactly true "
                "would on average show {points:.1f} points as well.",
                points=100 * scores.ece_floor,
            )
        )
    plot(
        reliability_curve(scores.bins, ink()),
        "reliability",
        _(
            "Reliability: {told}",
            told=", ".join(
                _(
                    "{confidence:.0%} sure, right for {right} of {photos}",
                    confidence=b.confidence,
                    right=b.right,
                    photos=b.photos,
                )
                for b in scores.bins
            ),
        ),
    )
    if scores.set_size is not None and scores.set_coverage is not None:
        st.write(
            _(
                "The list of countries that is to hold the right one nine times in ten held it for "
                "**{share}** of the photos, and named **{size:.1f}** of {count} countries on "
                "average.",
                share=whole_percent(scores.set_coverage),
                size=scores.set_size,
                count=len(checkpoint.classes),
            )
        )
