"""Sentences on how good a model is, made of what its card says and nothing else."""

from __future__ import annotations

from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.draw.maps import distance_text
from geoloc.models.card import (
    CityCard,
    CityScores,
    CountryCard,
    EnsembleCard,
    Scores,
    Share,
)
from geoloc.models.release import Release
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


def country_claim(checkpoint: Release) -> str:
    """How often a country model is right, beside always giving the most frequent answer."""
    card, title = checkpoint.country_card, plain(checkpoint.title)
    top1 = card.scores and card.scores.share("top1")
    if card.scores is None or top1 is None:
        return _("How often {model} is right has not been measured.", model=title)
    right = _right(title, card, top1)
    constant = card.scores.baseline.top1
    if constant is None:
        return right
    beside = _(
        _NO_BETTER if _holds(top1, constant) else _BESIDE,
        answer=favourite(checkpoint),
        constant=percent(constant),
    )
    return f"{right} {beside}"


def city_claim(checkpoint: Release) -> str:
    """How far a city model's pins are off, beside always marking the middle."""
    scores = checkpoint.city_card.scores
    if scores is None or 50 not in scores.errors.percentiles:
        return _("How far {model} is off has not been measured.", model=plain(checkpoint.title))
    told = [_half_within(checkpoint.city_card, scores)]
    if 90 in scores.errors.percentiles:
        most = distance_text(scores.errors.percentiles[90])
        told.append(_("Nine in ten were within **{distance}**.", distance=most))
    if scores.baseline.p50 is not None:
        told.append(
            _(
                "Always marking the middle of the training photos comes within {distance} for "
                "half.",
                distance=distance_text(scores.baseline.p50),
            )
        )
    if scores.gain is None or scores.gain[1] <= 0:
        told.append(_(_UNPROVEN))
    return " ".join(told)


def favourite(checkpoint: Release) -> str:
    """What an answer that never changes is called."""
    counts, _items = checkpoint.card.data.class_sizes
    if not counts:
        return _("Always giving the most frequent answer")
    return _("Always answering “{country}”", country=name(max(counts, key=counts.get)))


def _right(title: str, card: CountryCard | EnsembleCard, top1: Share) -> str:
    told = {
        "photos": _photos(card.split, card.scores),
        "model": title,
        "share": percent(top1.value),
    }
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


def _half_within(card: CityCard, scores: CityScores) -> str:
    told = {
        "photos": _photos(card.split, scores),
        "distance": distance_text(scores.errors.percentiles[50]),
    }
    if not scores.p50_interval:
        return _("On {photos}, half of the pins were within **{distance}** of the truth.", **told)
    low, high = map(distance_text, scores.p50_interval)
    return _(
        "On {photos}, half of the pins were within **{distance}** of the truth (95% interval: "
        "{low} to {high}).",
        **told,
        low=low,
        high=high,
    )


def _photos(split: str, scores: Scores) -> str:
    """Which photos the scores are of."""
    told = _OF_PLACES if scores.places else _OF_PHOTOS
    return _(told[split], photos=scores.photos, places=scores.places)
