"""Measuring a model on anybody's folder: countries, kilometres, points, and how fast it answers.

Photos of countries that a model does not know count as missed, as they are for whoever shows them
to it; pins of a model that answers with countries alone stand in the middle of the likeliest one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geoloc.countries import centroid
from geoloc.geo import LatLon, distances_m
from geoloc.models.release import Release
from geoloc.photo import PhotoError, read_photo
from geoloc.tasks.predictor import Predictor
from training.data import Data
from training.evaluation import evaluate as evaluation
from training.evaluation.answers import Answers
from training.evaluation.metrics import country_metrics, set_metrics
from training.evaluation.pins import WITHIN_KM, pin_metrics
from training.tasks.base import Worldwide, training_of

OWN = "always the most frequent countries of these very photos"
"""The baseline beside a model that has learnt from no photos here."""

TIMED = 32
"""Photos by which speed is measured, after one that warms up."""

SHOWN = (*(f"within_{km}km" for km in WITHIN_KM), "geo_score", "median_km")
"""The scores of pins that a line shows."""


def measure(model: Release, data: Data, answers: Answers) -> dict[str, Any]:
    """The scores of a model on all photos of a data set, each with its 95 % interval over places.

    Returns:
        What `country_metrics` gives of the photos whose country is known, what `pin_metrics` gives
        of those whose position is, the same of the baseline, "unknown": the share of photos from
        countries that the model doesn't know, and "photos_per_second", from file to answer.
    """
    said = training_of(model.task).worldwide(model, data, answers)
    table = data.frames.table
    groups = table.group.to_numpy(str)
    scores: dict[str, Any] = {"photos": len(table), "places": len(np.unique(groups))}
    named = table.country.notna().to_numpy()
    if named.any():
        scores = (
            _of_countries(said, table.country.to_numpy(str)[named], groups[named], named) | scores
        )
    placed = table.lat.notna().to_numpy()
    if placed.any():
        _add_pins(scores, said, _middle(said, table), table, groups)
    if speed := photos_per_second(answers.open(model), data):
        scores["photos_per_second"] = speed
    return scores


def _of_countries(
    said: Worldwide, codes: np.ndarray, groups: np.ndarray, named: np.ndarray
) -> dict[str, Any]:
    others = sorted(set(codes) - set(said.classes))
    classes = (*said.classes, *others)
    wider = ((0, 0), (0, len(others)))
    probabilities = np.pad(said.probabilities[named], wider)
    truth = np.array([classes.index(code) for code in codes])
    prior = _prior(said, codes, classes)
    scores = country_metrics(probabilities, truth, groups, prior)
    if said.prior is None:
        scores["baseline"]["what"] = OWN
    if said.mass is not None:
        scores |= set_metrics(probabilities, truth, groups, said.mass)
    return scores | {"unknown": float(np.isin(codes, others).mean())}


def _prior(said: Worldwide, codes: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    """What the baseline goes by, (N,): the model's training, or these very photos."""
    if said.prior is not None:
        return np.pad(said.prior, (0, len(classes) - len(said.prior)))
    return np.array([np.mean(codes == code) for code in classes])


def _add_pins(
    scores: dict[str, Any],
    said: Worldwide,
    middle: LatLon,
    table: pd.DataFrame,
    groups: np.ndarray,
) -> None:
    """Put the scores of pins, and of one pin for all photos, into those of a model."""
    lat, lon = (table[name].to_numpy(float) for name in ("lat", "lon"))
    placed = ~np.isnan(lat)
    pin_lat, pin_lon = said.pins[placed].T
    away_km = distances_m(pin_lat, pin_lon, lat[placed], lon[placed]) / 1000
    scores |= pin_metrics(away_km, groups[placed])
    constant = distances_m(middle.lat, middle.lon, lat[placed], lon[placed]) / 1000
    baseline = scores.setdefault("baseline", {"what": OWN})
    baseline |= pin_metrics(constant, groups[placed])


def _middle(said: Worldwide, table: pd.DataFrame) -> LatLon:
    """Where the baseline puts its pin: the middle of the most frequent country."""
    countries = table.country.dropna()
    if said.prior is not None:
        return centroid(said.classes[int(said.prior.argmax())])
    return centroid(str(countries.mode()[0])) if len(countries) else LatLon(0.0, 0.0)


def photos_per_second(model: Predictor[Any], data: Data) -> float | None:
    """How many photos a second a model answers, from file to prediction; None without any."""
    table = data.frames.table
    files = [Path(path) for path in table.path[table.yaw.isna()][: TIMED + 1]]
    if len(files) < 2:
        return None
    try:
        model.predict(read_photo(files[0]))
        started = time.perf_counter()
        model.predict([read_photo(file) for file in files[1:]])
    except (OSError, PhotoError):
        return None  # photos of a database are no files
    return (len(files) - 1) / (time.perf_counter() - started)


def report(model: Release, name: str, scores: dict[str, Any]) -> str:
    """The scores as text for a terminal, beside the baseline."""
    lines = [evaluation.report(model, name, scores)]
    for title, part in ((model.title, scores), ("its baseline", scores.get("baseline", {}))):
        if "geo_score" in part:
            lines.append(evaluation.line(title, SHOWN, part))
    if scores.get("unknown"):
        lines.append(
            f"  {scores['unknown']:.1%} of the photos are from countries that it does not know: "
            "they count as missed"
        )
    if "photos_per_second" in scores:
        lines.append(f"  {scores['photos_per_second']:.1f} photos a second, from file to answer")
    return "\n".join(lines)
