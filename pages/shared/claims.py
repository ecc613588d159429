"""Sentences on how good a model is, made of what its card says and nothing else."""

from __future__ import annotations

from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.draw.maps import distance_text
from geoloc.models.card import (
    CityScores,
    CountryScores,
    Share,
    city_scores,
    class_sizes,
    country_scores,
)
from geoloc.models.release import Checkpoint
from pages.language import N_, _
from pages.shared.frame import plain

_OF_PHOTOS = {
    "test": N_("{photos:,} test photos that it had never seen"),
    "val": N_("{photos:,} validation photos, which also decided when its training ended"),
}
_OF_PLACES = {
    "test": N_("{photos:,} test photos of {places:,} places that it had never seen"),
    "val": N_(
        "{photos:,} validation photos of {places:,} places, which also decided when its training "
        "ended"
    ),
}
_BESIDE = N_("{answer} would have been right for {constant}.")
_NO_BETTER = N_(
    "{answer} would have been right for {constant}, which the interval does not exclude."
)
_UNPROVEN = N_(
    "It has not been shown to do better than the middle of the training photos: **don't rely on "
    "its pin**."
)


def country_claim(checkpoint: Checkpoint) -> str:
    """How often a country model is right, beside always giving the most frequent answer."""
    scores = country_scores(checkpoint)
    title = plain(checkpoint.title)
    if scores is None or scores.top1 is None:
        return _("How often {model} is right has not been measured.", model=title)
    right = _right(title, scores, scores.top1)
    constant = scores.always.get("top1")
    if constant is None:
        return right
    beside = _(
        _NO_BETTER if _holds(scores.top1, constant) else _BESIDE,
        answer=favourite(checkpoint),
        constant=percent(constant),
    )
    return f"{right} {beside}"


def city_claim(checkpoint: Checkpoint) -> str:
    """How far a city model's pins are off, beside always marking the middle."""
    scores = city_scores(checkpoint)
    if scores is None or 50 not in scores.errors.percentiles:
        return _("How far {model} is off has not been measured.", model=plain(checkpoint.title))
    told = [_half_within(scores)]
    if 90 in scores.errors.percentiles:
        most = distance_text(scores.errors.percentiles[90])
        told.append(_("Nine in ten were within **{distance}**.", distance=most))
    if scores.middle and 50 in scores.middle.percentiles:
        told.append(
            _(
                "Always marking the middle of the training photos comes within {distance} for "
                "half.",
                distance=distance_text(scores.middle.percentiles[50]),
            )
        )
    if scores.gain is None or scores.gain[1] <= 0:
        told.append(_(_UNPROVEN))
    return " ".join(told)


def favourite(checkpoint: Checkpoint) -> str:
    """What an answer that never changes is called."""
    counts, _items = class_sizes(checkpoint)
    if not counts:
        return _("Always giving the most frequent answer")
    return _("Always answering “{country}”", country=name(max(counts, key=counts.get)))


def _right(title: str, scores: CountryScores, top1: Share) -> str:
    told = {"photos": _photos(scores), "model": title, "share": percent(top1.value)}
    if top1.low is None or top1.high is None:
        return _("On {photos}, {model} named the right country for **{share}**.", **told)
    return _(
        "On {photos}, {model} named the right country for **{share}** (95% interval: {low} to "
        "{high}).",
        **told,
        low=percent(top1.low),
        high=percent(top1.high),
    )


def _holds(share: Share, constant: float) -> bool:
    """Whether the interval holds what an answer that never changes reaches."""
    return share.low is not None and share.high is not None and share.low <= constant <= share.high


def _half_within(scores: CityScores) -> str:
    told = {
        "photos": _photos(scores),
        "distance": distance_text(scores.errors.percentiles[50]),
    }
    if not scores.median_interval:
        return _("On {photos}, half of the pins were within **{distance}** of the truth.", **told)
    low, high = map(distance_text, scores.median_interval)
    return _(
        "On {photos}, half of the pins were within **{distance}** of the truth (95% interval: "
        "{low} to {high}).",
        **told,
        low=low,
        high=high,
    )


def _photos(scores: CountryScores | CityScores) -> str:
    """Which photos the scores are of."""
    told = _OF_PLACES if scores.places else _OF_PHOTOS
    return _(told[scores.split], photos=scores.photos, places=scores.places)
