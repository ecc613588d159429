"""You against the models: five photos, and a pin on the world map for each."""

import streamlit as st

from pages.language import _
from pages.play import text
from pages.play.view import play
from pages.shared.frame import page
from pages.shared.registry import problems, shelf

with page():
    st.title(_(text.TITLE), anchor=False)
    models = shelf()
    play(models)
    problems(models)
