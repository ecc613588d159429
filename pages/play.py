"""You against the models: five photos, and a pin on the world map for each."""

import streamlit as st

from geoloc import ui
from geoloc.language import _
from geoloc.ui import play_text

with ui.page():
    st.title(_(play_text.TITLE), anchor=False)
    shelf = ui.shelf()
    ui.play(shelf)
    ui.problems(shelf)
