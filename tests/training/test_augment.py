"""Changing photos by the batch: crops that know where they are, colours, and the plan's changes."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Generator, Tensor

from geoloc.preparation import FRAME, frame, prepare, to_batch
from training.augment import Batch as Draws
from training.augment import (
    Jitter,
    black_holes,
    change,
    crop,
    cut_mix,
    noise,
    recolour,
    resample,
)
from training.balance import NOISY, ORIGINAL, RESAMPLED

STRONG = Jitter(zoom=0.5, tilt=0.3, stretch=0.2, light=0.4, colour=0.5)
seeds = st.integers(0, 2**31)


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def images(count: int = 4, seed: int = 0) -> Tensor:
    return torch.rand(count, 3, 120, 240, generator=seeded(seed))


def some_frames(count: int = 4) -> tuple[Tensor, Tensor, Tensor, np.ndarray]:
    """Frames of photos of different shapes, their rows of photo, and the photos' bands."""
    rng = np.random.default_rng(0)
    shapes = [(240, 240), (180, 240), (150, 300), (300, 200)][:count]
    photos = [rng.integers(0, 256, (*shape, 3), dtype=np.uint8) for shape in shapes]
    found = [frame(photo) for photo in photos]
    pixels = torch.from_numpy(np.stack([f.pixels for f in found]))
    top, bottom = (torch.tensor([getattr(f, end) for f in found]) for end in ("top", "bottom"))
    return pixels, top, bottom, np.stack([prepare(photo) for photo in photos])


def where(top: int, bottom: int, jitter: Jitter, count: int = 100) -> tuple[Tensor, Tensor]:
    """Which columns and rows of its frame each crop shows, (count, 240) and (count, 120)."""
    pixels = torch.zeros(count, FRAME, FRAME, 3, dtype=torch.uint8)
    pixels[..., 0] = torch.arange(FRAME)
    pixels[..., 1] = torch.arange(FRAME)[:, None]
    ends = (torch.full((count,), end) for end in (top, bottom))
    shown = 255 * crop(pixels, *ends, torch.zeros(count, dtype=torch.bool), jitter, seeded())
    return shown[:, 0, 60], shown[:, 1, :, 120]


no = torch.zeros(4, dtype=torch.bool)


def test_without_jitter_the_crop_is_the_prepared_band():
    pixels, top, bottom, bands = some_frames()
    shown = crop(pixels, top, bottom, no, Jitter(), seeded())
    assert (shown - to_batch(bands)).abs().max() < 1 / 255


@pytest.mark.parametrize("jitter", [Jitter(), STRONG], ids=["none", "strong"])
def test_a_mirrored_crop_is_the_crop_flipped(jitter):
    pixels, top, bottom, _ = some_frames()
    plain, mirrored = (crop(pixels, top, bottom, m, jitter, seeded()) for m in (no, ~no))
    assert torch.allclose(mirrored, plain.flip(3), atol=1e-4)


def test_a_share_of_photos_is_mirrored_on_top_of_the_plan():
    pixels, top, bottom, bands = some_frames(1)
    many = (part.expand(150, *part.shape[1:]) for part in (pixels, top, bottom))
    shown = crop(*many, torch.zeros(150, dtype=torch.bool), Jitter(mirror=0.3), seeded())
    flipped = to_batch(bands).flip(3)
    share = ((shown - flipped).abs().amax(dim=(1, 2, 3)) < 1 / 255).float().mean()
    assert float(share) == pytest.approx(0.3, abs=0.12)


@pytest.mark.parametrize(("top", "bottom"), [(0, 240), (30, 210), (60, 180)])
def test_a_crop_never_leaves_the_photo(top, bottom):
    columns, rows = where(top, bottom, STRONG)
    assert columns.min() >= 0 and columns.max() <= 239
    # A pixel's centre lies half a pixel from its edge, which the crop may touch.
    assert rows.min() >= top - 0.5 and rows.max() <= bottom - 0.5


def test_the_zoom_is_as_strong_as_it_may_be_and_no_stronger():
    columns, rows = where(0, 240, Jitter(zoom=0.5))
    widths = (columns[:, -1] - columns[:, 0]) * 240 / 239
    heights = (rows[:, -1] - rows[:, 0]) * 120 / 119
    assert 119 < widths.min() < 130 and 230 < widths.max() < 240.5
    assert torch.allclose(widths, 2 * heights, atol=0.5)


def test_the_tilt_moves_the_crop_up_and_down_by_its_share_of_the_band():
    columns, rows = where(0, 240, Jitter(tilt=0.25))
    moved = rows.mean(dim=1) - 119.5
    assert 27 < moved.max() < 30.1 and -30.1 < moved.min() < -27
    assert torch.allclose(columns.mean(dim=1), torch.tensor(119.5), atol=0.1)


def test_the_stretch_changes_width_against_height_by_its_share():
    columns, rows = where(0, 240, Jitter(stretch=0.2))
    ratio = (columns[:, -1] - columns[:, 0]) / (rows[:, -1] - rows[:, 0]) / (239 / 119)
    assert 1.15 < ratio.max() < np.exp(0.2) + 0.01
    assert np.exp(-0.2) - 0.01 < ratio.min() < 0.87


def test_without_jitter_the_colours_stay():
    photos = images()
    assert torch.allclose(recolour(photos.clone(), Jitter(), seeded()), photos, atol=1e-6)


