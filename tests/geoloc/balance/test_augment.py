"""The changes that grow a class: what each does to a photo, and what it leaves alone."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Generator, Tensor

from geoloc.balance import NOISY, ORIGINAL, RESAMPLED
from geoloc.balance.augment import black_holes, change, noise, resample

seeds = st.integers(0, 2**31)


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def host(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def images(count: int = 4, seed: int = 0) -> Tensor:
    return torch.rand(count, 3, 120, 240, generator=seeded(seed))


@given(seeds)
@settings(max_examples=15)
def test_black_holes_are_black_and_the_rest_is_untouched(seed):
    photos = images(4, seed) * 0.9 + 0.1
    changed = black_holes(photos, seeded(seed))
    black = (changed == 0).all(dim=1, keepdim=True)
    assert torch.equal(changed, photos.masked_fill(black, 0.0))
    assert photos.min() > 0
    size = black.sum(dim=(1, 2, 3))
    # Up to three of 0.3 x 120 pixels a side, at least a quarter of one of 0.1 x 120.
    assert size.min() >= 36 and size.max() <= 3 * 37 * 37


def test_every_photo_gets_holes_of_its_own():
    changed = black_holes(torch.ones(6, 3, 120, 240), seeded())
    assert len({tuple(photo[0].flatten().nonzero().flatten().tolist()) for photo in changed}) == 6


def test_a_resampled_photo_loses_detail_and_keeps_its_light():
    photos = images(8)
    changed = resample(photos, host())
    assert (changed.std(dim=(1, 2, 3)) < 0.5 * photos.std(dim=(1, 2, 3))).all()
    assert torch.allclose(changed.mean(dim=(2, 3)), photos.mean(dim=(2, 3)), atol=0.01)
    flat = torch.full((3, 3, 120, 240), 0.3)
    assert torch.allclose(resample(flat, host()), flat)


@given(seeds)
@settings(max_examples=10)
def test_noise_keeps_the_range_and_its_strength(seed):
    grey = torch.full((4, 3, 120, 240), 0.5)
    deviation = noise(grey, seeded(seed)).std(dim=(1, 2, 3))
    assert deviation.min() > 0.019 and deviation.max() < 0.102
    bright = noise(images(2, seed), seeded(seed), deviation=0.5)
    assert bright.min() >= 0 and bright.max() <= 1


def test_only_the_photos_that_the_plan_names_are_changed():
    photos = images(5) * 0.9 + 0.1
    holed = np.array([False, True, False, False, True])
    camera = np.array([ORIGINAL, ORIGINAL, RESAMPLED, NOISY, NOISY], np.uint8)
    changed = change(photos.clone(), holed, camera, seeded(), host())
    assert torch.equal(changed[0], photos[0])
    assert (changed[1] == 0).any() and not (changed[2] == 0).any()
    assert torch.equal(changed[1][changed[1] > 0], photos[1][changed[1] > 0])
    assert changed[2].std() < 0.5 * photos[2].std()
    for noisy in (3, 4):
        differences = (changed[noisy] - photos[noisy]).abs()
        assert 0.005 < float(differences.median()) < 0.1
