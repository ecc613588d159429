"""A card in short: what the model is, its scores beside the baseline, and what to keep in mind."""

from __future__ import annotations

import streamlit as st
from babel.dates import format_date

from geoloc.draw.charts import interval, whole_percent
from geoloc.draw.maps import distance_text
from geoloc.models.card import (
    CityScores,
    CountryScores,
    Share,
)
from geoloc.models.release import Release
from pages.language import N_, _, formatted, language
from pages.models.sentences import city_limits, country_limits
from pages.shared.claims import city_claim, country_claim
from pages.shared.frame import note, plain

_TILE_PX = 150


def head(checkpoint: Release, found: list[Release]) -> None:
    """The short form of a card.

    Args:
        checkpoint: whose card.
        found: all models, among them those that an ensemble answers by.
    """
    note(" · ".join(facts(checkpoint)))
    if checkpoint.members:
        _members(checkpoint, found)
    if checkpoint.classes:
        scores = checkpoint.country_card.scores
        st.write(country_claim(checkpoint))
        if scores is not None:
            _tiles(_country_tiles(scores))
        limits = country_limits(checkpoint, scores)
    else:
        scores = checkpoint.city_card.scores
        st.write(city_claim(checkpoint))
        if scores is not None:
            _tiles(_city_tiles(scores))
        limits = city_limits(checkpoint, scores)
    with st.expander(_("Keep in mind"), icon=":material/info:"):
        st.markdown("\n".join(f"- {limit}" for limit in limits))


def facts(checkpoint: Release) -> list[str]:
    """What a model is, was made of and takes, in a few words each."""
    card = checkpoint.card
    told = [
        _("Names one of {count} countries", count=len(checkpoint.classes))
        if checkpoint.classes
        else _("Puts a pin in {city}", city=plain(checkpoint.city.title))
    ]
    photos = card.data.photos.get("train")
    if photos:
        data = plain(str(card.data.name))
        told.append(_("learnt from {photos:,} photos of “{data}”", photos=photos, data=data))
    parameters = card.network.parameters
    if parameters:
        told.append(_("{n:,} parameters", n=parameters))
    size = checkpoint.weights_bytes
    if size:
        told.append(_("{size:.1f} MB", size=size / 1e6))
    trained = card.provenance.trained
    if trained:
        day = format_date(trained, "d MMMM y", locale=language())
        told.append(_("trained {day}", day=day))
    return told


def _members(checkpoint: Release, found: list[Release]) -> None:
    titles = {other.folder.name: other.title for other in found}
    parts = [
        _("{title} ({weight})", title=plain(titles[name]), weight=whole_percent(weight))
        if name in titles
        else _(
            "{title} ({weight}), which is missing here",
            title=plain(name),
            weight=whole_percent(weight),
        )
        for name, weight in sorted(checkpoint.members.items(), key=lambda item: -item[1])
    ]
    st.write(
        _(
            "It has no network of its own: it averages the answers of {members}.",
            members=_("; ").join(parts),
        )
    )


def _tiles(tiles: list[tuple[str, str, str, str]]) -> None:
    """Scores in large type: label, value, interval, and what it means."""
    grid = st.grid(4, min_column_width=_TILE_PX, gap="small")
    for label, value, between, meaning in tiles:
        with grid.cell():
            st.metric(
                label,
                value,
                delta=between or None,
                delta_color="off",
                delta_arrow="off",
                help=meaning,
            )


def _country_tiles(scores: CountryScores) -> list[tuple[str, str, str, str]]:
    shares: list[tuple[str, Share | None, str]] = [
        (
            N_("Test accuracy"),
            scores.share("top1"),
            N_("Top-1: the share of photos whose country comes first."),
        ),
        (
            N_("Among the first five"),
            scores.share("top5"),
            N_("Top-5: the country is one of the first five."),
        ),
        (
            N_("Mean over countries"),
            scores.share("macro_recall"),
            N_(
                "Macro recall: the share recognised of each country, averaged over the countries, "
                "so that a rare one counts as much as a frequent one."
            ),
        ),
    ]
    tiles = [
        (_(label), whole_percent(share.value), interval(share), _(meaning))
        for label, share, meaning in shares
        if share is not None
    ]
    if scores.set_size is not None:
        held = scores.set_coverage
        tiles.append(
            (
                _("Countries in the 90 % set"),
                formatted(scores.set_size, ".1f"),
                "" if held is None else _("right for {share}", share=whole_percent(held)),
                _(
                    "How many countries the set has on average that is to hold the right one "
                    "nine times in ten, and how often it did."
                ),
            )
        )
    return tiles


def _city_tiles(scores: CityScores) -> list[tuple[str, str, str, str]]:
    errors = scores.errors.percentiles
    tiles = []
    if 50 in errors:
        tiles.append(
            (
                _("Median error"),
                distance_text(errors[50]),
                _distances(scores.p50_interval),
                _("Half of the pins are closer."),
            )
        )
    if 90 in errors:
        tiles.append(
            (_("90% within"), distance_text(errors[90]), "", _("Nine pins in ten are closer."))
        )
    if scores.gain is not None:
        metres, low, high = scores.gain
        tiles.append(
            (
                _("Better than the middle by"),
                _("{m:,.0f} m", m=metres),
                _("{low:,.0f} to {high:,.0f} m", low=low, high=high),
                _(
                    "The median error of always marking the middle of the training photos, less "
                    "the model's. Below 0 the middle is better."
                ),
            )
        )
    if scores.skill is not None:
        tiles.append(
            (
                _("Skill"),
                formatted(scores.skill, ".0%"),
                "",
                _(
                    "The share of the middle's median error that the model saves: 0% is no better "
                    "than the middle, 100% is perfect."
                ),
            )
        )
    return tiles


def _distances(ends: tuple[float, float] | None) -> str:
    """An interval for people: "310 m to 420 m"; nothing where none is known."""
    if ends is None:
        return ""
    low, high = map(distance_text, ends)
    return _("{low} to {high}", low=low, high=high)