@given(seeds, st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=15)
def test_recoloured_photos_stay_photos(seed, light, colour):
    photos = images(2, seed)
    changed = recolour(photos, Jitter(light=light, colour=colour), seeded(seed))
    assert changed.shape == photos.shape
    assert changed.min() >= 0 and changed.max() <= 1 and changed.isfinite().all()


def step_by_step(photos: Tensor, jitter: Jitter, generator: Generator) -> Tensor:
    """What recolouring is, one change after the other."""
    draw = Draws(len(photos), generator)
    gains = draw.uniform(-jitter.colour / 3, jitter.colour / 3, 3)[..., None, None]
    light = draw.uniform(-jitter.light, jitter.light, 1, 1, 1)
    saturation = draw.uniform(-jitter.colour, jitter.colour, 1, 1, 1)
    contrast = draw.uniform(-jitter.light, jitter.light, 1, 1, 1)
    photos = photos * (1 + gains) * (1 + light)
    grey = (photos * torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(1, keepdim=True)
    photos = grey + (photos - grey) * (1 + saturation)
    mean = grey.mean(dim=(2, 3), keepdim=True)
    return (mean + (photos - mean) * (1 + contrast)).clamp(0, 1)


def test_recolouring_changes_brightness_then_saturation_then_contrast():
    photos, jitter = images(), Jitter(light=0.4, colour=0.6)
    expected = step_by_step(photos, jitter, seeded())
    assert torch.allclose(recolour(photos.clone(), jitter, seeded()), expected, atol=1e-5)


def test_other_light_leaves_grey_grey_and_differs_from_photo_to_photo():
    grey = torch.full((8, 3, 120, 240), 0.4)
    grey[..., :120] = 0.5
    changed = recolour(grey, Jitter(light=0.4), seeded())
    assert torch.allclose(changed[:, 0], changed[:, 2], atol=1e-6)
    assert len({round(float(photo.mean()), 4) for photo in changed}) == 8


def test_other_colours_keep_a_photos_lightness_nearly():
    photos = images() * 0.5 + 0.25
    changed = recolour(photos.clone(), Jitter(colour=0.3), seeded())
    assert (changed.mean(dim=(1, 2, 3)) - photos.mean(dim=(1, 2, 3))).abs().max() < 0.06
    assert (changed - photos).abs().mean() > 0.01


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
    changed = resample(photos, seeded())
    assert (changed.std(dim=(1, 2, 3)) < 0.5 * photos.std(dim=(1, 2, 3))).all()
    assert torch.allclose(changed.mean(dim=(2, 3)), photos.mean(dim=(2, 3)), atol=0.01)
    flat = torch.full((3, 3, 120, 240), 0.3)
    assert torch.allclose(resample(flat, seeded()), flat)


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
    holed = torch.tensor([False, True, False, False, True])
    camera = torch.tensor([ORIGINAL, ORIGINAL, RESAMPLED, NOISY, NOISY], dtype=torch.uint8)
    changed = change(photos.clone(), holed, camera, seeded())
    assert torch.equal(changed[0], photos[0])
    assert (changed[1] == 0).any() and not (changed[2] == 0).any()
    assert torch.equal(changed[1][changed[1] > 0], photos[1][changed[1] > 0])
    assert changed[2].std() < 0.5 * photos[2].std()
    for noisy in (3, 4):
        differences = (changed[noisy] - photos[noisy]).abs()
        assert 0.005 < float(differences.median()) < 0.1


@given(seeds)
@settings(max_examples=20)
def test_cut_mix_gives_each_class_the_share_of_the_pixels_that_show_it(seed):
    count = 4
    photos = torch.arange(count).float().view(-1, 1, 1, 1).expand(-1, 3, 120, 240).clone()
    mixed, targets = cut_mix(photos, torch.eye(count), 1.0, seeded(seed))
    shown = torch.stack([(mixed[:, 0] == i).float().mean(dim=(1, 2)) for i in range(count)], dim=1)
    assert torch.allclose(targets, shown, atol=1e-5)
    assert torch.allclose(targets.sum(dim=1), torch.ones(count))


def test_cut_mix_mixes_the_share_of_batches_it_is_told():
    generator, mixed = seeded(), 0
    for _ in range(200):
        _, targets = cut_mix(torch.zeros(8, 3, 12, 24), torch.eye(8), 0.4, generator)
        mixed += not torch.equal(targets, torch.eye(8))
    # A few rectangles are empty.
    assert 0.25 < mixed / 200 < 0.48
    photos = images()
    same, targets = cut_mix(photos.clone(), torch.eye(4), 0.0, generator)
    assert torch.equal(same, photos) and torch.equal(targets, torch.eye(4))


def everything(seed: int) -> Tensor:
    pixels, top, bottom, _ = some_frames()
    generator = seeded(seed)
    photos = recolour(crop(pixels, top, bottom, no, STRONG, generator), STRONG, generator)
    camera = torch.tensor([ORIGINAL, RESAMPLED, NOISY, NOISY], dtype=torch.uint8)
    photos = change(photos, ~no, camera, generator)
    return cut_mix(photos, torch.eye(4), 1.0, generator)[0]


def test_the_same_seed_gives_the_same_photos_and_another_seed_others():
    first = everything(1)
    assert torch.equal(first, everything(1))
    assert not torch.equal(first, everything(2))


@pytest.mark.parametrize("wrong", [{"zoom": 0.95}, {"tilt": -0.1}, {"mirror": 1.5}])
def test_jitter_out_of_range_is_refused(wrong):
    with pytest.raises(ValueError, match="each lies in"):
        Jitter(**wrong)
