"""City models on a data set: their views, their calibration, their scores, and the task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor

from geoloc.city.embed import Embedded, embed
from geoloc.city.gallery import UNKNOWN_HEADING, Views
from geoloc.city.rerank import Patches, parts_of
from geoloc.geo import Box, centroid, distances_m
from geoloc.geo.coverage import Coverage
from geoloc.geo.grid import Grid
from geoloc.models.card import CityCalibration, CityCard, CityPart, CountGrid, Ood, Source
from geoloc.models.release import Release
from geoloc.networks import GeoNetwork
from geoloc.networks.device import mixed_precision
from geoloc.photo.inputs import Crops
from geoloc.tasks.city import IN_CACHE, CityLocator, CityReading, open_city
from training.calibration import mixture
from training.calibration.tta import averaging
from training.data import Data, DataError
from training.data.frames import Frames
from training.embeddings import of_crops, only_its_head
from training.evaluation import faithfulness, figures
from training.evaluation.answers import Answers
from training.evaluation.faithfulness import Explained
from training.evaluation.metrics import city_metrics, region_metrics
from training.loop.recipe import Recipe
from training.tasks import parts
from training.tasks.base import TaskTraining, register_training
from training.tasks.places import NEAR_DEGREES, Places, nearness_m
from training.tasks.tasks import Position

STREET_CELL_M = 30.0
"""Half of the way between two streets of a grid city: they stay apart."""

AT_ONCE = 256
"""Crops that go through a network together on a GPU."""


@register_training("city")
class CityTraining(TaskTraining):
    """How models of a city are trained."""

    shown = ("p50", "mean", "p25", "p75", "p90", "within_50m", "skill", "gain_p50", "gain_mean")
    figures = figures.CITY

    def card(
        self, objective: Position | Places, recipe: Recipe, data: Data, common: dict[str, Any]
    ) -> CityCard:
        city = objective.city
        return CityCard(
            task="city",
            title=f"{recipe.title}, {city.title}",
            city=CityPart(
                name=city.name,
                title=city.title,
                box=city.box,
                country=city.country,
                cells=objective.cells.to_card() if isinstance(objective, Places) else None,
            ),
            data=data.described().changed(coverage=CountGrid.of(data.coverage(city.box))),
            **common,
        )

    def prepared(
        self, model: Release, network: GeoNetwork, data: Data, device: torch.device
    ) -> Release:
        """With the views of the training photos, if the network compares them."""
        if not network.embeds_places:
            return model
        if network.frozen:
            model = averaging(model)
        return model.with_views(views_of(model, data, device))

    def calibrate(
        self, model: Release, data: Data, device: torch.device, elsewhere: Data | None = None
    ) -> Release:
        return calibrate(model, data, device, elsewhere)

    def evaluate(
        self,
        model: Release,
        data: Data,
        split: str,
        answers: Answers,
        elsewhere: Data | None = None,
    ) -> dict[str, Any]:
        return scores(cast(CityLocator, answers.open(model)), data, split, elsewhere)

    def elsewhere(self, model: Release) -> Source | None:
        ood = model.city_card.calibration.ood
        return None if ood is None else ood.elsewhere

    def explained(
        self, model: Release, data: Data, rows: np.ndarray, device: torch.device
    ) -> Iterator[Explained]:
        return faithfulness.of_city(model, data, rows, device)


def views_of(checkpoint: Release, data: Data, device: torch.device) -> Views:
    """What a network that describes photos says of the training photos, and where they lie."""
    network = checkpoint.network().to(device)
    data = data.for_input(checkpoint.card.input.spec)
    rows, city = data.frames.of_split("train"), checkpoint.city
    crops = checkpoint.card.input.crops
    table, box = data.frames.table.iloc[rows], city.box
    xy_m = box.normalise_all(table.lat, table.lon) * [box.width_m, box.height_m]
    some = parts.side_by_side(xy_m, np.random.default_rng(0))
    learns = torch.zeros(len(rows), dtype=torch.bool)
    learns[some] = True
    descriptors, seen, done = [], [], 0
    for described, maps in _described(network, crops, data, device):
        here = learns[done : done + len(described)]
        done += len(described)
        descriptors.append(described)
        if maps is not None:
            seen.append(parts_of(maps[here]).half())
    embedded = torch.cat(descriptors)
    patches = None
    if seen:
        headings, blocks = table.heading.to_numpy(float)[some], table.group.to_numpy(str)[some]
        training_views = parts.TrainingViews(
            torch.cat(seen), embedded[some], xy_m[some], headings, blocks
        )
        code = parts.learn(training_views, nearness_m(box, table), NEAR_DEGREES)
        every = (maps for _, maps in _described(network, crops, data, device))
        signs = [code.signs(maps) for maps in every if maps is not None]
        patches = Patches(code, np.concatenate(signs))
    grid = Grid.over(box)
    turned = table.heading.round().mod(360).fillna(UNKNOWN_HEADING).to_numpy(np.int64)
    return Views(grid, embedded, grid.cell_of(table.lat, table.lon), turned, patches)


@torch.inference_mode()
def _described(
    network: GeoNetwork, views: Crops, data: Data, device: torch.device
) -> Iterator[tuple[Tensor, Tensor | None]]:
    """Descriptors and maps of a data set's training photos, batch by batch."""
    if compares_embeddings(network):
        rows = data.frames.of_split("train")
        yield kept_numbers(network, views, data.frames, rows, device).descriptors, None
        return
    most = (IN_CACHE if device.type == "cpu" else AT_ONCE) // len(views)
    for chunk in data.frames.chunks(data.frames.of_split("train"), max(1, most)):
        crops = views.of_all(map(data.frames.frame, chunk))
        with mixed_precision(device):
            _, described, maps = embed(network, crops, views.spec, device)
        yield described.float().cpu(), None if maps is None else maps.float().cpu()


