"""How far a model follows its explanations, on average: what its card says of each method.

Deletion and insertion (Petsiuk et al. 2018, arXiv:1806.07421) beside random maps and maps of the
middle; and, as a check of sanity, how like each method's maps are to those of the same network with
random weights (Adebayo et al. 2018, arXiv:1810.03292), which a true explanation should not be.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.stats import spearmanr
from tqdm import tqdm

from geoloc.explain import PinCam, explainers
from geoloc.explain.faithfulness import (
    SIGMA,
    STEPS,
    PerturbationCurves,
    Score,
    centre_map,
    country_score,
    measure,
    pin_score,
    random_map,
)
from geoloc.models.card import Areas, Explanations, Record
from geoloc.models.release import Release
from geoloc.networks import GeoNetwork, build
from geoloc.tasks.city import open_city
from geoloc.tasks.country import CountryClassifier
from training.data import Data, DataError
from training.evaluation.metrics import bootstrap, mean_of
from training.tasks.base import training_of

PHOTOS = 200
SPLIT = "val"
_BATCH = 25

Way = tuple[str, str]
"""A method's name and a layer."""


@dataclass(frozen=True)
class Explained:
    """One photo to explain.

    Attributes:
        place: what its views share, for intervals that know how many places there were.
        band: prepared, uint8 (H, W, 3).
        maps: each way's map, float32 (h, w).
        untrained: the same of the network with random weights.
        score: what is left of the explained answer.
    """

    place: str
    band: np.ndarray
    maps: dict[Way, np.ndarray]
    untrained: dict[Way, np.ndarray]
    score: Score


def explain(
    checkpoint: Release, data: Data, device: torch.device, photos: int = PHOTOS, seed: int = 0
) -> Explanations | None:
    """What a card says of its explanations; None for an ensemble, whose members have their own.

    Raises:
        DataError: if the card describes other data.
    """
    if data.fingerprint != checkpoint.card.data.fingerprint:
        raise DataError(
            f"{data.name} is not the data that the card of {checkpoint.name} describes: its val "
            "photos may be among those that the model learnt from."
        )
    if checkpoint.members:
        return None
    rows = over_places(data, photos, seed)
    explained = training_of(checkpoint.task).explained(checkpoint, data, rows, device)
    bar = tqdm(explained, "explanations", len(rows), unit="photo", disable=None)
    records = summary(bar, seed)
    if not records:
        return None
    return Explanations(on=SPLIT, photos=len(rows), steps=STEPS, blur=SIGMA, methods=tuple(records))


def report(checkpoint: Release) -> str:
    """What a card says of its explanations, for a terminal; what beats random maps has a star."""
    lines = [
        f"  {record.method:<20}{record.layer:<16}gain {record.map.gain:8.3f}   "
        f"over random {_interval(record.over_random)}{'*' if record.beats_random else ' '}   "
        f"over the middle {_interval(record.over_centre)}   tenth {record.map.tenth:.3f} "
        f"(random {record.random.tenth:.3f})   like untrained {record.untrained:.2f}"
        for record in checkpoint.card.records.values()
    ]
    return "\n".join([f"explanations of {checkpoint.name} on {SPLIT}", *lines])


def _interval(estimate: tuple[float, float, float]) -> str:
    value, low, high = estimate
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def over_places(data: Data, photos: int, seed: int) -> np.ndarray:
    """Row numbers of so many photos of val, or of all: a place gives a second when all gave one."""
    rows = np.random.default_rng(seed).permutation(data.frames.of_split(SPLIT))
    turn = data.frames.table.iloc[rows].groupby("group").cumcount().to_numpy()
    return np.sort(rows[np.argsort(turn, kind="stable")[:photos]])


def summary(explained: Iterator[Explained], seed: int) -> list[Record]:
    """What was measured of each way, in the order of the first photo's."""
    rng = np.random.default_rng(seed)
    by_way: dict[
        Way, list[tuple[PerturbationCurves, PerturbationCurves, PerturbationCurves, float]]
    ] = {}
    groups = []
    for photo in explained:
        groups.append(photo.place)
        # Ways with as many cells share their random map and their middle.
        grids = sorted({values.shape for values in photo.maps.values()})
        others = {grid: (random_map(grid, rng), centre_map(grid)) for grid in grids}
        own, places = _distinct(list(photo.maps.values()))
        maps = [*own, *(each for pair in others.values() for each in pair)]
        curves = measure(photo.score, photo.band, maps)
        rest = iter(curves[len(own) :])
        by_grid = {grid: (next(rest), next(rest)) for grid in grids}
        for (way, values), place in zip(photo.maps.items(), places, strict=True):
            alike = _alike(values, photo.untrained[way])
            row = (curves[place], *by_grid[values.shape], alike)
            by_way.setdefault(way, []).append(row)
    return [_record(way, rows, np.array(groups)) for way, rows in by_way.items()]


