"""What does each model say? Any models side by side on the same photos."""

import streamlit as st

from geoloc import ui
from geoloc.language import _
from geoloc.ui.compare import compare, text

with ui.page():
    st.title(_(text.TITLE), anchor=False)
    st.write(_(text.INTRO))
    with st.container():
        ui.complaint()
    shelf = ui.shelf()
    compare(shelf)
    ui.problems(shelf)
