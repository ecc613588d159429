"""The readers of published test sets, each on a small one in its published layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.data.sources import SourceError, detect, read

PARIS, SYDNEY, BERMUDA = (48.8584, 2.2945), (-33.861328, 151.209039), (32.325436, -64.764404)
PLACES = {"FR": PARIS, "AU": SYDNEY, "BM": BERMUDA}

PLACES365 = "IMG_ID,AUTHOR,LAT,LON,S3_Label,S16_Label,S365_Label,Prob_indoor,Prob_natural"
YFCC100M = "\t".join(["7", "{n}", *["x"] * 10, "{lon}", "{lat}", "16"])
OSV5M = "id,latitude,longitude,thumb_original_url,country,sequence,captured_at,unique_country"


def flickr(number: int) -> str:
    return f"10{number}_e60e9cdfb4_1125_78841376@N00.jpg"


def places365(table: str, header: str = PLACES365) -> dict[str, str]:
    lines = [f"{flickr(n)},a,{lat},{lon},2,12,3,0.2,0.1" for n, (lat, lon) in numbered()]
    return {table: "\n".join([header, *lines])} | {f"images/{flickr(n)}": "" for n, _ in numbered()}


def numbered() -> list[tuple[int, tuple[float, float]]]:
    return list(enumerate(PLACES.values()))


def of_lines(table: str, folder: str, line: str) -> dict[str, str]:
    text = "\n".join(line.format(n=n, lat=lat, lon=lon) for n, (lat, lon) in numbered())
    return {table: text} | {f"{folder}/{n}.jpg": "" for n, _ in numbered()}


def osv5m() -> dict[str, str]:
    lines = [
        f"{n},{lat},{lon},,8,s{n // 2},4,{c}"
        for (n, (lat, lon)), c in zip(numbered(), PLACES, strict=True)
    ]
    others = {"train.csv": OSV5M + "\n0,1,1,,8,s,4,GA\n", "images/train/00/0.jpg": ""}
    photos = {f"images/test/0{n}/{n}.jpg": "" for n, _ in numbered()}
    return {"test.csv": "\n".join([OSV5M, *lines])} | others | photos


LAYOUTS = {
    "im2gps": places365("im2gps_places365.csv"),
    "im2gps3k": places365("meta/im2gps3k_places365.csv"),
    "im2gps3k, names exchanged": places365(
        "im2gps3k_places365.csv", PLACES365.replace("LAT,LON", "LON,LAT")
    ),
    "yfcc4k": places365("yfcc4k_places365.csv"),
    "yfcc4k, as published": of_lines(
        "0aaaa.r.imagedata.txt", "yfcc4k", "yfcc4k/{n}.jpg {lat} {lon}"
    ),
    "yfcc4k, of YFCC100M": of_lines("yfcc4k/yfcc4k.txt", "yfcc4k/yfcc4k", YFCC100M),
    "gws15k": {
        "gws15k.csv": "IMG_FILE,LAT,LON\n"
        + "\n".join(f"{n}.jpg,{lat},{lon}" for n, (lat, lon) in numbered())
    }
    | {f"img/{n}.jpg": "" for n, _ in numbered()},
    "osv5m": osv5m(),
}  # fmt: skip


def written(root: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_published_test_set_is_recognised_and_read(layout, tmp_path):
    root = written(tmp_path, LAYOUTS[layout])
    source = detect(root)
    assert source == layout.partition(",")[0]
    table, problems = read(source, root)
    found = dict(zip(table.country, zip(table.lat, table.lon, strict=True), strict=True))
    assert found == PLACES and not problems
    assert set(table.split) == {"test"} and all(Path(path).is_file() for path in table.path)
    assert table.group.nunique() == (2 if source == "osv5m" else 3)


def test_country211_is_read_as_folders_named_after_countries(tmp_path):
    parts = {"train": "FR", "valid": "AU", "test": "BM"}
    files = {f"country211/{part}/{code}/1.jpg": "" for part, code in parts.items()}
    table, _ = read(detect(written(tmp_path, files)), tmp_path)
    assert dict(zip(table.split, table.country, strict=True)) == {
        "train": "FR", "val": "AU", "test": "BM"
    }  # fmt: skip


def test_photos_that_are_not_there_and_places_that_are_none_are_said(tmp_path):
    root = written(tmp_path, LAYOUTS["im2gps"])
    (root / "images" / flickr(0)).unlink()
    table = root / "im2gps_places365.csv"
    table.write_text(table.read_text().replace(str(SYDNEY[0]), "nowhere"))
    rows, problems = read("im2gps", root)
    assert list(rows.country) == ["BM"]
    assert {len(names) for names in problems.reasons.values()} == {1}
    assert "photo is not there" in problems.reasons


@pytest.mark.parametrize(
    "files",
    [
        {"test.csv": "path,lat,lon\na.jpg,1,2\n", "a.jpg": ""},
        {"info.txt": "a text of several words\n", "FR/a.jpg": ""},
    ],
)
def test_other_files_of_such_names_are_not_taken_for_a_test_set(files, tmp_path):
    assert detect(written(tmp_path, files)) in ("csv", "folders")


def test_a_broken_table_is_named(tmp_path):
    root = written(tmp_path, {"im2gps_places365.csv": "IMG_ID,AUTHOR\n1.jpg,a\n", "1.jpg": ""})
    with pytest.raises(SourceError, match="is not the table of Im2GPS"):
        read("im2gps", root)
