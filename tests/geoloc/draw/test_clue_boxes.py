"""A photo with boxes around what was read: none is changed, plates can't be read."""

import numpy as np

from geoloc.clues import Clue, Kind, TextLine
from geoloc.draw.clue_boxes import clue_boxes

BOX = ((40.0, 60.0), (160.0, 60.0), (160.0, 90.0), (40.0, 90.0))
PLACE = TextLine("Killorglin", 0.99, BOX)
PLATE = TextLine("AB12 CDE", 0.99, BOX)


def checks(side: int = 200) -> np.ndarray:
    """A chequered picture of single pixels."""
    board = np.indices((side, side)).sum(axis=0) % 2 * 255
    return np.repeat(board[..., None], 3, axis=2).astype(np.uint8)


def test_the_photo_itself_is_not_changed():
    photo = checks()
    clue_boxes(photo, [PLACE], [Clue(Kind.PLACE, "killorglin", {"IE": 40.0}, PLACE)])
    assert (photo == checks()).all()


def test_without_text_the_picture_is_the_photo():
    assert (clue_boxes(checks(), []) == checks()).all()


def test_a_typed_line_has_no_box():
    typed = TextLine("Killorglin")
    clue = Clue(Kind.PLACE, "killorglin", {"IE": 40.0}, typed)
    assert (clue_boxes(checks(), [typed], [clue]) == checks()).all()


def test_only_a_line_that_speaks_is_labelled():
    speaks = clue_boxes(checks(), [PLACE], [Clue(Kind.PLACE, "killorglin", {"IE": 40.0}, PLACE)])
    silent = clue_boxes(checks(), [PLACE])
    above = slice(30, 58)
    assert (silent[above] == checks()[above]).all()
    assert (speaks[above] != checks()[above]).any()


def test_a_number_plate_is_blurred():
    picture = clue_boxes(checks(), [PLATE], [Clue(Kind.PLATE, "AA99 AAA", {"GB": 25.0}, PLATE)])
    inside = picture[66:84, 50:150].astype(int)
    assert np.ptp(inside) < 60


def test_boxes_that_reach_over_the_edge_are_drawn():
    line = TextLine("x", 1, ((-30.0, -20.0), (400.0, -20.0), (400.0, 300.0), (-30.0, 300.0)))
    picture = clue_boxes(checks(), [line], [Clue(Kind.PLATE, "A", {"GB": 25.0}, line)])
    assert picture.shape == (200, 200, 3)
