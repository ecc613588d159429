"""What each visitor's run begins with: page settings and navigation."""

import streamlit as st

from pages.language import _
from pages.shared import visitor_language  # noqa: F401 - from here on, words are the visitor's


def run() -> None:
    """Draw the page that the visitor is on, and what stands around every page."""
    st.set_page_config(page_title=_("Where am I?"), page_icon="📍", layout="wide")
    st.navigation(
        [
            # Two groups, drawn apart by page.css: what one does with a photo, what is behind it.
            _page("locate", title=_("Locate"), icon=":material/location_on:", default=True),
            _page("compare", title=_("Compare"), icon=":material/compare:"),
            _page("play", title=_("Play"), icon=":material/sports_esports:"),
            _page("explain", title=_("Explain"), icon=":material/search_insights:"),
            _page("dataset", title=_("Dataset"), icon=":material/dataset:"),
            _page("models", title=_("Models"), icon=":material/bar_chart:"),
            _page("train", title=_("Train"), icon=":material/model_training:"),
            _page("about", title=_("About"), icon=":material/info:"),
        ],
        position="top",
    ).run()
    # After the page is drawn: what this needs takes seconds to import on a fresh server.
    from pages.train.state import sweep

    sweep()


def _page(name: str, **settings) -> st.Page:
    """The page that a folder of `pages` holds, at its own address."""
    return st.Page(f"pages/{name}/page.py", url_path=name, **settings)
