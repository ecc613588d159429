"""What to keep in mind about a model, in plain words made of its card and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from geoloc.countries import name
from geoloc.draw.charts import whole_percent
from geoloc.models.card import CityScores, CountryScores
from geoloc.models.release import Release
from pages.language import N_, _, ngettext
from pages.shared.frame import plain

FEW_PHOTOS = 10
"""Fewer test photos of a country than this say next to nothing of it."""

FEW_TO_LEARN = 50
"""Fewer training photos of a country than this are little to learn from."""

_LISTED = 8
_PREFERRED = 1.5  # times as many answers as photos: a country that a model is too fond of

_UNTESTED = N_("It has not been measured on test photos: expect it to be worse than it says.")


def country_limits(checkpoint: Release, scores: CountryScores | None) -> list[str]:
    """What to keep in mind about a country model, a sentence each."""
    known = len(checkpoint.classes)
    told = [
        _(
            "It knows {known} countries and always names one of them, also for a photo from "
            "elsewhere.",
            known=known,
        )
    ]
    if scores is None:
        return told
    told += [*_never(scores), *_few(scores), *_fond(checkpoint, scores), *_learnt(checkpoint)]
    if scores.set_size is not None:
        told.append(
            _(
                "To hold the right country nine times in ten, its set has to name {size:.0f} of "
                "the {known} countries on average.",
                size=scores.set_size,
                known=known,
            )
        )
    if scores.ece is not None:
        told.append(
            _(
                "How sure it says it is differs from how often it is right by {points:.0f} "
                "percentage points on average.",
                points=100 * scores.ece,
            )
        )
    if checkpoint.country_card.calibration.on == "val":
        told.append(
            _("Its probabilities were set right on validation photos of the same data set.")
        )
    if checkpoint.card.split != "test":
        told.append(_(_UNTESTED))
    return told


def city_limits(checkpoint: Release, scores: CityScores | None) -> list[str]:
    """What to keep in mind about a city model, a sentence each."""
    city = checkpoint.city
    told = [
        _(
            "It puts every photo into {city}, wherever it was taken: a box of {wide:.1f} × "
            "{high:.1f} km.",
            city=plain(city.title),
            wide=city.box.width_m / 1000,
            high=city.box.height_m / 1000,
        )
    ]
    if scores is None:
        return told
    near = scores.errors.within.get(250)
    if near is not None:
        told.append(
            _("{share} of its pins are within 250 m of the truth.", share=whole_percent(near))
            if near
            else _("None of its pins is within 250 m of the truth.")
        )
    if scores.places and scores.places < scores.photos:
        told.append(
            _(
                "The {photos:,} photos show {places:,} places only; the interval takes that into "
                "account.",
                photos=scores.photos,
                places=scores.places,
            )
        )
    if checkpoint.card.split != "test":
        told.append(_(_UNTESTED))
    return told


def listed(codes: Sequence[str], most: int = _LISTED) -> str:
    """Countries by name: "Chile, Peru and 5 more"."""
    names = [name(code) for code in codes[:most]]
    if len(codes) > most:
        return _("{names} and {n} more", names=", ".join(names), n=len(codes) - most)
    if len(names) == 1:
        return names[0]
    return _("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])


def _never(scores: CountryScores) -> list[str]:
    never = sorted((row for row in scores.countries if not row.right), key=lambda r: -r.photos)
    if not never:
        return []
    return [
        ngettext(
            "Of the {n} country in these photos it never recognised {never}: {names}.",
            "Of the {n} countries in these photos it never recognised {never}: {names}.",
            len(scores.countries),
            never=len(never),
            names=listed([row.code for row in never]),
        )
    ]


def _few(scores: CountryScores) -> list[str]:
    few = [row.code for row in scores.countries if row.photos < FEW_PHOTOS]
    if not few:
        return []
    return [
        ngettext(
            "There are fewer than {few} photos to measure it with for {n} country: what is said of "
            "them is hardly more than chance.",
            "There are fewer than {few} photos to measure it with for {n} countries: what is said "
            "of them is hardly more than chance.",
            len(few),
            few=FEW_PHOTOS,
        )
    ]


def _fond(checkpoint: Release, scores: CountryScores) -> list[str]:
    confusion = checkpoint.country_card.confusion
    if confusion is None:
        return []
    answers = confusion.answers()
    code = max(answers, key=answers.get)
    row = next((row for row in scores.countries if row.code == code), None)
    taken = row.photos if row else 0
    if answers[code] < _PREFERRED * taken:
        return []
    return [
        _(
            "It is too fond of one answer: “{country}” for {answered} of the photos, though "
            "{taken} were taken there.",
            country=name(code),
            answered=whole_percent(answers[code] / scores.photos),
            taken=whole_percent(taken / scores.photos),
        )
    ]


def _learnt(checkpoint: Release) -> list[str]:
    counts, _items = checkpoint.card.data.class_sizes
    few = sorted((c for c in counts if counts[c] < FEW_TO_LEARN), key=counts.get)
    if not few:
        return []
    return [
        ngettext(
            "It learnt {n} country from fewer than {few} photos each, the fewest of {names}.",
            "It learnt {n} countries from fewer than {few} photos each, the fewest of {names}.",
            len(few),
            few=FEW_TO_LEARN,
            names=listed(few, 3),
        )
    ]
