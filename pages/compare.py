"""What does each model say? Any models side by side on the same photos."""

import streamlit as st

from geoloc import ui
from geoloc.ui.compare import compare, text

with ui.page():
    st.title(text.TITLE, anchor=False)
    st.write(text.INTRO)
    with st.container():
        ui.complaint()
    shelf = ui.shelf()
    compare(shelf)
    ui.problems(shelf)
