"""Sentences on how good a model is, made of what its card says and nothing else."""

from __future__ import annotations

from geoloc.card import measured
from geoloc.checkpoint import Checkpoint
from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.draw.maps import distance_text
from geoloc.language import N_, _

_SPLITS = {
    "test": N_("{photos:,} test photos that it had never seen"),
    "val": N_("{photos:,} validation photos, which also decided when its training ended"),
}
_RIGHT = N_(
    "On {photos}, {model} named the right country for **{share}** (95% interval: {low} to {high}). "
    "{answer} would have been right for {constant}."
)
_RIGHT_UNPROVEN = N_(
    "On {photos}, {model} named the right country for **{share}** (95% interval: {low} to {high}). "
    "{answer} would have been right for {constant}, which the interval does not exclude."
)
_OFF = N_(
    "On {photos}, half of the pins were within **{half}** of the truth and nine in ten within "
    "**{most}**. Always marking the middle of the training photos comes within {middle} for half."
)
_UNPROVEN = N_("It has not been shown to do better: **don't rely on its pin**.")


def country_claim(checkpoint: Checkpoint) -> str:
    """How often a country model is right, beside always giving the most frequent answer."""
    split, scores = measured(checkpoint)
    if split is None:
        return _("How often {model} is right has not been measured.", model=checkpoint.title)
    low, high = scores["top1_interval"]
    constant = scores["baseline"]["top1"]
    return _(
        _RIGHT_UNPROVEN if low <= constant <= high else _RIGHT,
        photos=_(_SPLITS[split], photos=scores["photos"]),
        model=checkpoint.title,
        share=percent(scores["top1"]),
        low=percent(low),
        high=percent(high),
        answer=_constant(checkpoint),
        constant=percent(constant),
    )


def city_claim(checkpoint: Checkpoint) -> str:
    """How far a city model's pins are off, beside always marking the middle."""
    split, scores = measured(checkpoint)
    if split is None:
        return _("How far {model} is off has not been measured.", model=checkpoint.title)
    told = _(
        _OFF,
        photos=_(_SPLITS[split], photos=scores["photos"]),
        half=distance_text(scores["p50"]),
        most=distance_text(scores["p90"]),
        middle=distance_text(scores["baseline"]["p50"]),
    )
    least_gain, _most_gain = scores["gain_p50_interval"]
    return f"{told} {_(_UNPROVEN)}" if least_gain <= 0 else told


def _constant(checkpoint: Checkpoint) -> str:
    counts = checkpoint.card["data"].get("countries", {}).get("train")
    if not counts:
        return _("Always giving the most frequent answer")
    return _("Always answering “{country}”", country=name(max(counts, key=counts.get)))
