"""What the app can and can't do, what happens to photos, what it is not for, and whom to thank."""

import streamlit as st

from geoloc import ui
from geoloc.language import _
from geoloc.ui import about_text

with ui.page():
    st.title(_(about_text.TITLE), anchor=False)
    shelf = ui.shelf()
    ui.about(shelf)
    ui.problems(shelf)
