"""A sheet of pictures to keep: what is on it, and that it carries nothing else."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from geoloc.draw.overlay import legend
from geoloc.draw.poster import Panel, poster

LINE = "Small CNN: Linear models after a layer. Côte d’Ivoire and Türkiye, 31.2 %. "


def picture(colour: tuple[int, int, int], caption: str = "conv_2: France 23.4%") -> Panel:
    return Panel(np.full((100, 200, 3), colour, np.uint8), caption)


def sheet(pictures: list[Panel], lines=(LINE,)) -> np.ndarray:
    data = poster(pictures, legend("viridis"), ("least", "most"), lines)
    return np.asarray(Image.open(io.BytesIO(data)))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_every_picture_is_on_the_sheet_as_it_was_drawn(count):
    colours = [(200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30)][:count]
    drawn = sheet([picture(colour) for colour in colours])
    for colour in colours:
        assert (drawn == colour).all(axis=2).sum() == 100 * 200


def test_two_pictures_stand_side_by_side_and_the_third_below():
    drawn = sheet([picture((200, 30, 30)), picture((30, 200, 30)), picture((30, 30, 200))])
    (top, left), (_, right), (bottom, _) = (
        np.argwhere((drawn == colour).all(axis=2))[0]
        for colour in ((200, 30, 30), (30, 200, 30), (30, 30, 200))
    )
    assert right - left > 200 and bottom - top > 100


def test_captions_and_lines_are_written_and_long_ones_are_broken():
    empty, short = sheet([picture((255, 255, 255), "")], ()), sheet([picture((255, 255, 255), "")])
    long = sheet([picture((255, 255, 255), "")], (LINE * 3,))
    ink = [(drawn < 128).all(axis=2).sum() for drawn in (empty, short, long)]
    assert ink[0] < ink[1] < ink[2]
    assert empty.shape[0] < short.shape[0] < long.shape[0]
    assert empty.shape[1] == long.shape[1]
    # Nothing is written into the margins.
    assert (long[:, :20] > 200).all() and (long[:, -20:] > 200).all()


def test_a_caption_that_does_not_fit_is_cut_off_with_an_ellipsis():
    drawn = sheet([picture((255, 255, 255), "a very long caption " * 5)], ())
    assert (drawn[:, -20:] > 200).all()


def test_the_legend_runs_from_its_first_to_its_last_colour():
    bar = legend("viridis")
    rows = [row for row in sheet([picture((255, 255, 255))]) if (row[24] == bar[0, 0]).all()]
    assert len(rows) == 14
    assert np.abs(rows[0][24 + 199].astype(int) - bar[0, -1]).max() <= 2


def test_the_file_has_no_data_but_its_pixels():
    data = poster([picture((9, 9, 9))], legend("viridis"), ("least", "most"), [LINE])
    image = Image.open(io.BytesIO(data))
    image.load()
    assert image.format == "PNG" and not image.getexif() and not image.text
    assert cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) is not None
