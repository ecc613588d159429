"""The app's entrance: page settings and navigation. `streamlit run app.py` opens it."""

import streamlit as st

st.set_page_config(page_title="Where am I?", page_icon="📍", layout="wide")
st.navigation(
    [st.Page("pages/locate.py", title="Locate", icon=":material/location_on:", default=True)],
    position="top",
).run()
