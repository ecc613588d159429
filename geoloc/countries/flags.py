"""Flags: an emoji for running text, a small picture for tables and charts.

Windows draws no flag emoji: its browsers show the two letters of the code instead. Tables and
charts therefore use pictures, which look alike everywhere and need no file server: each is a PNG
of under 4 kB, inlined as a data URI. They were drawn from flag-icons (MIT) by tools/flags.py.
"""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files

from geoloc.countries.names import checked

_REGIONAL_INDICATOR_A = ord("🇦")


def flag(code: str) -> str:
    """The flag as an emoji: two regional indicators.

    Raises:
        ValueError: if the code is unknown.
    """
    return "".join(chr(_REGIONAL_INDICATOR_A + ord(letter) - ord("A")) for letter in checked(code))


@cache
def flag_image(code: str) -> str:
    """The flag as a picture, 80 x 60 pixels: a `data:image/png` URI.

    Fits `st.image`, `st.column_config.ImageColumn`, plotly's layout images and HTML.

    Raises:
        ValueError: if the code is unknown.
    """
    png = files("geoloc.countries") / "data" / "flags" / f"{checked(code).lower()}.png"
    return "data:image/png;base64," + base64.b64encode(png.read_bytes()).decode("ascii")
