"""Where was this photo taken? The country, a pin in the city, and what speaks for a country."""

import streamlit as st

from pages.language import _
from pages.locate.view import answer
from pages.shared.chooser import complaint, welcome
from pages.shared.frame import page
from pages.shared.registry import problems, shelf
from pages.shared.session import asked

with page():
    st.title(_("Where am I?"), anchor=False)
    st.write(
        _(
            "Upload a photo of a street, or several of one place, and this app guesses the "
            "country, puts a pin on a city's map, and marks the parts of the picture that go with "
            "a country."
        )
    )
    with st.container():
        complaint()
    photos = asked()
    if photos:
        # What stood here goes at once: a file that is given to an uploader on its way out is lost.
        st.empty()
        models = shelf()
        answer(photos, models)
    else:
        with st.container():
            models = shelf()
            welcome(models)
    problems(models)
