"""Where was this photo taken? The country, a pin in the city, and what speaks for a country."""

import streamlit as st

from geoloc import ui
from geoloc.language import _

with ui.page():
    st.title(_("Where am I?"), anchor=False)
    st.write(
        _(
            "Upload a photo of a street, or several of one place, and this app guesses the "
            "country, puts a pin on a city's map, and marks the parts of the picture that go with "
            "a country."
        )
    )
    with st.container():
        ui.complaint()
    photos = ui.asked()
    if photos:
        # What stood here goes at once: a file that is given to an uploader on its way out is lost.
        st.empty()
        shelf = ui.shelf()
        ui.answer(photos, shelf)
    else:
        with st.container():
            shelf = ui.shelf()
            ui.welcome(shelf)
    ui.problems(shelf)
