"""Makes pages/gallery/{credits.json,*.jpg} from the landmark photos of GCompris.

Source: Debian's package gcompris-qt-data 3.1-2. Its two Qt resource packs below hold photos, each
with author, licence and source in a README; those of public domain or CC0 alone are taken. To make
the files again:

    apt-get download gcompris-qt-data && dpkg -x gcompris-qt-data_*.deb gcompris
    python tools/gallery.py gcompris/usr/share/gcompris-qt/rcc

The photos are landmarks, as street-like as the packs allow.
Monuments has 1024-pixel photos of few countries, Categorization 320-pixel ones of more. `place`
names the thing shown and the coordinates are its own, to about 100 m, not the camera's.
"""

import io
import json
import re
import struct
import sys
import zlib
from pathlib import Path

from PIL import Image

from geoloc.settings import PROJECT

GALLERY = PROJECT / "pages" / "gallery"
FREE = {"Public Domain", "CC0-1.0"}
LONGEST_SIDE = 640
QUALITIES = (80, 75, 70)
MOST_BYTES = 90_000

MONUMENTS = ("explore_monuments.rcc", "gcompris/src/activities/explore_monuments/resource")
CATEGORIES = (
    "categorization.rcc",
    "gcompris/src/activities/categorization/resource/images/monuments",
)

# Pack, photo, title, country, place, latitude, longitude.
CHOSEN = [
    (MONUMENTS, "france/palaisdesPapes", "Palais des Papes", "FR", "Avignon", 43.9508, 4.8075),
    (CATEGORIES, "monument3", "Church of St. Francis of Assisi", "AT", "Vienna", 48.2242, 16.4066),
    (MONUMENTS, "wonders/colosseum", "Colosseum", "IT", "Rome", 41.8902, 12.4922),
    (MONUMENTS, "india/hawaMahal", "Hawa Mahal", "IN", "Jaipur", 26.9239, 75.8267),
    (CATEGORIES, "usCapitol", "United States Capitol", "US", "Washington, D.C.", 38.8898, -77.0091),
    (MONUMENTS, "germany/berlinCathedral", "Berlin Cathedral", "DE", "Berlin", 52.5191, 13.4010),
    (CATEGORIES, "operaHouse", "Sydney Opera House", "AU", "Sydney", -33.8568, 151.2153),
    (MONUMENTS, "wonders/machuPicchu", "Machu Picchu", "PE", "Cusco Region", -13.1631, -72.5450),
    (CATEGORIES, "parthenon", "Parthenon", "GR", "Athens", 37.9715, 23.7267),
    (CATEGORIES, "zimniPalace", "Winter Palace", "RU", "Saint Petersburg", 59.9404, 30.3139),
    (CATEGORIES, "victoriaMemorial", "Victoria Memorial", "GB", "London", 51.5018, -0.1406),
    (CATEGORIES, "monument2", "Tetrapylon of Aphrodisias", "TR", "Aphrodisias", None, None),
    (MONUMENTS, "india/charminar", "Charminar", "IN", "Hyderabad", 17.3616, 78.4747),
    (MONUMENTS, "india/gatewayofIndia", "Gateway of India", "IN", "Mumbai", 18.9220, 72.8347),
    (MONUMENTS, "india/mysorePalace", "Mysore Palace", "IN", "Mysuru", 12.3052, 76.6552),
    (MONUMENTS, "france/eiffelTower", "Eiffel Tower", "FR", "Paris", 48.8584, 2.2945),
    (MONUMENTS, "france/reimsCathedral", "Reims Cathedral", "FR", "Reims", 49.2538, 4.0340),
    (MONUMENTS, "france/arlesAmphitheater", "Arles Amphitheatre", "FR", "Arles", 43.6777, 4.6309),
    (MONUMENTS, "france/rocamadour", "Rocamadour", "FR", "Occitania", 44.7993, 1.6178),
    (MONUMENTS, "germany/brandenburgGate", "Brandenburg Gate", "DE", "Berlin", 52.5163, 13.3777),
    (MONUMENTS, "germany/schwerinPalace", "Schwerin Palace", "DE", "Schwerin", 53.6242, 11.4187),
    (MONUMENTS, "germany/wormsCathedral", "Worms Cathedral", "DE", "Worms", 49.6303, 8.3598),
    (
        MONUMENTS,
        "usa/castillodeSanMarcos",
        "Castillo de San Marcos",
        "US",
        "Florida",
        29.898,
        -81.312,
    ),
    (MONUMENTS, "wonders/petra", "Petra", "JO", "Petra", 30.3285, 35.4444),
    (CATEGORIES, "IndiaGate", "India Gate", "IN", "New Delhi", 28.6129, 77.2295),
    (CATEGORIES, "arcDeTriomphe", "Arc de Triomphe du Carrousel", "FR", "Paris", 48.8617, 2.3329),
    (CATEGORIES, "leMusee", "Louvre", "FR", "Paris", 48.8611, 2.3358),
]