def _distinct(maps: Sequence[np.ndarray]) -> tuple[list[np.ndarray], list[int]]:
    """Maps without those that repeat an earlier one, and where each of all stands among them.

    After the last block of a network that ends in a mean, Grad-CAM is the class activation map.
    """
    kept: list[np.ndarray] = []
    places = []
    for values in maps:
        near = 1e-4 * float(np.abs(values).max())
        same = (
            number
            for number, other in enumerate(kept)
            if other.shape == values.shape and np.allclose(other, values, rtol=0, atol=near)
        )
        places.append(next(same, len(kept)))
        if places[-1] == len(kept):
            kept.append(values)
    return kept, places


def _record(
    way: Way,
    rows: list[tuple[PerturbationCurves, PerturbationCurves, PerturbationCurves, float]],
    places: np.ndarray,
) -> Record:
    own, random, centre, alike = (list(part) for part in zip(*rows, strict=True))
    return Record(
        method=way[0],
        layer=way[1],
        photos=len(rows),
        map=_areas(own),
        random=_areas(random),
        centre=_areas(centre),
        over_random=_over(own, random, places),
        over_centre=_over(own, centre, places),
        untrained=float(np.mean(alike)),
    )


def _areas(curves: Sequence[PerturbationCurves]) -> Areas:
    parts = ("deletion", "insertion", "gain", "tenth")
    return Areas(**{part: float(np.mean([getattr(c, part) for c in curves])) for part in parts})


def _over(
    own: Sequence[PerturbationCurves], other: Sequence[PerturbationCurves], places: np.ndarray
) -> tuple[float, float, float]:
    gains = np.array([mine.gain - theirs.gain for mine, theirs in zip(own, other, strict=True)])
    low, high = bootstrap(mean_of(gains), places)
    return float(gains.mean()), low, high


def _alike(values: np.ndarray, other: np.ndarray) -> float:
    """Rank correlation of two maps; 0 where one of them is flat."""
    if np.ptp(values) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(spearmanr(values.ravel(), other.ravel()).statistic)


def _untrained(checkpoint: Release) -> GeoNetwork:
    torch.manual_seed(0)
    spec = checkpoint.card.network
    return build(spec.name, **spec.shape).eval()


def of_countries(
    checkpoint: Release, data: Data, rows: np.ndarray, device: torch.device
) -> Iterator[Explained]:
    """Photos with the maps of a country model's first country, by every method that fits."""
    classifier = CountryClassifier(checkpoint, device)
    blank = copy.copy(classifier)
    blank.network = _untrained(checkpoint).to(device)
    spec = classifier.card.input.spec
    frames = data.for_input(spec).frames
    places = frames.table.group.to_numpy(str)
    for chunk in np.array_split(rows, -(-len(rows) // _BATCH)):
        bands = frames.inputs(chunk, spec)
        classes = classifier.probabilities(bands[:, None]).argmax(axis=1).tolist()
        maps, untrained = (_read(each, bands, classes) for each in (classifier, blank))
        for number, band in enumerate(bands):
            yield Explained(
                places[chunk[number]],
                band,
                {way: values[number] for way, values in maps.items()},
                {way: values[number] for way, values in untrained.items()},
                country_score(classifier, classifier.classes[classes[number]]),
            )


def _read(
    classifier: CountryClassifier, bands: np.ndarray, classes: list[int]
) -> dict[Way, np.ndarray]:
    """Each way's maps of the photos' classes, (B, h, w)."""
    batch = classifier.card.input.spec.batch(bands, classifier.device)
    return {
        (explainer.name, layer): reading.values.float().cpu().numpy()
        for explainer in explainers(classifier)
        for layer, reading in explainer.read(batch, classes).items()
    }


def of_city(
    checkpoint: Release, data: Data, rows: np.ndarray, device: torch.device
) -> Iterator[Explained]:
    """Photos with what moves a city model's pin."""
    locator = open_city(checkpoint, device)
    blank = copy.copy(locator)
    blank.network = _untrained(checkpoint).to(device)
    metres: list[Callable[[np.ndarray], np.ndarray]] = [
        PinCam(each).metres for each in (locator, blank)
    ]
    way = (PinCam.name, PinCam.layers[0])
    spec = locator.card.input.spec
    frames = data.for_input(spec).frames
    places = frames.table.group.to_numpy(str)[rows]
    for place, band in zip(places, frames.inputs(rows, spec), strict=True):
        own, other = (measured(band) for measured in metres)
        yield Explained(place, band, {way: own}, {way: other}, pin_score(locator, band))
