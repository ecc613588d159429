"""A city of one's own: from geotagged photos to a pin on its map."""

import streamlit as st

from pages.language import _
from pages.shared.frame import page
from pages.train.view import train

with page():
    st.title(_("Train a city of your own"), anchor=False)
    st.write(
        _(
            "Drop photos of a place that you know, with the positions that phones write into them: "
            "the app learns where in it a photo was taken."
        )
    )
    train()
