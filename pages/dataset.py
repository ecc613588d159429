"""What the models learnt from, the balancing laboratory, and where in a city the photos lie."""

import streamlit as st

from geoloc import ui
from geoloc.language import _
from geoloc.ui import dataset_text

with ui.page():
    st.title(_(dataset_text.TITLE), anchor=False)
    shelf = ui.shelf()
    ui.dataset(shelf)
    ui.problems(shelf)
