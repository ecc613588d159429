"""Why there? Which parts of the photo go with a country, and a test of whether that is true."""

import streamlit as st

from geoloc import ui
from geoloc.ui.explain import explain, text

with ui.page():
    st.title(text.TITLE, anchor=False)
    st.write(text.INTRO)
    ui.complaint()
    shelf = ui.shelf()
    explain(shelf)
    ui.problems(shelf)
