"""What each model is good at: its card, drawn."""

import streamlit as st

from pages.language import _
from pages.models.view import model_cards
from pages.shared.frame import page

with page():
    st.title(_("Models"), anchor=False)
    model_cards()
