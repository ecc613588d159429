"""The reader of a folder of geotagged photos."""

import numpy as np
import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD

from training.data.sources import SourceError, detect, read

_RNG = np.random.default_rng(0)


def photo(path, lat=None, lon=None, direction=None):
    """A JPEG of noise whose EXIF data tells its place as phones do: degrees, minutes, seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    gps = {}
    if lat is not None:
        gps[GPS.GPSLatitudeRef] = "N" if lat >= 0 else "S"
        gps[GPS.GPSLatitude] = _sexagesimal(abs(lat))
    if lon is not None:
        gps[GPS.GPSLongitudeRef] = "E" if lon >= 0 else "W"
        gps[GPS.GPSLongitude] = _sexagesimal(abs(lon))
    if direction is not None:
        gps[GPS.GPSImgDirectionRef] = "T"
        gps[GPS.GPSImgDirection] = float(direction)
    if gps:
        exif[IFD.GPSInfo] = gps
    pixels = _RNG.integers(0, 256, (48, 64, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path, exif=exif)


def _sexagesimal(degrees):
    minutes = degrees % 1 * 60
    return (float(int(degrees)), float(int(minutes)), round(minutes % 1 * 60, 4))


def test_place_and_heading_come_from_exif(tmp_path):
    photo(tmp_path / "a.jpg", 40.44031, -79.99501, 115.5)
    photo(tmp_path / "trip" / "b.jpg", -33.8688, 151.2093)
    assert detect(tmp_path) == "photos"
    table, problems = read("auto", tmp_path)
    assert not problems
    assert table["path"].tolist() == [str(tmp_path / "a.jpg"), str(tmp_path / "trip" / "b.jpg")]
    assert table["lat"].tolist() == pytest.approx([40.44031, -33.8688], abs=1e-6)
    assert table["lon"].tolist() == pytest.approx([-79.99501, 151.2093], abs=1e-6)
    assert table["heading"][0] == 115.5 and np.isnan(table["heading"][1])
    assert table["country"].tolist() == ["US", "AU"]


def test_what_cannot_be_used_is_counted_with_what_to_do(tmp_path):
    photo(tmp_path / "a.jpg", 40.44, -79.95)
    photo(tmp_path / "none.jpg")
    photo(tmp_path / "half.jpg", lat=40.44)
    photo(tmp_path / "null.jpg", 0.0, 0.0)
    (tmp_path / "broken.jpg").write_bytes(b"no photo")
    (tmp_path / "copy.jpg").write_bytes((tmp_path / "a.jpg").read_bytes())
    table, problems = read("photos", tmp_path)
    assert table["path"].tolist() == [str(tmp_path / "a.jpg")]
    reasons = {why: names for why, names in problems.reasons.items() if "is not a photo" not in why}
    assert reasons == {
        "same file as another": ["copy.jpg"],
        "no GPS position in its EXIF data": ["half.jpg", "none.jpg", "null.jpg"],
    }
    assert len(problems) == 5
    assert "messengers and many editors remove the position" in str(problems)


def test_photos_of_one_block_are_not_parted_and_no_split_is_empty(tmp_path):
    for number in range(4):
        for view in range(3):
            photo(tmp_path / f"{number}_{view}.jpg", 40.44 + number / 100, -79.95)
    table = read("photos", tmp_path).table
    assert table["group"].nunique() == 4
    assert set(table["split"]) == {"train", "val", "test"}


def test_hidden_folders_and_links_are_not_entered(tmp_path):
    photo(tmp_path / "set" / "a.jpg", 40.44, -79.95)
    photo(tmp_path / "set" / ".thumbnails" / "a.jpg", 40.44, -79.95)
    photo(tmp_path / "elsewhere" / "b.jpg", 40.44, -79.95)
    (tmp_path / "set" / "link").symlink_to(tmp_path / "elsewhere")
    assert len(read("photos", tmp_path / "set").table) == 1


def test_a_folder_without_a_single_place_is_refused_with_what_to_do(tmp_path):
    photo(tmp_path / "a.jpg")
    with pytest.raises(
        SourceError, match="(?s)tells where it was taken.*columns path, lat and lon"
    ):
        read("photos", tmp_path)
