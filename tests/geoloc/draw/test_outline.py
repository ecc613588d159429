"""A second box on a city's map: dashed, not filled, and named in the key."""

from geoloc.draw.maps import base_map
from geoloc.draw.outline import outline_group
from geoloc.geo import PITTSBURGH_BOX, Box, City

CITY = City("town", "Town", Box(40.3, -80.1, 40.5, -79.8))


def rendered(box: Box | None) -> str:
    drawn = base_map(CITY)
    outline_group(box, "The old box", "Photos here").add_to(drawn)
    return drawn.get_root().render()


def test_the_box_is_dashed_and_named() -> None:
    page = rendered(PITTSBURGH_BOX)
    assert "[[40.425, -80.035], [40.46, -79.93]]" in page
    assert page.count("L.rectangle") == 2 and "5 6" in page
    assert "The old box" in page and "Photos here" in page


def test_without_a_box_the_key_names_the_squares_alone() -> None:
    page = rendered(None)
    assert page.count("L.rectangle") == 1
    assert "Photos here" in page and "The old box" not in page
