"""Changing photos by the batch: crops that know where they are, colours, mirroring, mixing."""

from dataclasses import fields

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Generator, Tensor
from torch._subclasses.fake_tensor import FakeTensorMode

from geoloc.balance import NOISY, ORIGINAL, RESAMPLED
from geoloc.balance.augment import Batch as Draws
from geoloc.balance.augment import change
from geoloc.photo.inputs import FRAME, HEIGHT, InputSpec, frame, prepare, to_batch
from training.augment import AugmentConfig, color_jitter, crop, cut_mix, mirrored_now, mix, mix_up
from training.cameras import Cameras, other_cameras

STRONG = AugmentConfig(zoom=0.5, tilt=0.3, stretch=0.2, light=0.4, colour=0.5)
seeds = st.integers(0, 2**31)


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def host(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


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


def where(
    top: int, bottom: int, jitter: AugmentConfig, count: int = 100, size: int = HEIGHT
) -> tuple[Tensor, Tensor]:
    """Which columns and rows of its frame each crop shows, (count, 2 * size) and (count, size)."""
    pixels = torch.zeros(count, FRAME, FRAME, 3, dtype=torch.uint8)
    pixels[..., 0] = torch.arange(FRAME)
    pixels[..., 1] = torch.arange(FRAME)[:, None]
    ends = (torch.full((count,), end) for end in (top, bottom))
    never = torch.zeros(count, dtype=torch.bool)
    shown = 255 * crop(pixels, *ends, never, jitter, seeded(), size)
    return shown[:, 0, size // 2], shown[:, 1, :, size]


no = torch.zeros(4, dtype=torch.bool)


def test_without_jitter_the_crop_is_the_prepared_band():
    pixels, top, bottom, bands = some_frames()
    shown = crop(pixels, top, bottom, no, AugmentConfig(), seeded())
    assert (shown - to_batch(bands)).abs().max() < 1 / 255


@pytest.mark.parametrize("jitter", [AugmentConfig(), STRONG], ids=["none", "strong"])
def test_a_mirrored_crop_is_the_crop_flipped(jitter):
    pixels, top, bottom, _ = some_frames()
    plain, mirrored = (crop(pixels, top, bottom, m, jitter, seeded()) for m in (no, ~no))
    assert torch.allclose(mirrored, plain.flip(3), atol=1e-4)


@pytest.mark.parametrize("size", [32, 40, 60, 80])
def test_a_smaller_crop_shows_the_same_part_of_the_photo(size):
    whole, small = (where(30, 210, STRONG, count=20, size=s) for s in (HEIGHT, size))
    for full, shrunk in zip(whole, small, strict=True):
        # Where each photo's columns and rows grow evenly, a pixel is the mean of what it covers.
        expected = F.interpolate(full[:, None], shrunk.shape[1], mode="linear", align_corners=False)
        assert torch.allclose(shrunk, expected[:, 0], atol=0.6)


def test_a_crop_has_the_rows_that_are_asked_for():
    pixels, top, bottom, _ = some_frames()
    assert crop(pixels, top, bottom, no, STRONG, seeded(), 56).shape == (4, 3, 56, 112)


first_rows = st.integers(0, 20_000)


@given(first_rows, st.integers(0, 300))
def test_with_a_share_of_a_half_every_photo_is_mirrored_exactly_every_other_epoch(first, epoch):
    rows = np.arange(first, first + 200)
    now, then = (mirrored_now(rows, e, 0.5) for e in (epoch, epoch + 1))
    assert (now ^ then).all()


@given(first_rows, st.integers(0, 9), st.integers(0, 300))
def test_over_ten_epochs_every_photo_is_mirrored_in_its_share_of_them(first, tenths, epoch):
    rows = np.arange(first, first + 50)
    turns = sum(mirrored_now(rows, e, tenths / 10).astype(int) for e in range(epoch, epoch + 10))
    # Ten steps of a decimal share miss a whole turn by a rounding error.
    assert np.abs(turns - tenths).max() <= 1 and abs(turns.mean() - tenths) < 0.1


@given(first_rows, st.floats(0, 1), st.integers(0, 300))
def test_any_run_of_photos_has_its_share_of_mirrored_ones(first, share, epoch):
    mirrored = mirrored_now(np.arange(first, first + 64), epoch, share)
    assert mirrored.mean() == pytest.approx(share, abs=0.06)


def test_about_half_of_any_batch_is_mirrored_and_copies_of_a_photo_alike():
    rows = np.random.default_rng(0).integers(0, 8197, (300, 64))
    shares = mirrored_now(rows.ravel(), 3, 0.5).reshape(300, 64).mean(axis=1)
    assert shares.mean() == pytest.approx(0.5, abs=0.02) and shares.min() > 0.25
    assert shares.max() < 0.75
    twice = mirrored_now(np.repeat(np.arange(40), 2), 3, 0.5).reshape(40, 2)
    assert (twice[:, 0] == twice[:, 1]).all()


@pytest.mark.parametrize(("share", "expected"), [(0.0, False), (1.0, True)])
def test_a_share_of_none_or_all_epochs_mirrors_none_or_all_photos(share, expected):
    for epoch in range(5):
        assert (mirrored_now(np.arange(1000), epoch, share) == expected).all()


@pytest.mark.parametrize(("top", "bottom"), [(0, 240), (30, 210), (60, 180)])
def test_a_crop_never_leaves_the_photo(top, bottom):
    columns, rows = where(top, bottom, STRONG)
    assert columns.min() >= 0 and columns.max() <= 239
    # A pixel's centre lies half a pixel from its edge, which the crop may touch.
    assert rows.min() >= top - 0.5 and rows.max() <= bottom - 0.5


def test_the_zoom_is_as_strong_as_it_may_be_and_no_stronger():
    columns, rows = where(0, 240, AugmentConfig(zoom=0.5))
    widths = (columns[:, -1] - columns[:, 0]) * 240 / 239
    heights = (rows[:, -1] - rows[:, 0]) * 120 / 119
    assert 119 < widths.min() < 130 and 230 < widths.max() < 240.5
    assert torch.allclose(widths, 2 * heights, atol=0.5)


def test_the_tilt_moves_the_crop_up_and_down_by_its_share_of_the_band():
    columns, rows = where(0, 240, AugmentConfig(tilt=0.25))
    moved = rows.mean(dim=1) - 119.5
    assert 27 < moved.max() < 30.1 and -30.1 < moved.min() < -27
    assert torch.allclose(columns.mean(dim=1), torch.tensor(119.5), atol=0.1)


def test_the_stretch_changes_width_against_height_by_its_share():
    columns, rows = where(0, 240, AugmentConfig(stretch=0.2))
    ratio = (columns[:, -1] - columns[:, 0]) / (rows[:, -1] - rows[:, 0]) / (239 / 119)
    assert 1.15 < ratio.max() < np.exp(0.2) + 0.01
    assert np.exp(-0.2) - 0.01 < ratio.min() < 0.87


def test_without_jitter_the_colours_stay():
    photos = images()
    assert torch.allclose(
        color_jitter(photos.clone(), AugmentConfig(), seeded()), photos, atol=1e-6
    )


@given(seeds, st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=15)
def test_recoloured_photos_stay_photos(seed, light, colour):
    photos = images(2, seed)
    changed = color_jitter(photos, AugmentConfig(light=light, colour=colour), seeded(seed))
    assert changed.shape == photos.shape
    assert changed.min() >= 0 and changed.max() <= 1 and changed.isfinite().all()


def step_by_step(photos: Tensor, jitter: AugmentConfig, generator: Generator) -> Tensor:
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
    photos, jitter = images(), AugmentConfig(light=0.4, colour=0.6)
    expected = step_by_step(photos, jitter, seeded())
    assert torch.allclose(color_jitter(photos.clone(), jitter, seeded()), expected, atol=1e-5)


def test_other_light_leaves_grey_grey_and_differs_from_photo_to_photo():
    grey = torch.full((8, 3, 120, 240), 0.4)
    grey[..., :120] = 0.5
    changed = color_jitter(grey, AugmentConfig(light=0.4), seeded())
    assert torch.allclose(changed[:, 0], changed[:, 2], atol=1e-6)
    assert len({round(float(photo.mean()), 4) for photo in changed}) == 8


def test_other_colours_keep_a_photos_lightness_nearly():
    photos = images() * 0.5 + 0.25
    changed = color_jitter(photos.clone(), AugmentConfig(colour=0.3), seeded())
    assert (changed.mean(dim=(1, 2, 3)) - photos.mean(dim=(1, 2, 3))).abs().max() < 0.06
    assert (changed - photos).abs().mean() > 0.01


@given(seeds)
@settings(max_examples=20)
def test_cut_mix_gives_each_class_the_share_of_the_pixels_that_show_it(seed):
    count = 4
    photos = torch.arange(count).float().view(-1, 1, 1, 1).expand(-1, 3, 120, 240).clone()
    mixed, targets = cut_mix(photos, torch.eye(count), seeded(seed), host(seed))
    shown = torch.stack([(mixed[:, 0] == i).float().mean(dim=(1, 2)) for i in range(count)], dim=1)
    assert torch.allclose(targets, shown, atol=1e-5)
    assert torch.allclose(targets.sum(dim=1), torch.ones(count))


@given(seeds)
@settings(max_examples=20)
def test_mix_up_gives_each_class_the_share_that_its_photo_has(seed):
    photos = images(5, seed)
    mixed, targets = mix_up(photos, torch.eye(5), seeded(seed), host(seed))
    assert torch.allclose(mixed, torch.einsum("bn,nchw->bchw", targets, photos), atol=1e-5)
    assert torch.allclose(targets.sum(dim=1), torch.ones(5))
    # Each photo keeps the larger part of itself.
    assert (targets.diagonal() >= 0.5).all()


def test_mix_up_blends_by_every_share_up_to_a_half():
    generator, draws = seeded(), host()
    kept = []
    for _ in range(200):
        _, targets = mix_up(torch.zeros(8, 3, 2, 4), torch.eye(8), generator, draws)
        # A photo that is blended with itself keeps all.
        kept.append(float(targets.diagonal().min()))
    assert min(kept) < 0.53 and np.mean(kept) == pytest.approx(0.75, abs=0.05)


MIXES = [(0.0, 0.0), (0.4, 0.0), (0.0, 0.3), (0.4, 0.3), (0.0, 1.0)]


@pytest.mark.parametrize(("cut", "blend"), MIXES)
def test_batches_are_mixed_in_the_shares_that_are_told(cut, blend):
    generator, draws = seeded(), host()
    seen = {"as they are": 0, "cut": 0, "blended": 0}
    photos = torch.arange(8.0).view(8, 1, 1, 1).expand(-1, 3, 12, 24)
    for _ in range(300):
        mixed, targets = mix(photos.clone(), torch.eye(8), cut, blend, generator, draws)
        whole = torch.equal(mixed, photos)
        # Pixels between two photos' values are a blend's.
        between = not torch.equal(mixed, mixed.round())
        seen["as they are" if whole else "blended" if between else "cut"] += 1
        assert not whole or torch.equal(targets, torch.eye(8))
    # One rectangle in sixteen or so is empty.
    assert seen["blended"] / 300 == pytest.approx(blend, abs=0.09)
    assert 0.75 * cut - 0.06 < seen["cut"] / 300 < cut + 0.09
    assert (seen["cut"] > 0) == (cut > 0) and (seen["blended"] > 0) == (blend > 0)


def test_photos_that_are_not_mixed_stay_as_they_are():
    photos = images()
    same, targets = mix(photos.clone(), torch.eye(4), 0.0, 0.0, seeded(), host())
    assert torch.equal(same, photos) and torch.equal(targets, torch.eye(4))


def everything(seed: int) -> Tensor:
    pixels, top, bottom, _ = some_frames()
    generator, draws = seeded(seed), host(seed)
    photos = color_jitter(crop(pixels, top, bottom, no, STRONG, generator), STRONG, generator)
    camera = np.array([ORIGINAL, RESAMPLED, NOISY, NOISY], np.uint8)
    photos = change(photos, ~no.numpy(), camera, generator, draws)
    return mix(photos, torch.eye(4), 0.5, 0.5, generator, draws)[0]


def test_no_change_waits_for_the_device():
    """A tensor without values stands for one whose values are elsewhere: none can be asked for."""
    all_cameras = Cameras(**{effect.name: 0.5 for effect in fields(Cameras)})
    camera = np.array([ORIGINAL, RESAMPLED, NOISY, NOISY], np.uint8)

    def batch() -> Tensor:
        generator, draws = seeded(), host()
        pixels, rows = torch.zeros(4, FRAME, FRAME, 3, dtype=torch.uint8), torch.zeros(4)
        photos = crop(pixels, rows, rows + FRAME, rows > 0, STRONG, generator, leaning=0.5)
        photos = color_jitter(photos, STRONG, generator)
        for _time in range(8):
            photos = other_cameras(photos, all_cameras, generator, draws)
            photos = change(photos, camera == RESAMPLED, camera, generator, draws)
            photos, _targets = mix(photos, torch.eye(4), 0.5, 0.5, generator, draws)
        return photos

    batch()  # sends what stays on the device
    with FakeTensorMode(allow_non_fake_inputs=True):
        assert batch().shape == (4, 3, HEIGHT, 2 * HEIGHT)


def test_the_same_seed_gives_the_same_photos_and_another_seed_others():
    first = everything(1)
    assert torch.equal(first, everything(1))
    assert not torch.equal(first, everything(2))


@pytest.mark.parametrize("wrong", [{"zoom": 0.95}, {"tilt": -0.1}, {"mirror": 1.5}])
def test_jitter_out_of_range_is_refused(wrong):
    with pytest.raises(ValueError, match="each lies in"):
        AugmentConfig(**wrong)


def test_a_square_crop_shows_the_photos_of_every_shape_whole():
    spec = InputSpec(64, 64, "square")
    pixels, top, bottom, _ = some_frames()
    shown = crop(pixels, top, bottom, no, AugmentConfig(), seeded(), 64, spec)
    assert shown.shape == (4, 3, 64, 64)
    levels = torch.arange(FRAME)[None, :, None, None].expand(4, FRAME, FRAME, 3)
    rows = (
        255
        * crop(levels.to(torch.uint8), top, bottom, no, AugmentConfig(), seeded(), 64, spec)[:, 0]
    )
    assert torch.allclose(rows[:, 0, 32], top.float(), atol=2.5)
    assert torch.allclose(rows[:, -1, 32], bottom - 1.0, atol=2.5)


def test_a_camera_at_an_angle_leaves_the_middle_of_the_crop_where_it_was():
    pixels, top, bottom, _ = some_frames()
    shown = (
        crop(pixels, top, bottom, no, AugmentConfig(), seeded(), leaning=share)
        for share in (0.0, 1.0)
    )
    upright, leant = (F.avg_pool2d(x, 2)[:, :, 29:31, 59:61].mean(dim=(2, 3)) for x in shown)
    assert torch.allclose(upright, leant, atol=0.2)


def test_lines_lean_with_the_camera_that_leans():
    pixels = torch.zeros(1, FRAME, FRAME, 3, dtype=torch.uint8)
    pixels[:, FRAME // 2 :] = 255
    ends, never = (torch.tensor([0]), torch.tensor([FRAME])), torch.zeros(1, dtype=torch.bool)
    for share, level in ((0.0, True), (1.0, False)):
        shown = crop(pixels, *ends, never, AugmentConfig(), seeded(), leaning=share)[0, 0]
        horizon = (shown < 0.5).sum(dim=0)
        assert (int(horizon.max() - horizon.min()) <= 1) == level
