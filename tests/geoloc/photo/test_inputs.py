"""The band that networks see: which part of a photo it is, at any size and shape."""

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from geoloc.models.card import Input
from geoloc.photo.inputs import (
    BAND,
    FRAME,
    HEIGHT,
    PREPARATION_VERSION,
    WIDTH,
    Crops,
    Frame,
    InputSpec,
    frame,
    prepare,
    to_batch,
)

SIZES = {
    "square": (1000, 1000),
    "4:3": (900, 1200),
    "3:4 portrait": (1200, 900),
    "9:16 portrait": (1600, 900),
    "16:9": (900, 1600),
    "2:1": (600, 1200),
    "panorama": (400, 1600),
    "odd": (701, 1023),
    "small": (150, 200),
    "smaller than the band": (40, 60),
}
"""Height and width of photos."""

sizes = st.tuples(st.integers(1, 300), st.integers(1, 300))


def gradient(height: int, width: int) -> np.ndarray:
    """A photo that knows where it is: red grows from left to right, green from top to bottom."""
    pixels = np.zeros((height, width, 3))
    pixels[..., 0] = 255 * (np.arange(width) + 0.5) / width
    pixels[..., 1] = 255 * (np.arange(height)[:, None] + 0.5) / height
    return pixels.round().astype(np.uint8)


def noise(size: tuple[int, int], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)


@given(sizes, st.integers(0, 99))
def test_the_band_is_the_middle_of_the_frame(size, seed):
    photo = noise(size, seed)
    framed = frame(photo)
    assert framed.pixels.shape == (FRAME, FRAME, 3) and framed.pixels.dtype == np.uint8
    assert prepare(photo).shape == (HEIGHT, WIDTH, 3)
    assert np.array_equal(prepare(photo), framed.pixels[60:180])


@given(sizes)
def test_the_rows_that_hold_photo_always_cover_the_band(size):
    framed = frame(noise(size))
    assert 0 <= framed.top <= 60 and 180 <= framed.bottom <= FRAME
    assert (framed.pixels[: framed.top] == framed.pixels[framed.top]).all()
    assert (framed.pixels[framed.bottom :] == framed.pixels[framed.bottom - 1]).all()


@pytest.mark.parametrize(
    ("size", "rows"),
    [((480, 480), 240), ((900, 1200), 180), ((900, 1600), 134), ((600, 1200), 120), ((9, 3), 240)],
)
def test_a_frame_keeps_what_lies_above_and_below_the_band(size, rows):
    framed = frame(noise(size))
    assert framed.bottom - framed.top == rows


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_the_band_is_the_largest_central_one_twice_as_wide_as_high(size):
    height, width = size
    wide, high = (2 * height, height) if width > 2 * height else (width, width / 2)
    x = (width - wide) / 2 + wide * (np.arange(WIDTH) + 0.5) / WIDTH
    y = (height - high) / 2 + high * (np.arange(HEIGHT) + 0.5) / HEIGHT
    band = prepare(gradient(height, width)).astype(float)
    # Rounding costs a level; an odd number of rows that are cut off, half a row of the photo.
    assert np.abs(band[..., 0] - 255 * x / width).max() < 1 + 255 * 0.5 / width
    assert np.abs(band[..., 1] - 255 * y[:, None] / height).max() < 1 + 255 * 0.5 / height


@given(sizes)
def test_the_photo_lies_in_the_middle_of_its_frame(size):
    framed = frame(noise(size))
    assert framed.top == FRAME - framed.bottom


@given(st.integers(1, 300))
def test_a_square_photo_fills_its_frame(side):
    photo = noise((side, side))
    shrinks = cv2.INTER_AREA if side > FRAME else cv2.INTER_CUBIC
    assert np.array_equal(
        frame(photo).pixels, cv2.resize(photo, (FRAME, FRAME), interpolation=shrinks)
    )


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_the_band_at_the_photos_own_resolution_shows_the_same(size):
    photo = gradient(*size)
    crop = BAND.part(photo)
    assert np.shares_memory(crop, photo)
    assert abs(crop.shape[1] - 2 * crop.shape[0]) <= 1
    assert np.abs(prepare(crop).astype(float) - prepare(photo)).max() < 2 + 255 / min(size)


def test_a_photo_at_the_frames_own_size_is_not_touched():
    photo = noise((240, 240))
    assert np.array_equal(frame(photo).pixels, photo)
    assert np.array_equal(prepare(photo), photo[60:180])


def test_a_photo_at_the_bands_own_size_is_not_touched():
    photo = noise((120, 240))
    assert np.array_equal(prepare(photo), photo)


MARKS = [
    # photo's size, the mark's row and column in it, and in the band
    ((480, 480), (200, 120), (40, 60)),
    ((900, 1200), (450, 600), (60, 120)),
    ((900, 1200), (300, 100), (30, 20)),
    ((1200, 900), (700, 800), (86.7, 213.3)),
    ((400, 1600), (100, 500), (30, 30)),
]


