"""Photos of landmarks in a dozen countries, public domain or CC0, to try the models on.

They are landmarks rather than street scenes, so they say nothing about how accurate a model is.
`credits.json` holds author, licence and source of each; tools/gallery.py says how they were made.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from geoloc.geo import LatLon
from pages.language import N_, _

_FOLDER = Path(__file__).parent
_TERMS = {"CC0-1.0": N_("CC0 1.0"), "Public Domain": N_("public domain")}


@dataclass(frozen=True)
class GalleryPhoto:
    """A photo that comes with the app; title, place and author are messages, shown by `_`.

    Attributes:
        file: name of the JPEG, at most 800 pixels long.
        title: what it shows.
        country: ISO 3166-1 alpha-2.
        place: the city or region.
        position: where the landmark stands, to about 100 m, or None if that is not known.
        author: who took it.
        licence: "Public Domain" or "CC0-1.0".
        source: the web page it comes from.
    """

    file: str
    title: str
    country: str
    place: str
    position: LatLon | None
    author: str
    licence: str
    source: str

    @property
    def credit(self) -> str:
        """One line that names the photo, its author and its licence."""
        return _(
            "{title}, {place}. Photo: {author}, {licence}",
            title=_(self.title),
            place=_(self.place),
            author=_(self.author),
            licence=self.terms,
        )

    @property
    def terms(self) -> str:
        """The licence as it is shown."""
        return _(_TERMS[self.licence])

    def read(self) -> bytes:
        """The bytes of the JPEG."""
        return (_FOLDER / self.file).read_bytes()


def entries() -> list[GalleryPhoto]:
    """The photos in the order in which they are shown."""
    found = []
    for entry in json.loads((_FOLDER / "credits.json").read_text(encoding="utf-8")):
        lat, lon = entry.pop("lat"), entry.pop("lon")
        position = None if lat is None else LatLon(lat, lon)
        found.append(GalleryPhoto(position=position, **entry))
    return found
