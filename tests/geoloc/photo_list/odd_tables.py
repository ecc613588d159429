"""Tables as programs save them, as bytes: two photos in Paris, and files that are no tables."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from tests.pages.jobs.geotagged import jpeg

LINES = ("a.jpg", 48.8584, 2.2945), ("b.jpg", 48.87, 2.28)


def written(
    header: str, sep: str = ",", comma: bool = False, order: str = "pyx", end: str = "\n"
) -> str:
    """The two photos under a header, in the order of path (p), latitude (y) and longitude (x)."""
    lines = []
    for path, lat, lon in LINES:
        y, x = (str(degrees).replace(".", "," if comma else ".") for degrees in (lat, lon))
        lines.append(sep.join({"p": path, "y": y, "x": x, "-": "7"}[cell] for cell in order))
    return end.join([header, *lines, ""])


def workbook() -> bytes:
    """The beginning of what Excel saves, under whatever name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


UNDERSTOOD: dict[str, bytes] = {
    "commas": written("path,lat,lon").encode(),
    "lone carriage returns": written("path,lat,lon", end="\r").encode(),
    "Windows' line ends and a mark": written("path,lat,lon", end="\r\n").encode("utf-8-sig"),
    "mixed line ends": written("path,lat,lon").replace("\n", "\r\n", 1).encode(),
    "decimal commas": written("path;lat;lon", ";", comma=True, end="\r\n").encode(),
    "decimal commas and tabs": written("path\tlat\tlon", "\t", comma=True).encode(),
    "decimal commas in quotes": b'path,lat,lon\na.jpg,"48,8584","2,2945"\nb.jpg,"48,87","2,28"\n',
    "UTF-16": written("path,lat,lon").encode("utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + written("path\tlat\tlon", "\t").encode("utf-16-be"),
    "UTF-16 without a mark": written("path,lat,lon").encode("utf-16-le"),
    "UTF-32": written("path,lat,lon").encode("utf-32"),
    "Windows-1252": written("path,lat,lon,légende", order="pyx-").encode("cp1252"),
    "sep=;": b"sep=;\r\n" + written("path;lat;lon", ";", comma=True, end="\r\n").encode(),
    "sep=, in UTF-16": ("sep=,\r\n" + written("path,lat,lon")).encode("utf-16"),
    "sep=| in quotes": b'"sep=|"\n' + written("path|lat|lon", "|").encode(),
    "comments": b"# my photos, of 2024\n# all mine\n" + written("path,lat,lon").encode(),
    "a title and an empty line": b"Photos of Paris\n\n" + written("path,lat,lon").encode(),
    "names in a comment": written("# path,lat,lon").encode(),
    "empty lines": written("path,lat,lon").replace("\n", "\n\n").encode(),
    "a separator at each line's end": written("path,lat,lon").replace("\n", ",,\n").encode(),
    "R's row names": b'"path","lat","lon"\n"1","a.jpg",48.8584,2.2945\n"2","b.jpg",48.87,2.28\n',
    "spaces after commas": written("path, lat, lon", ", ").encode(),
    "capitals and spaces": written("File Name,Latitude (°),Longitude [deg]").encode(),
    "image_name, lng": written("lng,lat,image_name", order="xyp").encode(),
    "filename, long": written("id,filename,long,lat", order="-pxy").encode(),
    "file, x, y": written("file,x,y", order="pxy").encode(),
    "exiftool's names": written("SourceFile,GPSLatitude,GPSLongitude").encode(),
    "halves of the globe": b"path,lat,lon\na.jpg,48.8584 N,2.2945\xc2\xb0 E\nb.jpg,N 48.87,2.28\n",
}
"""Bytes of a table that lists the two photos, by what is odd about it."""

REFUSED: dict[str, tuple[bytes, str]] = {
    "a workbook": (workbook(), "workbook"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old Excel workbook"),
    "nothing": (b"", "(none)"),
    "zeros": (bytes(300), "no text"),
    "a photo": (jpeg(None), "JPEG photo"),
    "packed": (b"\x1f\x8b\x08" + bytes(40), "gzip"),
    "a web page": (b"<!DOCTYPE html><table><tr><td>path</table>", "web page"),
    "noise": (bytes(range(1, 256)) * 30, "no text"),
    "other columns": (b"foto,breite,hoehe\na.jpg,3,4\n", "foto, breite, hoehe"),
    "no place": (b"path,lat\na.jpg,3\n", "path, lat"),
    "one column": (b"path\na.jpg\n", "path"),
    "boxes in pictures": (
        b"file,x,y,w,h\na.jpg,12,30,5,5\nb.jpg,300.5,20,5,5\n",
        "file, x, y, w, h",
    ),
    "a list of towns": (b"name,country,lat,lon\nParis,FR,48.8,2.3\n", "name, country, lat, lon"),
    "comments alone": (b"# nothing\n# here\n", "(none)"),
    "many columns": (",".join(f"c{n}" for n in range(90)).encode(), "and more"),
}
"""Bytes that list no photos, and what the refusal names."""


def beside_photos(folder: Path, data: bytes, name: str = "photos.csv") -> Path:
    """The folder with a table and the two photos in it."""
    for number, (file, *_place) in enumerate(LINES):
        (folder / file).write_bytes(jpeg(None, seed=number))
    (folder / name).write_bytes(data)
    return folder