def unpack(pack: bytes) -> dict[str, bytes]:
    """The files of a Qt resource pack by path (format versions 1 to 3, plain or zlib).

    The header says where the tree, the data and the names begin. A node of the tree is its name's
    offset and flags, then for a folder its number of children and the first one's index, for a
    file its locale and its data's offset; from version 2 on a time stamp of 8 bytes follows.
    """
    magic, version, tree, data, names = struct.unpack_from(">4s4I", pack)
    if magic != b"qres" or version not in (1, 2, 3):
        raise SystemExit(f"not a Qt resource pack of version 1 to 3: {magic!r}, version {version}")
    node_size = 14 if version == 1 else 22
    compressed, folder, zstandard = 1, 2, 4
    files = {}

    def name(offset: int) -> str:
        (length,) = struct.unpack_from(">H", pack, names + offset)
        start = names + offset + 6
        return pack[start : start + 2 * length].decode("utf-16-be")

    def content(offset: int, flags: int) -> bytes:
        (length,) = struct.unpack_from(">I", pack, data + offset)
        raw = pack[data + offset + 4 :][:length]
        if flags & zstandard:
            raise SystemExit("this pack is compressed with Zstandard, which is not read here")
        # Qt's zlib streams begin with the unpacked length in 4 bytes.
        return zlib.decompress(raw[4:]) if flags & compressed else raw

    def walk(index: int, path: str) -> None:
        at = tree + index * node_size
        name_offset, flags = struct.unpack_from(">IH", pack, at)
        path = f"{path}/{name(name_offset)}" if index else ""
        if flags & folder:
            count, first = struct.unpack_from(">II", pack, at + 6)
            for child in range(first, first + count):
                walk(child, path)
            return
        (offset,) = struct.unpack_from(">I", pack, at + 10)
        files[path.removeprefix("/")] = content(offset, flags)

    walk(0, "")
    return files


def credits_in(readme: str) -> dict[str, dict[str, str]]:
    """Author, licence and source by file name, from blocks of `Field: value` lines."""
    found = {}
    for block in re.split(r"\n\s*\n", readme):
        head, _, names = block.partition("Files:")
        fields = dict(re.findall(r"^(\w+): *(.+?) *$", head, flags=re.MULTILINE))
        for name in names.split():
            found[name] = fields
    return found


def as_jpeg(image: bytes) -> bytes:
    """A photo at most 640 pixels long, as a JPEG below 90 KB that carries no metadata."""
    with Image.open(io.BytesIO(image)) as opened:
        photo = opened.convert("RGB")
    photo.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    photo.info.clear()
    for quality in QUALITIES:
        written = io.BytesIO()
        photo.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
        if written.tell() < MOST_BYTES:
            return written.getvalue()
    raise SystemExit(f"a photo is still larger than {MOST_BYTES} bytes at quality {quality}")


def main(folder: Path) -> None:
    """Choose the gallery's photos among packs in a folder, and write them with their credits."""
    packs = {name: unpack((folder / name).read_bytes()) for name, _ in (MONUMENTS, CATEGORIES)}
    entries = []
    for (pack, root), photo, title, country, place, lat, lon in CHOSEN:
        files = packs[pack]
        source = credits_in(files[f"{root}/README"].decode())[f"{photo}.webp"]
        if source["License"] not in FREE:
            raise SystemExit(f"{photo} is {source['License']}: only {sorted(FREE)} may be copied")
        file = f"{country.lower()}-{re.sub(r'[^a-z]+', '-', title.lower()).strip('-')}.jpg"
        # The first twelve were made larger, and stay as they are.
        if not (GALLERY / file).exists():
            (GALLERY / file).write_bytes(as_jpeg(files[f"{root}/{photo}.webp"]))
        entries.append(
            {
                "file": file,
                "title": title,
                "country": country,
                "place": place,
                "lat": lat,
                "lon": lon,
                "author": source["Copyright"],
                "licence": source["License"],
                "source": source["Source"],
            }
        )
    text = json.dumps(entries, indent=2, ensure_ascii=False)
    (GALLERY / "credits.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
