"""The app's entrance: page settings and navigation. `streamlit run app.py` opens it."""

import streamlit as st

from pages.language import _
from pages.shared import visitor_language  # noqa: F401 - from here on, words are the visitor's

st.set_page_config(page_title=_("Where am I?"), page_icon="📍", layout="wide")


def page(name: str, **settings) -> st.Page:
    """The page that a folder of `pages` holds, at its own address."""
    return st.Page(f"pages/{name}/page.py", url_path=name, **settings)


st.navigation(
    [
        # Two groups, drawn apart by page.css: what one does with a photo, and what is behind it.
        page("locate", title=_("Locate"), icon=":material/location_on:", default=True),
        page("compare", title=_("Compare"), icon=":material/compare:"),
        page("play", title=_("Play"), icon=":material/sports_esports:"),
        page("explain", title=_("Explain"), icon=":material/search_insights:"),
        page("dataset", title=_("Dataset"), icon=":material/dataset:"),
        page("models", title=_("Models"), icon=":material/bar_chart:"),
        page("train", title=_("Train"), icon=":material/model_training:"),
        page("about", title=_("About"), icon=":material/info:"),
    ],
    position="top",
).run()

# After the page is drawn: what this needs takes seconds to import on a fresh server.
from pages.train.state import sweep  # noqa: E402

sweep()
