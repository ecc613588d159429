"""Cells, offsets and descriptors of a city: targets, neighbours in batches, and losses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F

from geoloc.geo import PITTSBURGH_BOX, City
from training.tasks.places import NEAR_DEGREES, Places, multi_similarity, nearness_m

CITY = City("pittsburgh", "Pittsburgh", PITTSBURGH_BOX)


def streets(spots: int = 60, seed: int = 0) -> pd.DataFrame:
    """Four headings at each of some spots."""
    rng = np.random.default_rng(seed)
    lats, lons = PITTSBURGH_BOX.denormalise_all(rng.random((spots, 2)))
    return pd.DataFrame(
        {
            "lat": np.repeat(lats, 4),
            "lon": np.repeat(lons, 4),
            "heading": np.tile([0.0, 90.0, 180.0, 270.0], spots),
            "split": "train",
        }
    )


TABLE = streets()
TASK = Places.of(CITY, TABLE)


def outputs_for(table: pd.DataFrame) -> torch.Tensor:
    """What a network would say that knows each photo's cell and offset."""
    cells = TASK.cells
    cell = cells.cell_of(table.lat, table.lon)
    offsets = PITTSBURGH_BOX.normalise_all(table.lat, table.lon) - cells.middles[cell]
    offsets = torch.from_numpy(offsets / cells.halves[cell]).float()
    logits = torch.full((len(table), len(cells)), -9.0)
    logits[torch.arange(len(table)), torch.from_numpy(cell)] = 9.0
    everywhere = offsets[:, None].expand(-1, len(cells), 2).flatten(1)
    return torch.cat([logits, everywhere, F.normalize(torch.randn(len(table), 256), dim=1)], dim=1)


def test_the_network_is_asked_for_cells_offsets_and_a_descriptor():
    assert TASK.shape == {"outputs": 3 * len(TASK.cells) + 256, "cells": len(TASK.cells)}
    assert len(TASK.cells) > 20


def test_who_knows_cell_and_offset_is_right_to_the_metre():
    scores = TASK.scores(outputs_for(TABLE), TASK.targets(TABLE))
    assert scores["median_m"] < 1.0


def test_the_nearer_the_answer_the_smaller_the_loss():
    torch.manual_seed(0)
    right = outputs_for(TABLE)
    wrong = torch.cat([right.roll(40, 0)[:, : 3 * len(TASK.cells)], right[:, -256:]], dim=1)
    targets = TASK.targets(TABLE)
    assert TASK.loss(right, targets) < TASK.loss(wrong, targets)


def test_a_batch_holds_neighbours_and_an_epoch_every_photo_once():
    dense = streets()
    dense["lat"] = PITTSBURGH_BOX.center.lat + (dense.lat - dense.lat.mean()) / 50
    dense["lon"] = PITTSBURGH_BOX.center.lon + (dense.lon - dense.lon.mean()) / 50
    task = Places(CITY, TASK.corners, near_m=30.0)
    order = task.order(dense, np.random.default_rng(0))
    assert sorted(order) == list(range(len(dense)))
    targets = task.targets(dense)[order]
    near, _ = task._pairs(targets[:32])
    by_chance, _ = task._pairs(task.targets(dense)[torch.randperm(len(dense))[:32]])
    assert near.sum() > 2 * by_chance.sum()


def test_views_that_look_apart_show_one_place_no_more_than_they_show_two():
    task = Places(CITY, TASK.corners, near_m=20.0)
    ahead = torch.tensor([[100.0, 100.0, 0.0], [105.0, 100.0, 350.0], [105.0, 100.0, 90.0]])
    same, other = task._pairs(ahead)
    assert same.tolist() == [[False, True, False], [True, False, False], [False] * 3]
    assert not other.any()
    assert NEAR_DEGREES < 90


def test_near_is_what_is_near_among_these_photos():
    assert nearness_m(PITTSBURGH_BOX, streets(2000)) < nearness_m(PITTSBURGH_BOX, streets(60))
    assert nearness_m(PITTSBURGH_BOX, streets(1)) == 10.0


def test_descriptors_are_pulled_together_and_pushed_apart():
    torch.manual_seed(1)
    same = torch.zeros(6, 6, dtype=torch.bool)
    same[:3, :3] = same[3:, 3:] = True
    other = ~same
    same = same & ~torch.eye(6, dtype=torch.bool)
    raw = torch.randn(6, 4, requires_grad=True)
    before = multi_similarity(F.normalize(raw, dim=1), same, other)
    for _ in range(60):
        loss = multi_similarity(F.normalize(raw, dim=1), same, other)
        (gradient,) = torch.autograd.grad(loss, raw)
        raw = (raw - 0.5 * gradient).detach().requires_grad_()
    described = F.normalize(raw, dim=1).detach()
    similar = described @ described.T
    assert loss < before
    assert similar[same].min() > similar[other].max()


def test_without_a_pair_there_is_nothing_to_learn():
    none = torch.zeros(3, 3, dtype=torch.bool)
    assert float(multi_similarity(F.normalize(torch.randn(3, 4), dim=1), none, none)) == 0.0


@pytest.mark.parametrize("heading", [np.nan, 90.0])
def test_without_headings_nearness_alone_makes_a_pair(heading):
    task = Places(CITY, TASK.corners, near_m=20.0)
    photos = torch.tensor([[0.0, 0.0, np.nan], [5.0, 0.0, heading]])
    assert task._pairs(photos)[0].tolist() == [[False, True], [True, False]]
