"""The app's entrance: page settings and navigation. `streamlit run app.py` opens it."""

import streamlit as st

st.set_page_config(page_title="Where am I?", page_icon="📍", layout="wide")
st.navigation(
    [
        st.Page("pages/locate.py", title="Locate", icon=":material/location_on:", default=True),
        st.Page("pages/explain.py", title="Explain", icon=":material/search_insights:"),
        st.Page("pages/compare.py", title="Compare", icon=":material/compare:"),
        st.Page("pages/play.py", title="Play", icon=":material/sports_esports:"),
        st.Page("pages/models.py", title="Models", icon=":material/bar_chart:"),
        st.Page("pages/dataset.py", title="Dataset", icon=":material/dataset:"),
        st.Page("pages/train.py", title="Train", icon=":material/model_training:"),
        st.Page("pages/about.py", title="About", icon=":material/info:"),
    ],
    position="top",
).run()