@pytest.mark.parametrize(("size", "mark", "expected"), MARKS)
def test_a_mark_lands_where_it_should(size, mark, expected):
    photo = np.zeros((*size, 3), np.uint8)
    row, column = mark
    photo[row - 8 : row + 8, column - 8 : column + 8] = 255
    light = prepare(photo)[..., 0].astype(float)
    rows, columns = np.indices(light.shape) + 0.5
    found = ((light * rows).sum() / light.sum(), (light * columns).sum() / light.sum())
    assert found == pytest.approx(expected, abs=0.6)


@pytest.mark.parametrize("size", [(500, 500), (600, 800), (800, 600), (300, 1000), (60, 80)])
def test_a_mirrored_photo_has_the_mirrored_band(size):
    photo = noise(size)
    mirrored = prepare(photo[:, ::-1]).astype(int)
    assert np.abs(mirrored - prepare(photo)[:, ::-1]).max() <= 1


@given(sizes, st.tuples(*[st.integers(0, 255)] * 3))
def test_a_photo_of_one_colour_keeps_it(size, colour):
    assert (prepare(np.full((*size, 3), colour, np.uint8)) == colour).all()


def test_a_large_photo_is_averaged_not_sampled():
    stripes = np.zeros((960, 1920, 3), np.uint8)
    stripes[:, ::8] = 200
    assert (prepare(stripes) == 25).all()


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((50, 50), np.uint8),
        np.zeros((50, 50, 4), np.uint8),
        np.zeros((50, 50, 3), np.float32),
        np.zeros((0, 50, 3), np.uint8),
    ],
    ids=["grey", "with alpha", "floats", "empty"],
)
def test_what_is_no_rgb_photo_is_refused(pixels):
    with pytest.raises(ValueError, match="uint8"):
        prepare(pixels)


def test_a_photo_that_cannot_be_written_is_read_all_the_same():
    photo = noise((300, 400))
    photo.flags.writeable = False
    assert np.array_equal(prepare(photo), prepare(photo.copy()))


def test_a_batch_has_channels_first_and_values_between_0_and_1():
    bands = np.stack([prepare(noise((200, 300), seed)) for seed in range(3)])
    before = bands.copy()
    batch = to_batch(bands)
    assert batch.shape == (3, 3, HEIGHT, WIDTH) and batch.dtype == torch.float32
    assert float(batch[1, 2, 30, 40]) == pytest.approx(bands[1, 30, 40, 2] / 255)
    assert float(batch.min()) >= 0 and float(batch.max()) <= 1
    assert np.array_equal(bands, before)
    assert torch.equal(to_batch(list(bands)), batch)


def test_without_offsets_the_only_crop_is_the_band():
    pixels = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    assert np.array_equal(Crops().of(frame(pixels)), prepare(pixels)[None])


def test_crops_above_and_below_stop_where_the_photo_ends():
    pixels = np.random.default_rng(0).integers(0, 256, (130, 240, 3), np.uint8)
    upper, lower = Crops(offsets=(-20, 20)).of(frame(pixels))
    assert np.array_equal(upper, pixels[:120]) and np.array_equal(lower, pixels[10:])


@given(sizes, st.lists(st.integers(-120, 120), min_size=1, max_size=4))
def test_a_crop_never_shows_what_is_not_in_the_photo(size, offsets):
    framed = frame(noise(size))
    seen = framed.pixels.copy()
    seen[framed.top : framed.bottom] = 255
    seen[: framed.top] = seen[framed.bottom :] = 0
    views = Crops(tuple(offsets)).of(Frame(seen, framed.top, framed.bottom))
    assert views.shape == (len(offsets), HEIGHT, WIDTH, 3) and (views == 255).all()


def test_mirrored_crops_follow_the_others():
    pixels = np.random.default_rng(0).integers(0, 256, (240, 240, 3), np.uint8)
    crops = Crops(offsets=(-20, 0), mirror=True).of(frame(pixels))
    assert np.array_equal(crops[2:], crops[:2, :, ::-1])


SQUARE = InputSpec(64, 64, "square")


def test_a_square_shows_all_that_a_frame_holds_of_the_photo():
    pixels = np.zeros((90, 240, 3), np.uint8)
    pixels[:45], pixels[45:] = 50, 200
    (view,) = Crops(spec=SQUARE).of(frame(np.repeat(pixels, 2, axis=0)))
    assert view.shape == (64, 64, 3)
    assert (view[:30] == 50).all() and (view[34:] == 200).all()


def test_the_whole_photo_is_shown_however_wide_it_is():
    pixels = np.zeros((100, 500, 3), np.uint8)
    pixels[:, :50], pixels[:, -50:] = 250, 250
    view = InputSpec(64, 64, "full").prepare(pixels)
    assert (view[:, :4] > 200).all() and (view[:, -4:] > 200).all()
    assert (InputSpec(64, 64, "square").prepare(pixels) == 0).all()


