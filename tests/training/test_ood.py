"""What tells street photos from other pictures: pictures made by script, and a detector."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from geoloc.preparation import Crops
from training import no_street, ood
from training.selection import Selection


def test_every_kind_is_drawn_anew_by_each_seed():
    one, same, other = (no_street.pictures(2, seed) for seed in (0, 0, 1))
    assert [kind for kind, _ in one] == 2 * list(no_street.KINDS)
    assert all(pixels.dtype == np.uint8 and pixels.shape[2] == 3 for _, pixels in one)
    assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(one, same, strict=True))
    differ = [
        a.shape != b.shape or (a != b).any() for (_, a), (_, b) in zip(one, other, strict=True)
    ]
    assert all(differ)


def test_a_folder_gives_crops_of_its_pictures_by_kind_and_leaves_other_files_aside(tmp_path):
    for kind in ("faces", "food"):
        (tmp_path / kind).mkdir()
        Image.new("RGB", (64, 48), "red").save(tmp_path / kind / "a.png")
    (tmp_path / "food" / "notes.txt").write_text("no picture")
    found = no_street.in_folder(tmp_path, crops=3, seed=0)
    assert [kind for kind, _ in found] == 3 * ["faces"] + 3 * ["food"]
    assert found[0][1].shape == (48, 64, 3)
    assert all((pixels == (255, 0, 0)).all() for _, pixels in found)


class Classifier:
    """Describes a picture by its mean colour, how much it varies, and how much neighbours do."""

    checkpoint = SimpleNamespace(crops=Crops())

    def described(self, crops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        views = crops[:, 0].astype(float) / 255
        edges = np.abs(np.diff(views, axis=2)).mean(axis=(1, 2))
        parts = [views.mean(axis=(1, 2)), views.std(axis=(1, 2)), edges, np.ones((len(views), 1))]
        return np.zeros((len(views), 2)), np.concatenate(parts, axis=1)


@pytest.fixture
def sources(countries):
    """The tiny countries, as of two sources, one of which nothing trains on."""
    table = countries.frames.table
    table = table.assign(source=np.where(table.split == "train", "a", "b"))
    frames = replace(countries.frames, table=table)
    return replace(countries, frames=frames, selection=Selection(unseen=("b",)))


def test_a_detector_passes_the_streets_of_an_unseen_source_and_finds_pages(sources, monkeypatch):
    monkeypatch.setattr(ood, "DRAWN", 6)
    detector, told = ood.fit(Classifier(), sources, others=None)
    scores = detector.scores(ood.features(Classifier(), sources, ood.unseen_rows(sources)))
    assert (scores <= detector.threshold).mean() == pytest.approx(0.95, abs=0.05)
    assert told["threshold"] == detector.threshold
    assert set(told["by_kind"]) == set(no_street.KINDS)
    assert told["by_kind"]["document"] == {"pictures": 6, "found": 1.0}


def test_crops_of_one_file_are_either_learnt_from_or_measured_on():
    kinds = np.array(["flat", "flat", "flat", "flat", *["faces"] * 9])
    learnt = ood._every_second(kinds)
    assert learnt[:4].tolist() == [True, False, True, False]
    assert learnt[4:].tolist() == 3 * [True] + 3 * [False] + 3 * [True]
