"""Where a visitor chooses photos: uploads, or photos that come with the app.

It is the first thing that is drawn, so it needs nothing that takes long to import.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st

from geoloc.photo import (
    MAX_AVIF_PIXELS,
    MAX_BYTES,
    MAX_PIXELS,
    MAX_STREAMED_PIXELS,
    MAX_WEBP_PIXELS,
)
from pages.language import _, ngettext
from pages.shared import session
from pages.shared.examples import examples
from pages.shared.frame import plain
from pages.shared.refused import say_refusals

_TALL, _BESIDE = 280, 336
_PASTE = Path(__file__).with_name("paste.js")


def chooser(beside: Callable[[], None] | None = None) -> None:
    """The uploader and examples.

    Args:
        beside: draws what stands beside the uploader; None for nothing.
    """
    if beside is None:
        _drop_zone("content")
    else:
        left, right = st.columns([3, 2], gap="large")
        with left:
            _drop_zone(_TALL)
        with right, st.container(height=_BESIDE, border=False):
            beside()
    examples()
    st.html(f"<script>{_PASTE.read_text()}</script>", unsafe_allow_javascript=True)
    say_refusals(MAX_BYTES // 1_000_000)


def _drop_zone(height: int | Literal["content"]) -> None:
    key = session.uploader_key()
    # Of a height that is known before the uploader's script has come: nothing moves then.
    with st.container(key="drop", height=height, border=False):
        st.html(uploader_words(_("or drop or paste them here")))
        st.file_uploader(
            _("Your photos"),
            accept_multiple_files=True,
            key=key,
            on_change=session.take_upload,
            args=(key,),
            max_upload_size=MAX_BYTES // 1_000_000,
            help=_rules(),
        )
    # The browser asks for the camera as soon as its picture is on the page.
    if st.toggle(_("Use the camera"), key=f"with camera {key}"):
        st.camera_input(
            _("Take a photo"),
            key=f"camera {key}",
            on_change=session.take_upload,
            args=(f"camera {key}",),
        )


def uploader_words(drop: str) -> str:
    """Streamlit's uploader speaks English alone: page.css puts these words in their place.

    Args:
        drop: what stands below its button.
    """
    words = {"choose": _("Choose photos"), "drop": drop}
    # JSON's strings are CSS's too, but for what could end the style.
    rules = "".join(
        f"--{name}: {json.dumps(text, ensure_ascii=False)};" for name, text in words.items()
    )
    return f"<style>.st-key-drop {{ {rules.replace('<', '')} }}</style>"


def _rules() -> str:
    return _(
        "JPEG, PNG, WebP, HEIC or AVIF of up to {megabytes} MB and {megapixels} megapixels "
        "(WebP: {webp}, AVIF: {avif}, most JPEGs: {jpeg}), at most {photos} at once; several of "
        "one place can be combined. They stay in the memory of the computer that runs this app "
        "while this page is open; nothing is written to disk.",
        megabytes=MAX_BYTES // 1_000_000,
        megapixels=MAX_PIXELS // 1_000_000,
        avif=MAX_AVIF_PIXELS // 1_000_000,
        webp=MAX_WEBP_PIXELS // 1_000_000,
        jpeg=MAX_STREAMED_PIXELS // 1_000_000,
        photos=session.MOST_PHOTOS,
    )


def complaint() -> None:
    """What was wrong with the last files, if anything was, and the way back for what was removed.

    The page says it above all else.
    """
    _way_back()
    said = session.complaints()
    if not said:
        return
    told = [
        _("**{file}**: {complaint}", file=plain(one.name), complaint=one.sentence) for one in said
    ]
    text = told[0] if len(told) == 1 else "\n".join(f"- {line}" for line in told)
    st.error(f"{text}{_remains(several=len(told) > 1)}", icon=":material/error:")


def _way_back() -> None:
    count = session.removed()
    if count:
        st.button(
            ngettext("Bring the photo back", "Bring {n} photos back", count),
            key="bring back",
            on_click=session.bring_back,
            icon=":material/undo:",
            help=_("Until your next click"),
        )


def _remains(several: bool) -> str:
    titles = [plain(one.title) for one in session.asked()]
    if not titles:
        return ""
    below = ngettext(
        "Below is the answer for {photo}.",
        "Below is the answer for {n} photos.",
        len(titles),
        photo=titles[0],
    )
    return ("\n\n" if several else " ") + below