def compares_embeddings(network: GeoNetwork) -> bool:
    """Whether all that a network says of a photo follows from embeddings that are kept."""
    return only_its_head(network) and network.rerank_layer is None


def kept_numbers(
    network: GeoNetwork, crops: Crops, frames: Frames, rows: np.ndarray, device: torch.device
) -> Embedded:
    """What `embed` gives for some photos, by embeddings that are computed once; on the CPU."""
    outputs, directions = of_crops(network, crops, frames, rows, device)
    return Embedded(outputs, F.normalize(directions, dim=1), None)


def streets_of(file: Path) -> Coverage:
    """Points along a city's streets on a fine grid, so that its map draws without tiles.

    Args:
        file: a CSV with columns lat and lon, in degrees.

    Raises:
        DataError: if it can't be read, or has no such columns.
    """
    try:
        points = pd.read_csv(file, usecols=["lat", "lon"]).dropna()
        box = Box.around(points.lat, points.lon, margin=0.0)
    except (OSError, ValueError) as error:
        raise DataError(f"{file.name}: no CSV with lat and lon of streets ({error})") from error
    return Coverage.of(box, points.lat, points.lon, STREET_CELL_M)


def read(locator: CityLocator, data: Data, split: str) -> CityReading:
    """What a locator's network says of one split's photos."""
    crops, network = locator.card.input.crops, locator.network
    data = data.for_input(crops.spec)
    if compares_embeddings(network):
        rows = data.frames.of_split(split)
        return locator.reading(*kept_numbers(network, crops, data.frames, rows, locator.device))
    chunks = data.frames.chunks(data.frames.of_split(split))
    looks = (crops.of_all(map(data.frames.frame, chunk)) for chunk in chunks)
    return CityReading.joined([locator.read(look) for look in looks])


def calibrate(
    checkpoint: Release, data: Data, device: torch.device, elsewhere: Data | None = None
) -> Release:
    """The model with its mixture, fitted on val, in its card; nothing is published.

    Args:
        elsewhere: photos of other places, on whose val split the threshold of likeness is to be
            measured; the card notes which they were.
    """
    locator = open_city(checkpoint, device)
    reading = read(locator, data, "val")
    rows = data.frames.table[data.frames.table.split == "val"]
    groups = rows.group.to_numpy(str)
    fitted = mixture.fit(locator, reading, rows.lat.to_numpy(), rows.lon.to_numpy(), groups)
    ood = None
    if locator.views is not None:
        threshold = mixture.likeness_threshold(reading.likeness, groups)
        origin = elsewhere.origin() if elsewhere else None
        ood = Ood(kept=mixture.KEPT, threshold=threshold, elsewhere=origin)
    return checkpoint.changed(calibration=CityCalibration(on="val", mixture=fitted, ood=ood))


def scores(
    locator: CityLocator, data: Data, split: str, elsewhere: Data | None = None
) -> dict[str, Any]:
    """Errors of a city model in metres beside those of the training photos' centroid, its regions,
    and how it tells photos of other places."""
    table = data.frames.table
    train, rows = table[table.split == "train"], table[table.split == split]
    middle = centroid(train.lat, train.lon)
    reading = read(locator, data, split)
    densities = locator.densities(reading)
    pins = locator.pins(reading, densities)
    groups = rows.group.to_numpy(str)
    measured = city_metrics(
        errors=distances_m([p.lat for p in pins], [p.lon for p in pins], rows.lat, rows.lon),
        baseline=distances_m(middle.lat, middle.lon, rows.lat, rows.lon),
        groups=groups,
    )
    masses = locator.mixture.regions
    truth = locator.grid.cell_of(rows.lat, rows.lon)
    measured |= region_metrics(mixture.held(densities, truth), masses, groups)
    for share, mass in masses.items():
        measured[f"region{share}_km2"] = float(np.mean([d.region_km2(mass) for d in densities]))
    threshold = locator.card.ood_threshold
    if threshold is not None:
        measured["ood"] = {"kept": float((reading.likeness >= threshold).mean())}
        if elsewhere is not None:
            strange = read(locator, elsewhere, split).likeness
            measured["ood"]["refused"] = float((strange < threshold).mean())
            measured["ood"]["elsewhere"] = len(strange)
    return measured
