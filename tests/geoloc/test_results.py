"""Answers to keep: every format tells the same, and no file name can do harm."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.city.density import Density
from geoloc.city.prediction import CityPrediction, Likeness
from geoloc.geo import Box, City, LatLon
from geoloc.geo.grid import Grid
from geoloc.photo import Photo
from geoloc.results import as_csv, as_geojson, as_json, columns, record
from geoloc.results.locate import PlaceAnswer, Read
from geoloc.tasks.country import CountryPrediction

BOX = Box(south=40.425, west=-80.035, north=40.460, east=-79.930)
GRID = Grid.over(BOX, 4)
FIRST = CountryPrediction("both", ("FR", "CI", "JP"), (0.7, 0.2, 0.1), likely=2)
SECOND = CountryPrediction("cnn", ("JP", "FR", "CI"), (0.5, 0.3, 0.2))
PIN = CityPrediction(
    "pittsburgh-cnn",
    City("pittsburgh", "Pittsburgh", BOX),
    LatLon(40.44, -79.99),
    Density(GRID, np.full(len(GRID), 1 / len(GRID))),
    None,
    {"p50": 812.04, "p90": 2345.0},
)
PHOTO = Photo(np.zeros((120, 240, 3), np.uint8), "0" * 64, position=LatLon(48.85, 2.35))


def answer(
    *names: str,
    countries: Sequence[CountryPrediction] = (FIRST, SECOND),
    cities: Sequence[CityPrediction] = (PIN,),
) -> PlaceAnswer:
    files = tuple(Read(name, PHOTO) for name in names or ("street.jpg",))
    ms = {"read": 5.0, "both": 20.04, "cnn": 8.0, "pittsburgh-cnn": 7.0}
    return PlaceAnswer(files, {"country": countries, "city": cities}, ms)


def table(*answers: PlaceAnswer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(answers).decode("utf-8-sig"), newline="")))


def test_the_csv_has_a_row_a_photo_and_model():
    rows = table(answer("a.jpg"), answer("b.jpg"))
    assert [(row["photo"], row["model"]) for row in rows] == [
        (photo, model)
        for photo in ("a.jpg", "b.jpg")
        for model in ("both", "cnn", "pittsburgh-cnn")
    ]
    country, _, pin = rows[:3]
    assert list(country) == [*columns(), "p_CI", "p_FR", "p_JP"]
    assert country["country"] == "France" and country["country_code"] == "FR"
    assert float(country["probability"]) == float(country["p_FR"]) == 0.7
    assert country["likely"] == "FR CI" and country["ms"] == "20.0" and country["lat"] == ""
    assert (float(country["exif_lat"]), float(country["exif_lon"])) == (48.85, 2.35)
    assert rows[1]["likely"] == ""
    assert pin["city"] == "Pittsburgh" and pin["country"] == "" and pin["p_FR"] == ""
    # Numbers stay numbers, also those with a minus before them.
    assert (pin["lat"], pin["lon"]) == ("40.44", "-79.99")
    assert (pin["error_p50_m"], pin["error_p90_m"]) == ("812.0", "2345.0")


def test_names_of_countries_survive_as_utf_8():
    named = replace(FIRST, codes=("CI", "FR", "JP"))
    assert as_csv([answer(countries=[named])]).startswith(b"\xef\xbb\xbf")
    assert table(answer(countries=[named]))[0]["country"] == "Côte d’Ivoire"


def test_the_json_is_what_the_command_writes():
    told = answer("a.jpg")
    assert json.loads(as_json([told])) == [record(told, together=False)]
    (one,) = json.loads(as_json([told]))
    assert one["photo"] == "a.jpg" and one["exif"] == {"lat": 48.85, "lon": 2.35}
    assert one["countries"]["both"] == [
        {"code": "FR", "name": "France", "p": 0.7, "likely": True},
        {"code": "CI", "name": "Côte d’Ivoire", "p": 0.2, "likely": True},
        {"code": "JP", "name": "Japan", "p": 0.1, "likely": False},
    ]
    assert one["countries"]["cnn"][0]["likely"] is None
    assert one["cities"]["pittsburgh"]["error_m"] == {"p50": 812.0, "p90": 2345.0}


def test_the_json_has_the_pin_of_a_citys_first_model_and_how_sure_it_is():
    first = replace(PIN, regions={90: 0.9}, likeness=Likeness(similarity=0.3, threshold=0.5))
    other = replace(PIN, model="pittsburgh-other", position=LatLon(40.43, -80.0))
    (one,) = json.loads(as_json([answer(cities=[first, other])]))
    assert one["cities"] == {
        "pittsburgh": {
            "lat": 40.44,
            "lon": -79.99,
            "model": "pittsburgh-cnn",
            "error_m": {"p50": 812.0, "p90": 2345.0},
            "region_km2": {"90": pytest.approx(first.region_km2(90), abs=1e-4)},
            "looks_like_here": False,
        }
    }


def test_the_geojson_has_a_feature_a_photo_with_longitude_first():
    collection = json.loads(as_geojson([answer("a.jpg"), answer("b.jpg")]))
    assert collection["type"] == "FeatureCollection" and len(collection["features"]) == 2
    feature = collection["features"][0]
    assert feature["geometry"] == {"type": "Point", "coordinates": [-79.99, 40.44]}
    told = feature["properties"]
    assert (
        told["photo"] == "a.jpg" and told["country"] == "France" and told["likely"] == ["FR", "CI"]
    )
    assert told["city"] == "Pittsburgh" and told["error_p50_m"] == 812.0
    assert [one["model"] for one in told["answers"]] == ["both", "cnn"]
    assert told.keys() - {"answers"} <= columns().keys()


def test_the_pins_are_those_of_the_city_that_is_asked_for():
    other = replace(PIN, model="cambridge-cnn", position=LatLon(40.45, -80.0))
    told = answer(cities=[PIN, other])
    for model, lat in ((None, 40.44), ("cambridge-cnn", 40.45)):
        (feature,) = json.loads(as_geojson([told], model))["features"]
        assert feature["geometry"]["coordinates"][1] == lat
    (feature,) = json.loads(as_geojson([answer(cities=[])]))["features"]
    assert feature["geometry"] is None and "city" not in feature["properties"]


def test_several_photos_of_one_place_are_one_answer():
    told = answer("a.jpg", "b.jpg")
    assert table(told)[0]["photo"] == "a.jpg; b.jpg" and table(told)[0]["photos"] == "2"
    assert table(told)[0]["exif_lat"] == ""
    (one,) = json.loads(as_json([told]))
    assert [file["photo"] for file in one["photos"]] == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize(
    "name", ["=1+1.jpg", "+cmd|' /C calc'!A0", "-2.jpg", "@SUM(A1)", " \t=1", "＝1", "\r=1"]
)
def test_a_file_name_is_never_a_formula(name):
    told = table(answer(name))[0]["photo"]
    assert told.startswith("'") and told.lstrip("' ")[0] in "=+-@＝"


@given(st.text(st.characters(codec=None), max_size=30))
def test_any_file_name_makes_whole_files(name):
    told = answer(name)
    rows = table(told)
    assert len(rows) == 3
    assert not rows[0]["photo"].lstrip().startswith(tuple("=+-@"))
    assert "\n" not in rows[0]["photo"] and "\r" not in rows[0]["photo"]
    for file in (as_json([told]), as_geojson([told])):
        json.loads(file.decode("utf-8"))


@pytest.mark.parametrize("strange", [float("nan"), float("inf"), "near", None])
def test_a_card_s_strange_errors_are_left_out(strange):
    told = answer(cities=[replace(PIN, error_m={"p50": strange, "p90": 9.0})])
    (one,) = json.loads(as_json([told]))
    assert one["cities"]["pittsburgh"]["error_m"] == {"p90": 9.0}
    assert table(told)[2]["error_p50_m"] == "" and table(told)[2]["error_p90_m"] == "9.0"


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_pin_of_a_city_on_the_antimeridian_is_a_place_of_geojson(x, y):
    box = Box(south=-17.0, west=179.8, north=-16.6, east=-179.8)
    pin = replace(PIN, city=City("taveuni", "Taveuni", box), position=box.denormalise(x, y))
    (feature,) = json.loads(as_geojson([answer(cities=[pin])]))["features"]
    lon, lat = feature["geometry"]["coordinates"]
    assert -180 <= lon <= 180 and abs(lon) >= 179.8 and -17 <= lat <= -16.6
