"""The parts of a city model's card, each drawn when it is opened."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from geoloc.draw.charts import error_rows, interval, whole_percent, within_bars
from geoloc.draw.maps import area_text, base_map, distance_text
from geoloc.models.card import OodScores, Share
from geoloc.models.release import Release
from pages.language import N_, _, formatted
from pages.models.network import network
from pages.models.training import training
from pages.models.untold import untold
from pages.shared.frame import ink
from pages.shared.leaflet import leaflet
from pages.shared.plot import plot
from pages.shared.split_name import split_name

_MAP_PX = 460


def city_parts() -> dict[str, Callable[[Release], None]]:
    """What draws each part, by its title."""
    return {
        N_("Errors"): _errors,
        N_("Regions"): _regions,
        N_("Coverage"): _coverage,
        N_("Training"): training,
        N_("Network"): network,
    }


def _errors(checkpoint: Release) -> None:
    card = checkpoint.city_card
    scores = card.scores
    if scores is None or not scores.errors.percentiles:
        return untold(_("How far its pins are off"))
    st.write(
        _(
            "How far its pins are from where {photos:,} {split} photos were taken, beside a pin "
            "that is always in the middle of the training photos.",
            photos=scores.photos,
            split=split_name(card.split),
        )
    )
    errors = scores.errors
    middle = scores.baseline.errors if scores.baseline.p50 is not None else None
    plot(
        error_rows(errors, middle, ink()),
        "errors",
        _(
            "Errors: {told}",
            told=", ".join(
                _("{part:.0%} within {distance}", part=q / 100, distance=distance_text(m))
                for q, m in errors.percentiles.items()
            ),
        ),
    )
    if not errors.within:
        return untold(_("How many of its pins are near"))
    st.subheader(_("Pins near the truth"), anchor=False)
    plot(
        within_bars(errors, middle, ink()),
        "within",
        _(
            "Share of pins: {told}",
            told=", ".join(
                _("{share} within {m} m", share=whole_percent(s), m=m)
                for m, s in errors.within.items()
            ),
        ),
    )


def _regions(checkpoint: Release) -> None:
    card = checkpoint.city_card
    scores = card.scores
    if scores is None or not scores.regions:
        return untold(_("How often its regions hold the truth"))
    st.write(
        _(
            "A pin alone claims too much. The model also draws the smallest regions that are meant "
            "to hold half and nine tenths of the truths, fitted on val. Of {photos:,} {split} "
            "photos they held:",
            photos=scores.photos,
            split=split_name(card.split),
        )
    )
    st.dataframe(
        [
            {
                _("Region"): formatted(region.share / 100, ".0%"),
                _("Truths held"): whole_percent(region.held),
                _("95% interval"): interval(Share(region.held, *region.interval)),
                _("Usual size"): area_text(region.km2),
            }
            for region in scores.regions
        ],
        hide_index=True,
    )
    if scores.ood is not None:
        st.write(_ood(card.split, scores.ood))


def _ood(split: str, ood: OodScores) -> str:
    """How often a photo's looks tell rightly whether it is of the city."""
    told = {"split": split_name(split), "kept": whole_percent(ood.kept)}
    if ood.refused is None:
        return _(
            "A photo that looks little like the training photos gets a grey pin: {kept} of the "
            "city's own {split} photos keep theirs.",
            **told,
        )
    return _(
        "A photo that looks little like the training photos gets a grey pin: {kept} of the city's "
        "own {split} photos keep theirs, and {refused} of photos from anywhere else are refused.",
        **told,
        refused=whole_percent(ood.refused),
    )


def _coverage(checkpoint: Release) -> None:
    coverage = checkpoint.coverage
    if coverage is None:
        return untold(_("Where its training photos lie"))
    filled = int((coverage.counts > 0).sum())
    st.write(
        _(
            "Where its {photos:,} training photos lie: a square is the stronger the more photos it "
            "holds. {filled:,} of {squares:,} squares hold any; of the others the model knows "
            "nothing.",
            photos=int(coverage.counts.sum()),
            filled=filled,
            squares=coverage.counts.size,
        )
    )
    leaflet(
        base_map(checkpoint.city, coverage, streets=checkpoint.streets, covered=True),
        f"coverage {checkpoint.folder.name}",
        _MAP_PX,
    )
