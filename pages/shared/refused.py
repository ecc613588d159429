"""What the uploader says of a file that the server refused: a sentence instead of a status."""

from __future__ import annotations

import json
from pathlib import Path

import streamlit as st

from pages.language import _
from pages.server.uploads import FULL, LARGE, SLOW, WINDOW_SECONDS

_SCRIPT = Path(__file__).with_name("refused.js")


def say_refusals(megabytes: int) -> None:
    """Give the page the sentences, in its visitor's language.

    Args:
        megabytes: what one of its files may have.
    """
    sentences = {
        503: _(FULL),
        408: _(SLOW, seconds=round(WINDOW_SECONDS)),
        413: _(LARGE, megabytes=megabytes),
    }
    # What ends a script in a page is the one thing that JSON leaves as it is.
    words = json.dumps(sentences).replace("</", "<\\/")
    script = _SCRIPT.read_text(encoding="utf-8").replace("SENTENCES", words)
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
