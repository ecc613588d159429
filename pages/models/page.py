"""What each model is good at: its card, drawn."""

import streamlit as st

from pages.language import _
from pages.models.view import model_cards
from pages.shared.frame import page

with page():
    st.title(_("Models"), anchor=False)
    st.write(
        _(
            "What each model can do, where it fails, and what it was made of. Everything here is "
            "read from the card that lies beside the model's weights."
        )
    )
    model_cards()
