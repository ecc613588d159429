"""The one reader of tables: what it understands, what it refuses, and what it says of each line."""

import math
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoloc import photo_list
from geoloc.photo_list import PhotoList, PhotoListError, is_unknown, read
from geoloc.photo_list.cells import number
from tests.geoloc.photo_list.odd_tables import LINES, REFUSED, UNDERSTOOD, beside_photos

Written = Callable[..., PhotoList]


@pytest.fixture
def listed(tmp_path) -> Written:
    """Writes lines as a table beside photos a.jpg to e.jpg, and reads it."""
    for name in "abcde":
        (tmp_path / f"{name}.jpg").touch()

    def write_and_read(*lines: str) -> PhotoList:
        (tmp_path / "photos.csv").write_text("\n".join(lines), encoding="utf-8")
        return read(tmp_path)

    return write_and_read


def countries(found: PhotoList) -> list[str | None]:
    return [photo.country for photo in found.photos]


@pytest.mark.parametrize("data", UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_a_table_is_understood_whatever_program_saved_it(tmp_path, data):
    found = read(beside_photos(tmp_path, data))
    assert [(p.file, p.lat, p.lon) for p in found.photos] == list(LINES)
    assert countries(found) == ["FR", "FR"] and not found.left_out


@pytest.mark.parametrize(("data", "names"), REFUSED.values(), ids=REFUSED)
def test_what_lists_no_photos_is_refused_with_its_name_and_what_it_is(tmp_path, data, names):
    assert photo_list.fitting(beside_photos(tmp_path, data)) == []
    with pytest.raises(PhotoListError) as refused:
        read(tmp_path)
    assert "photos.csv" in str(refused.value) and names in str(refused.value)


def test_columns_that_are_not_understood_are_named_with_those_looked_for(tmp_path):
    with pytest.raises(PhotoListError) as refused:
        read(beside_photos(tmp_path, b"foto,breite\na.jpg,3\n"))
    for word in ("photos.csv", "foto, breite", "filename", "image_name", "country", "lat and lon"):
        assert word in str(refused.value)


def test_a_table_of_names_alone_is_refused(tmp_path):
    with pytest.raises(PhotoListError, match="photos.csv lists no photo"):
        read(beside_photos(tmp_path, b"path,country\n\n"))


def test_one_of_several_tables_is_taken_if_it_alone_lists_photos(tmp_path):
    beside_photos(tmp_path, REFUSED["a workbook"][0], "old.csv")
    beside_photos(tmp_path, UNDERSTOOD["decimal commas and tabs"], "photos.tsv")
    assert read(tmp_path).table.name == "photos.tsv"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode()))
def test_whatever_a_file_holds_it_is_read_or_refused_with_a_sentence(tmp_path, data):
    beside_photos(tmp_path, data)
    photo_list.fitting(tmp_path)
    with pytest.raises(PhotoListError) as refused:
        read(tmp_path)
    assert "photos.csv" in str(refused.value)


