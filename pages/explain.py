"""Why there? Which parts of the photo go with a country, and a test of whether that is true."""

import streamlit as st

from geoloc import ui
from geoloc.language import _
from geoloc.ui.explain import explain, text

with ui.page():
    st.title(_(text.TITLE), anchor=False)
    st.write(_(text.INTRO))
    ui.complaint()
    shelf = ui.shelf()
    explain(shelf)
    ui.problems(shelf)
