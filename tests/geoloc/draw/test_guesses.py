"""The game's map: ways over the globe, marks with names, nothing from elsewhere."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.draw.guesses import Spot, asked_group, guess_map, revealed_group, way
from geoloc.geo import LatLon, distances_m, haversine_m

ROME, TOKYO = LatLon(41.9, 12.5), LatLon(35.7, 139.7)
places = st.builds(LatLon, st.floats(-89, 89), st.floats(-180, 180))


def rendered(*groups) -> str:
    drawn = guess_map()
    for group in groups:
        group.add_to(drawn)
    return drawn.get_root().render()


@given(places, places)
def test_a_way_is_as_long_as_the_shortest_distance(start, end) -> None:
    metres = haversine_m(start, end)
    if metres > 19_900_000:  # next to the antipode every way is as short
        return
    drawn = sum(
        distances_m(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1]).sum()
        for line in way(start, end)
    )
    assert drawn == pytest.approx(metres, rel=0.01, abs=1)


@given(places, places)
def test_no_line_crosses_the_whole_map(start, end) -> None:
    for part in way(start, end):
        assert len(part) > 1
        assert np.abs(np.diff(part[:, 1])).max() <= 180


def test_a_way_over_the_pacific_is_two_lines() -> None:
    assert len(way(TOKYO, LatLon(37.8, -122.4))) == 2
    assert len(way(ROME, TOKYO)) == 1


def test_a_way_over_the_antimeridian_is_drawn_to_both_edges_of_the_map() -> None:
    first, second = way(LatLon(-16.8, 179.9), LatLon(-17.0, -179.9))
    assert first[0].tolist() == pytest.approx([-16.8, 179.9])
    assert first[-1].tolist() == pytest.approx([-16.9, 180], abs=1e-3)
    assert second[0].tolist() == pytest.approx([-16.9, -180], abs=1e-3)
    assert second[-1].tolist() == pytest.approx([-17.0, -179.9])


def test_the_map_asks_nothing_of_other_servers() -> None:
    page = rendered(asked_group(Spot("You", "Your pin", ROME, "you")))
    sources = re.findall(r'<(?:script|link)[^>]* (?:src|href)="([^"]+)"', page)
    assert sources and all(source.startswith("../../app/static/") for source in sources)


def test_every_player_and_the_truth_have_a_name() -> None:
    truth = Spot("★", "Taken here: Rome", ROME, "truth")
    guesses = [Spot("You", "You: 3 km away", ROME, "you"), Spot("M", "M: far", TOKYO, "model")]
    page = rendered(revealed_group(truth, guesses))
    for text in ("Taken here: Rome", "You: 3 km away", "M: far"):
        assert f'aria-label=\\"{text}\\"' in page or f'aria-label="{text}"' in page
    assert page.count("L.polyline") == 2


def test_a_player_s_name_cannot_break_out_of_the_map() -> None:
    page = rendered(asked_group(Spot("<script>x</script>", "`${x}`", ROME, "you")))
    assert "<script>x" not in page and "`${x}`" not in page
