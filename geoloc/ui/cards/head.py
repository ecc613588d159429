"""A card in short: what the model is, its scores beside the baseline, and what to keep in mind."""

from __future__ import annotations

from datetime import date

import streamlit as st

from geoloc.card import (
    CityScores,
    CountryScores,
    Share,
    city_scores,
    country_scores,
    weights_bytes,
)
from geoloc.checkpoint import Checkpoint
from geoloc.draw.charts import interval, whole_percent
from geoloc.draw.maps import distance_text
from geoloc.ui.cards.sentences import city_claim, city_limits, country_claim, country_limits
from geoloc.ui.frame import note, plain

_TILE_PX = 150


def head(checkpoint: Checkpoint, found: list[Checkpoint]) -> None:
    """The short form of a card.

    Args:
        checkpoint: whose card.
        found: all models, among them those that an ensemble answers by.
    """
    note(" · ".join(facts(checkpoint)))
    if checkpoint.members:
        _members(checkpoint, found)
    if checkpoint.task == "country":
        scores = country_scores(checkpoint)
        st.write(country_claim(checkpoint, scores))
        if scores is not None:
            _tiles(_country_tiles(scores))
        limits = country_limits(checkpoint, scores)
    else:
        scores = city_scores(checkpoint)
        st.write(city_claim(scores))
        if scores is not None:
            _tiles(_city_tiles(scores))
        limits = city_limits(checkpoint, scores)
    st.markdown("**Keep in mind**\n\n" + "\n".join(f"- {limit}" for limit in limits))


def facts(checkpoint: Checkpoint) -> list[str]:
    """What a model is, was made of and takes, in a few words each."""
    card = checkpoint.card
    told = [
        f"Names one of {len(checkpoint.classes)} countries"
        if checkpoint.task == "country"
        else f"Puts a pin in {plain(checkpoint.city.title)}"
    ]
    photos = card["data"].get("photos", {}).get("train")
    if photos:
        told.append(f"learnt from {photos:,} photos of “{plain(str(card['data'].get('name')))}”")
    parameters = card["network"].get("parameters")
    if parameters:
        told.append(f"{parameters:,} parameters")
    size = weights_bytes(checkpoint)
    if size:
        told.append(f"{size / 1e6:.1f} MB")
    trained = card.get("provenance", {}).get("trained")
    if trained:
        day = date.fromisoformat(trained)
        told.append(f"trained {day.day} {day:%B %Y}")
    return told


def _members(checkpoint: Checkpoint, found: list[Checkpoint]) -> None:
    titles = {other.folder.name: other.title for other in found}
    parts = [
        f"{plain(titles.get(name, name))} ({whole_percent(weight)})"
        + ("" if name in titles else ", which is missing here")
        for name, weight in sorted(checkpoint.members.items(), key=lambda item: -item[1])
    ]
    st.write(f"It has no network of its own: it averages the answers of {'; '.join(parts)}.")


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
            "First answer right",
            scores.top1,
            "Top-1: the share of photos whose country comes first.",
        ),
        ("Among the first five", scores.top5, "Top-5: the country is one of the first five."),
        (
            "Mean over countries",
            scores.macro_recall,
            "Macro recall: the share recognised of each country, averaged over the countries, so "
            "that a rare one counts as much as a frequent one.",
        ),
    ]
    tiles = [
        (label, whole_percent(share.value), interval(share), meaning)
        for label, share, meaning in shares
        if share is not None
    ]
    if scores.set_size is not None:
        held = scores.set_coverage
        tiles.append(
            (
                "Countries in a 90% list",
                f"{scores.set_size:.1f}",
                f"right for {whole_percent(held.value)}" if held else "",
                "How many countries the list names on average that is to hold the right one nine "
                "times in ten, and how often it did.",
            )
        )
    return tiles


def _city_tiles(scores: CityScores) -> list[tuple[str, str, str, str]]:
    errors = scores.errors.percentiles
    between = scores.median_interval
    tiles = []
    if 50 in errors:
        ends = " to ".join(map(distance_text, between)) if between else ""
        tiles.append(
            ("Median error", distance_text(errors[50]), ends, "Half of the pins are closer.")
        )
    if 90 in errors:
        tiles.append(("90% within", distance_text(errors[90]), "", "Nine pins in ten are closer."))
    if scores.gain is not None:
        metres, low, high = scores.gain
        tiles.append(
            (
                "Better than the middle by",
                f"{metres:,.0f} m",
                f"{low:,.0f} to {high:,.0f} m",
                "The median error of always marking the middle of the training photos, less the "
                "model's. Below 0 the middle is better.",
            )
        )
    if scores.skill is not None:
        tiles.append(
            (
                "Skill",
                f"{scores.skill:.0%}",
                "",
                "The share of the middle's median error that the model saves: 0% is no better "
                "than the middle, 100% is perfect.",
            )
        )
    return tiles
