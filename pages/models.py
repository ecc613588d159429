"""What each model is good at: its card, drawn."""

import streamlit as st

from geoloc import ui
from geoloc.language import _

with ui.page():
    st.title(_("Models"), anchor=False)
    st.write(
        _(
            "What each model can do, where it fails, and what it was made of. Everything here is "
            "read from the card that lies beside the model's weights."
        )
    )
    ui.model_cards()
