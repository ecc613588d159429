"""Where was this photo taken? The country, a pin in the city, and what speaks for a country."""

import streamlit as st

from geoloc import ui

with ui.page():
    st.title("Where am I?", anchor=False)
    st.write(
        "Upload a photo of a street, and this app guesses the country, puts a pin on a city's map, "
        "and marks the parts of the picture that go with a country."
    )
    ui.complaint()
    shelf = ui.shelf()
    chosen = ui.chosen()
    if chosen is None:
        ui.welcome(shelf)
    else:
        ui.answer(chosen, shelf)
    ui.problems(shelf)