@pytest.mark.parametrize("crop", ["band", "square", "full", "centre"])
def test_the_part_of_a_photo_that_is_shown_is_what_a_network_sees(crop):
    pixels = noise((310, 500))
    spec = InputSpec(64, 128 if crop == "band" else 64, crop)
    part = cv2.resize(spec.part(pixels), (spec.width, spec.height), interpolation=cv2.INTER_AREA)
    assert np.abs(part.astype(float) - spec.prepare(pixels)).mean() < 12


def test_a_larger_input_is_made_of_the_photo_and_not_of_a_smaller_one():
    pixels = noise((800, 800))
    large = InputSpec(640, 640, "square").prepare(pixels).astype(float)
    small = cv2.resize(InputSpec(240, 240, "square").prepare(pixels), (640, 640)).astype(float)
    assert large.std() > 2 * small.std()


SEEN = [[35.4, 56.7, 77.9, 99.2], [70.8, 92.1, 113.3, 134.6]]
"""What version 1 of the preparation makes of a gradient: its mean light on a grid of 2 x 4."""


def test_another_preparation_has_another_version():
    """If this fails because photos are prepared otherwise now: raise PREPARATION_VERSION too."""
    assert PREPARATION_VERSION == 1
    light = prepare(gradient(300, 500)).astype(float).mean(axis=2)
    assert light.reshape(2, 60, 4, 60).mean(axis=(1, 3)) == pytest.approx(np.array(SEEN), abs=0.5)


def test_a_square_has_one_view_and_its_mirror_image():
    crops = Crops(offsets=(-30, 0, 30), mirror=True, spec=SQUARE)
    views = crops.of(frame(np.random.default_rng(0).integers(0, 256, (240, 240, 3), np.uint8)))
    assert len(crops) == len(views) == 2
    assert np.array_equal(views[1], views[0][:, ::-1])


HALF = (0.5, 0.5, 0.5)
PUBLISHED = InputSpec(64, 64, "centre", mean=HALF, std=(0.25, 0.5, 1.0), interpolation="bicubic")
"""As a network that others published may see photos."""


@pytest.mark.parametrize("spec", [BAND, SQUARE, PUBLISHED])
def test_a_card_and_a_recipe_tell_the_input_again(spec):
    assert Input.of(spec).spec == spec
    assert InputSpec(**spec.as_card()) == spec


def test_a_batch_is_standardised_as_its_spec_says_and_by_default_not_at_all():
    view = noise((64, 64))
    colours = torch.from_numpy(view).permute(2, 0, 1)[None] / 255
    assert torch.equal(SQUARE.batch([view]), colours)
    red, green, blue = ((colours - 0.5) / torch.tensor([0.25, 0.5, 1.0]).view(3, 1, 1))[0]
    assert torch.allclose(PUBLISHED.batch([view]), torch.stack([red, green, blue])[None])


@pytest.mark.parametrize("method", ["bilinear", "bicubic"])
def test_a_published_preparation_is_followed_to_the_pixel(method):
    """Resize the shorter side and cut out the centre, as torchvision and transformers do it."""
    pixels = noise((300, 400))
    spec = InputSpec(64, 64, "centre", interpolation=method)
    square = Image.fromarray(pixels).crop((50, 0, 350, 300))
    expected = square.resize((64, 64), Image.Resampling[method.upper()])
    assert np.array_equal(spec.prepare(pixels), np.asarray(expected))
    assert np.array_equal(spec.part(pixels), np.asarray(square))
    assert spec.framing != PUBLISHED.framing or method == "bicubic"


@pytest.mark.parametrize("crop", ["band", "square", "full", "centre"])
@pytest.mark.parametrize("method", ["area", "bilinear", "bicubic"])
def test_each_interpolation_shows_the_same_part_of_a_photo(crop, method):
    spec = InputSpec(64, 128 if crop == "band" else 64, crop, interpolation=method)
    pixels = gradient(310, 500)
    usual = InputSpec(64, spec.width, crop).prepare(pixels).astype(float)
    assert np.abs(spec.prepare(pixels) - usual).max() < 8


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((120, 240, "round"), "crop is one of"),
        ((60, 60, "square"), "multiples of 8"),
        ((968, 968, "square"), "multiples of 8 up to 960"),
        ((128, 240, "band"), "a band is twice as wide as high"),
        ((64, 96, "centre"), "centre is a square"),
        ((64, 64, "full", (0.5, 0.5)), "three numbers each"),
        ((64, 64, "full", HALF, (1, 0, 1)), "std lies above 0"),
        ((64, 64, "full", HALF, HALF, "nearest"), "interpolation is one of"),
    ],
)
def test_an_input_that_cannot_be_made_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        InputSpec(*values)
