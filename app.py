"""The app's entrance: page settings and navigation. `streamlit run app.py` opens it."""

import streamlit as st

from geoloc import ui  # from here on, words are in the visitor's language
from geoloc.language import _

st.set_page_config(page_title=_("Where am I?"), page_icon="📍", layout="wide")
ui.sweep()
st.navigation(
    [
        st.Page("pages/locate.py", title=_("Locate"), icon=":material/location_on:", default=True),
        st.Page("pages/explain.py", title=_("Explain"), icon=":material/search_insights:"),
        st.Page("pages/compare.py", title=_("Compare"), icon=":material/compare:"),
        st.Page("pages/play.py", title=_("Play"), icon=":material/sports_esports:"),
        st.Page("pages/models.py", title=_("Models"), icon=":material/bar_chart:"),
        st.Page("pages/dataset.py", title=_("Dataset"), icon=":material/dataset:"),
        st.Page("pages/train.py", title=_("Train"), icon=":material/model_training:"),
        st.Page("pages/about.py", title=_("About"), icon=":material/info:"),
    ],
    position="top",
).run()
