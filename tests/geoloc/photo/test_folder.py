"""The folder of photos on the server: what its table lists, and what is left out and why."""

from pathlib import Path

import pytest

from geoloc.geo import LatLon
from geoloc.photo.folder import AlbumError, configured, read_album
from geoloc.settings import PHOTO_FOLDER


def album(folder: Path, *lines: str, name: str = "photos.csv"):
    for file in ("a.jpg", "b.jpg", "sub/c.jpg"):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(b"not read here")
    (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return read_album(folder)


def test_countries_and_positions_are_read(tmp_path):
    found = album(
        tmp_path,
        "path,country,lat,lon,heading,split",
        "a.jpg,France,,,,val",
        "b.jpg,,52.52,13.41,-90,test",
        "sub/c.jpg,JP,35.7,139.7,,train",
    ).photos
    assert [photo.country for photo in found] == ["FR", "DE", "JP"]
    assert [photo.position for photo in found] == [None, LatLon(52.52, 13.41), LatLon(35.7, 139.7)]
    assert [photo.heading for photo in found] == [None, 270.0, None]
    assert [photo.unseen for photo in found] == [True, True, False]
    assert found[2].file == "sub/c.jpg" and found[2].read() == b"not read here"


def test_a_table_without_splits_makes_no_photo_unseen(tmp_path):
    found = album(tmp_path, "path,country", "a.jpg,FR").photos
    assert not found[0].unseen


BAD_LINES = {
    "photo is missing": "none.jpg,FR,,,val",
    "path is empty, absolute or leaves the CSV's folder": "../secret.jpg,FR,,,val",
    "unknown country": "a.jpg,Atlantis,,,val",
    "the country is not known": "a.jpg,,30,-40,val",
    "latitude is no number": "a.jpg,,north,3,val",
    "coordinates out of range": "a.jpg,,91,3,val",
    "country and position contradict each other": "a.jpg,FR,52.52,13.41,val",
}


@pytest.mark.parametrize("reason", BAD_LINES)
def test_a_bad_line_is_left_out_and_counted(tmp_path, reason):
    (tmp_path / "secret.jpg").write_bytes(b"")
    folder = tmp_path / "photos"
    folder.mkdir()
    found = album(folder, "path,country,lat,lon,split", BAD_LINES[reason], "b.jpg,FR,,,val")
    assert found.left_out == {reason: 1}
    assert [photo.file for photo in found.photos] == ["b.jpg"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "secret.jpg").write_bytes(b"")
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    found = album(folder, "path,country", "link.jpg,FR")
    assert not found.photos and found.left_out == {"the path leaves the folder": 1}


@pytest.mark.parametrize(
    "lines", [["file_id,country", "a.jpg,FR"], ["path,lat", "a.jpg,3"], ["path"], [""]]
)
def test_a_table_that_lists_no_photos_is_refused_with_its_name_and_what_was_looked_for(
    tmp_path, lines
):
    with pytest.raises(AlbumError, match="photos.csv has the columns .* country, or both lat"):
        album(tmp_path, *lines)


def test_a_folder_needs_exactly_one_table(tmp_path):
    with pytest.raises(AlbumError, match="There is no CSV"):
        read_album(tmp_path)
    album(tmp_path, "path,country", "a.jpg,FR")
    with pytest.raises(AlbumError, match="others.csv, photos.csv"):
        album(tmp_path, "path,country", "a.jpg,FR", name="others.csv")
    assert read_album(tmp_path / "others.csv").photos


def test_the_environment_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.delenv(PHOTO_FOLDER, raising=False)
    assert configured() is None
    monkeypatch.setenv(PHOTO_FOLDER, str(tmp_path))
    assert configured() == tmp_path