CELLS = st.sampled_from(
    ["a.jpg", "b.jpg", "../a.jpg", "48.8", "48,8", "2.3", "-181", "1e400", "NA", "N/A", "FR", "no"]
    + ["", '"', "#", "path", "lat", "Deutschland", "0", "nan", "é", "\x85", "train"]
)
DELIMITERS = st.sampled_from([",", ";", "\t", "|", "\r", "\n"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.sampled_from(
        ["path,lat,lon,country,split", "file;country", "lng\tlat\timage", "sep=|\npath|cc"]
    ),
    st.lists(st.tuples(CELLS, DELIMITERS), max_size=40),
    st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-8-sig"]),
)
def test_whatever_lines_a_table_has_each_is_a_photo_or_has_a_reason(
    tmp_path, header, cells, encoding
):
    text = header + "\nz.jpg\n" + "".join(cell + delimiter for cell, delimiter in cells)
    found = read(beside_photos(tmp_path, text.encode(encoding, "replace")))
    for photo in found.photos:
        assert photo.file in ("a.jpg", "b.jpg")
        assert photo.country is not None or not math.isnan(photo.lat)
        assert math.isnan(photo.lat) or (abs(photo.lat) <= 90 and abs(photo.lon) <= 180)
    assert all(found.left_out.values())


NOT_KNOWN = [
    "",
    "N/A",
    "n/a",
    "n.a.",
    "N.A.",
    "#N/A",
    "<NA>",
    "-",
    "–",
    "?",
    "unknown",
    "(unknown)",
]
NOT_KNOWN += ["None", "NULL", "nan", "NaN", "1.#QNAN", "[null]", "not available", "inconnu"]


@pytest.mark.parametrize("word", NOT_KNOWN)
def test_a_word_for_not_known_is_no_country_and_no_number(listed, word):
    assert is_unknown(word)
    found = listed("path,lat,lon,country", f"a.jpg,48.85,2.35,{word}", f"b.jpg,{word},{word},FR")
    assert countries(found) == ["FR", "FR"] and not found.left_out
    alone = listed("path,country", f"a.jpg,{word}", "b.jpg,FR")
    assert alone.left_out == {"neither country nor position": ["a.jpg"]}


NAMIBIA = {
    "alone": (["path,country", "a.jpg,NA"], ["NA"]),
    "among codes": (["path,country", "a.jpg,NA", "b.jpg,ZA", "c.jpg,BW"], ["NA", "ZA", "BW"]),
    "where its position is": (["path,lat,lon,country", "a.jpg,-22.6,17.1,NA"], ["NA"]),
    "off its coast": (["path,lat,lon,country", "a.jpg,-22.6,13.8,NA"], ["NA"]),
}
NOT_NAMIBIA = {
    "where its position is not": (["path,lat,lon,country", "a.jpg,48.85,2.35,NA"], ["FR"]),
    "in a table of R's": (
        ["path,lat,lon,country", "a.jpg,NA,NA,FR", "b.jpg,48.85,2.35,NA", "c.jpg,NA,NA,NA"],
        ["FR", "FR"],
    ),
    "among names": (["path,country", "a.jpg,France", "b.jpg,NA", "c.jpg,Japan"], ["FR", "JP"]),
    "among codes of three letters": (["path,country", "a.jpg,FRA", "b.jpg,NA"], ["FR"]),
}


@pytest.mark.parametrize(("lines", "codes"), NAMIBIA.values(), ids=NAMIBIA)
def test_bare_na_is_namibia(listed, lines, codes):
    found = listed(*lines)
    assert countries(found) == codes and not found.left_out


@pytest.mark.parametrize(("lines", "codes"), NOT_NAMIBIA.values(), ids=NOT_NAMIBIA)
def test_bare_na_is_not_known_where_the_rest_of_the_table_says_so(listed, lines, codes):
    assert countries(listed(*lines)) == codes


def test_a_label_against_its_own_position_is_listed(listed):
    found = listed(
        "path,lat,lon,country",
        "a.jpg,48.85,2.35,FR",
        "b.jpg,52.52,13.41,FR",
        "c.jpg,30.0,-40.0,FR",
        "d.jpg,48.58,7.82,France",  # Kehl, across the bridge from Strasbourg
        "e.jpg,48.6,-5.6,FR",  # at sea, off Brest
    )
    assert [photo.file for photo in found.photos] == ["a.jpg", "d.jpg", "e.jpg"]
    assert found.left_out == {
        "country and position contradict each other": ["b.jpg (FR, DE)", "c.jpg (FR, -)"]
    }
    assert "Correct one" in found.advice["country and position contradict each other"]


SWAPPED = {
    "at sea": ["path,lat,lon", "a.jpg,2.2945,48.8584", "b.jpg,2.35,48.87"],
    "off the globe": ["path,lat,lon", "a.jpg,139.7,35.7", "b.jpg,135.5,34.7"],
    "in a country that the label is not": ["path,lat,lon,country", "a.jpg,21.01,52.23,PL"],
}


@pytest.mark.parametrize("lines", SWAPPED.values(), ids=SWAPPED)
def test_latitude_and_longitude_in_each_others_column_are_named(listed, lines):
    found = listed(*lines)
    assert not found.photos
    assert list(found.left_out) == ["latitude and longitude seem to be swapped"]
    assert "Exchange" in found.advice["latitude and longitude seem to be swapped"]


UNSWAPPED = {
    "photos on both sides": ["path,lat,lon", "a.jpg,2.2945,48.8584", "b.jpg,48.85,2.35"],
    "on land both ways": ["path,lat,lon", "a.jpg,39.9,32.9"],
    "at sea both ways": ["path,lat,lon", "a.jpg,-30,-40"],
}


@pytest.mark.parametrize("lines", UNSWAPPED.values(), ids=UNSWAPPED)
def test_a_single_photo_at_sea_does_not_make_a_table_swapped(listed, lines):
    assert not listed(*lines).left_out


def test_x_and_y_of_a_picture_are_no_place(listed):
    found = listed("path,country,x,y", "a.jpg,FR,512,300", "b.jpg,DE,10,900")
    assert countries(found) == ["FR", "DE"] and math.isnan(found.photos[0].lat)


@pytest.mark.parametrize("name", ["a.avif", "b.heic", "c.webp", "d.JPG", "e.png"])
def test_every_kind_of_photo_can_be_listed(tmp_path, name):
    (tmp_path / name).touch()
    (tmp_path / "photos.csv").write_text(f"path,lat,lon\n{name},48.8,2.2\n")
    assert [photo.file for photo in read(tmp_path).photos] == [name]


def test_a_file_is_a_photo_by_its_name_or_by_its_first_bytes(tmp_path):
    beside_photos(tmp_path, b"path,country\na.jpg,FR\nIMG_0001,FR\nnotes.txt,FR\n")
    (tmp_path / "IMG_0001").write_bytes((tmp_path / "a.jpg").read_bytes())
    (tmp_path / "notes.txt").write_text("hello")
    found = read(tmp_path)
    assert [photo.file for photo in found.photos] == ["a.jpg", "IMG_0001"]
    assert found.left_out == {"not a photo by its name": ["notes.txt"]}


def test_unquoted_decimal_commas_are_told_what_to_do(listed):
    found = listed("path,lat,lon", "a.jpg,48,8584,2,2945")
    ((reason, names),) = found.left_out.items()
    assert names == ["a.jpg,48,8584,2,2945"] and "semicolon" in found.advice[reason]


NUMBERS = [
    ("48.85", 48.85),
    ("48,85", 48.85),
    (" -2.5 ", -2.5),
    ("−2.5", -2.5),
    (".5", 0.5),
    ("1e1", 10.0),
    ("48.85°", 48.85),
    ("33.9 S", -33.9),
    ("S33,9", -33.9),
    ("33.9 E", None),
    ("-33.9 S", None),
    ("1.234,5", None),
    ("1e999", None),
    ("inf", None),
    ("nan", None),
    ("north", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_a_number_is_read_as_its_country_writes_it(text, value):
    assert number(text, "S") == value


@given(st.floats(-180, 180), st.sampled_from(".,"))
def test_any_number_that_a_program_writes_is_read(value, mark):
    assert number(repr(value).replace(".", mark)) == value
