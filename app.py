"""The app's entrance: page settings and navigation. `streamlit run app.py` opens it."""

import streamlit as st

from pages.language import _
from pages.train.state import sweep  # from here on, words are in the visitor's language

st.set_page_config(page_title=_("Where am I?"), page_icon="📍", layout="wide")
sweep()
st.navigation(
    [
        st.Page(
            "pages/locate/page.py", title=_("Locate"), icon=":material/location_on:", default=True
        ),
        st.Page("pages/explain/page.py", title=_("Explain"), icon=":material/search_insights:"),
        st.Page("pages/compare/page.py", title=_("Compare"), icon=":material/compare:"),
        st.Page("pages/play/page.py", title=_("Play"), icon=":material/sports_esports:"),
        st.Page("pages/models/page.py", title=_("Models"), icon=":material/bar_chart:"),
        st.Page("pages/dataset/page.py", title=_("Dataset"), icon=":material/dataset:"),
        st.Page("pages/train/page.py", title=_("Train"), icon=":material/model_training:"),
        st.Page("pages/about/page.py", title=_("About"), icon=":material/info:"),
    ],
    position="top",
).run()
