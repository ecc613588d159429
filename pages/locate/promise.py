"""A finished answer beside the drop zone: what a visitor gets for a photo."""

from __future__ import annotations

import base64
import html
import json
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

import pages.gallery
from geoloc.countries import flag_image, name
from pages.gallery import entries
from pages.language import _, formatted

_FILE = Path(pages.gallery.__file__).with_name("promise.json")


def promise() -> None:
    """The photo and what the default model said of it when the gallery was made."""
    answer = _answer()
    photo = next(one for one in entries() if one.file == answer["file"])
    source = "data:image/jpeg;base64," + base64.b64encode(photo.read()).decode("ascii")
    [code, share], *_rest = answer["countries"]
    title = _("{country}, {probability}", country=name(code), probability=formatted(share, ".0%"))
    shares = [(name(other), formatted(less, ".0%")) for other, less in answer["countries"][1:4]]
    others = ", ".join(f"{other} {less}" for other, less in shares)
    alt = html.escape(_(photo.title), quote=True)
    st.html(
        f'<figure class="promise"><img src="{source}" alt="{alt}">'
        f'<figcaption><strong><img src="{flag_image(code)}" alt="">{html.escape(title)}</strong>'
        f"<span>{html.escape(others)}</span></figcaption></figure>"
    )


@cache
def _answer() -> dict[str, Any]:
    return json.loads(_FILE.read_text(encoding="utf-8"))
