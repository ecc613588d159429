"""Other cameras: each effect keeps shape and range, and strikes the share it says."""

from dataclasses import fields

import numpy as np
import pytest
import torch
from torch import Generator, Tensor

from training.cameras import Cameras, compress, other_cameras, soften, vignette


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def host(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def images(count: int = 4) -> Tensor:
    return torch.rand(count, 3, 40, 80, generator=seeded(1))


def test_without_effects_the_photos_stay():
    assert torch.equal(other_cameras(images(), Cameras(), seeded(), host()), images())


@pytest.mark.parametrize("effect", [f.name for f in fields(Cameras) if f.name != "leaning"])
def test_an_effect_changes_photos_and_keeps_their_range(effect):
    shown = other_cameras(images(), Cameras(**{effect: 1.0}), seeded(), host())
    assert shown.shape == images().shape
    assert not torch.equal(shown, images())
    assert shown.min() >= 0 and shown.max() <= 1


def test_an_effect_strikes_its_share_of_photos():
    shown = other_cameras(images(400), Cameras(grey=0.25), seeded(), host())
    grey = (shown.std(dim=1) < 1e-6).flatten(1).all(dim=1)
    assert grey.float().mean() == pytest.approx(0.25, abs=0.08)


def test_the_best_compression_changes_little_and_the_worst_much():
    smooth = soften(images(), 0.2)
    best, worst = (float((compress(smooth, q) - smooth).abs().mean()) for q in (99, 5))
    assert best < 0.01 < worst


def test_blocks_of_one_colour_survive_compression():
    flat = torch.full((1, 3, 16, 16), 0.5)
    assert torch.allclose(compress(flat, 50), flat, atol=0.05)


def test_compression_needs_whole_blocks():
    with pytest.raises(ValueError, match="30 x 80 is not made of blocks of 8"):
        compress(torch.rand(1, 3, 30, 80), 50)


def test_a_vignette_darkens_corners_and_leaves_the_middle():
    shown = vignette(torch.ones(1, 3, 41, 81), 0.5)
    assert shown[0, 0, 20, 40] == pytest.approx(1)
    assert shown[0, 0, 0, 0] == pytest.approx(0.5)


def test_a_share_above_one_is_refused():
    with pytest.raises(ValueError, match="share in"):
        Cameras(blur=1.1)
