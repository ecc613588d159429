"""What a model is good at and where it fails, in plain words made of its card and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from geoloc.card import CityScores, CountryScores, Share, class_sizes
from geoloc.checkpoint import Checkpoint
from geoloc.countries import name
from geoloc.draw.charts import whole_percent
from geoloc.draw.maps import distance_text

FEW_PHOTOS = 10
"""Fewer test photos of a country than this say next to nothing of it."""

FEW_TO_LEARN = 50
"""Fewer training photos of a country than this are little to learn from."""

_LISTED = 8
_PREFERRED = 1.5  # times as many answers as photos: a country that a model is too fond of


def in_100(share: float) -> str:
    """A share as people count: "31 times in 100"."""
    times = round(100 * share)
    if times == 0:
        return "never" if share == 0 else "less than once in 100"
    return "once in 100" if times == 1 else f"{times} times in 100"


def country_claim(checkpoint: Checkpoint, scores: CountryScores | None) -> str:
    """How often a country model is right, beside always giving the most frequent answer."""
    if scores is None or scores.top1 is None:
        return "How often it is right has not been measured."
    told = (
        f"On {_photos(scores)}, its first answer is right "
        f"**{in_100(scores.top1.value)}**{_between(scores.top1)}."
    )
    constant = scores.always.get("top1")
    if constant is None:
        return told
    return f"{told} {favourite(checkpoint)} would be right {in_100(constant)}{_unproven(scores)}."


def favourite(checkpoint: Checkpoint) -> str:
    """What an answer that never changes is called."""
    counts, _ = class_sizes(checkpoint)
    if not counts:
        return "Always giving the most frequent answer"
    return f"Always answering “{name(max(counts, key=counts.get))}”"


def city_claim(scores: CityScores | None) -> str:
    """How far a city model's pins are off, beside always marking the middle."""
    if scores is None or 50 not in scores.errors.percentiles:
        return "How far its pins are off has not been measured."
    interval = scores.median_interval
    between = f" (95% interval: {' to '.join(map(distance_text, interval))})" if interval else ""
    told = (
        f"On {_photos(scores)}, half of its pins are within "
        f"**{distance_text(scores.errors.percentiles[50])}** of the truth{between}."
    )
    if scores.middle is None or 50 not in scores.middle.percentiles:
        return told
    middle = distance_text(scores.middle.percentiles[50])
    return f"{told} Always marking the middle of the training photos comes within {middle}."


def country_limits(checkpoint: Checkpoint, scores: CountryScores | None) -> list[str]:
    """What to keep in mind about a country model, a sentence each."""
    known = len(checkpoint.classes)
    told = [
        f"It knows {known} countries and always names one of them, also for a photo from elsewhere."
    ]
    if scores is None:
        return told
    told += [*_never(scores), *_few(scores), *_fond(scores), *_learnt(checkpoint)]
    if scores.set_size is not None:
        told.append(
            f"To hold the right country nine times in ten, its list has to name "
            f"{scores.set_size:.0f} of the {known} countries on average."
        )
    if scores.ece is not None:
        told.append(
            f"How sure it says it is differs from how often it is right by "
            f"{100 * scores.ece:.0f} percentage points on average."
        )
    if checkpoint.card.get("calibration", {}).get("on") == "val":
        told.append("Its probabilities were set right on validation photos of the same data set.")
    if scores.split != "test":
        told.append("It has not been measured on test photos: expect it to be worse than it says.")
    return told


def city_limits(checkpoint: Checkpoint, scores: CityScores | None) -> list[str]:
    """What to keep in mind about a city model, a sentence each."""
    city = checkpoint.city
    told = [
        f"It puts every photo into {city.title}, wherever it was taken: a box of "
        f"{city.box.width_m / 1000:.1f} × {city.box.height_m / 1000:.1f} km."
    ]
    if scores is None:
        return told
    if scores.gain is not None and scores.gain[1] <= 0:
        told.append(
            "It has **not been shown to do better** than always marking the middle of the "
            "training photos: don't rely on its pin."
        )
    near = scores.errors.within.get(250)
    if near is not None:
        some = f"{whole_percent(near)} of its pins are" if near else "None of its pins is"
        told.append(f"{some} within 250 m of the truth.")
    if scores.places and scores.places < scores.photos:
        told.append(
            f"The {scores.photos:,} photos show {scores.places:,} places only; the interval takes "
            "that into account."
        )
    if scores.split != "test":
        told.append("It has not been measured on test photos: expect it to be worse than it says.")
    return told


def listed(codes: Sequence[str], most: int = _LISTED) -> str:
    """Countries by name: "Chile, Peru and 5 more"."""
    names = [name(code) for code in codes[:most]]
    if len(codes) > most:
        return f"{', '.join(names)} and {len(codes) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _photos(scores: CountryScores | CityScores) -> str:
    """Which photos the scores are of."""
    places = f" of {scores.places:,} places" if scores.places else ""
    if scores.split == "test":
        return f"{scores.photos:,} test photos{places} that it had never seen"
    return (
        f"{scores.photos:,} validation photos{places}, which also decided when its training ended"
    )


def _between(share: Share) -> str:
    if share.low is None or share.high is None:
        return ""
    return f" (95% interval: {100 * share.low:.0f} to {100 * share.high:.0f})"


def _unproven(scores: CountryScores) -> str:
    share, constant = scores.top1, scores.always["top1"]
    if share.low is None or share.high is None or not share.low <= constant <= share.high:
        return ""
    return ", which the interval does not exclude"


def _never(scores: CountryScores) -> list[str]:
    never = sorted((row for row in scores.countries if not row.right), key=lambda r: -r.photos)
    if not never:
        return []
    return [
        f"Of the {_countries(scores.countries)} in these photos it never recognised "
        f"{len(never)}: {listed([row.code for row in never])}."
    ]


def _few(scores: CountryScores) -> list[str]:
    few = [row.code for row in scores.countries if row.photos < FEW_PHOTOS]
    if not few:
        return []
    return [
        f"There are fewer than {FEW_PHOTOS} photos to measure it with for {_countries(few)}: "
        "what is said of them is hardly more than chance."
    ]


def _fond(scores: CountryScores) -> list[str]:
    if scores.confusion is None:
        return []
    answers = scores.confusion.answers()
    code = max(answers, key=answers.get)
    row = next((row for row in scores.countries if row.code == code), None)
    taken = row.photos if row else 0
    if answers[code] < _PREFERRED * taken:
        return []
    return [
        f"It is too fond of one answer: “{name(code)}” for "
        f"{whole_percent(answers[code] / scores.photos)} of the photos, though "
        f"{whole_percent(taken / scores.photos)} were taken there."
    ]


def _learnt(checkpoint: Checkpoint) -> list[str]:
    counts, _ = class_sizes(checkpoint)
    few = sorted((c for c in counts if counts[c] < FEW_TO_LEARN), key=counts.get)
    if not few:
        return []
    return [
        f"It learnt {_countries(few)} from fewer than {FEW_TO_LEARN} photos each, the fewest of "
        f"{listed(few, 3)}."
    ]


def _countries(some: Sequence[object]) -> str:
    return f"{len(some)} countr{'y' if len(some) == 1 else 'ies'}"
