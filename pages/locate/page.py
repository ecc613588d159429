"""Where was this photo taken? The country, a pin in the city, and what speaks for a country."""

import streamlit as st

from pages.language import _
from pages.shared.chooser import chooser, complaint
from pages.shared.frame import page
from pages.shared.session import asked

with page():
    st.title(_("Where am I?"), anchor=False)
    photos = asked()
    if not photos:
        st.write(_("Give it a street photo. It guesses the country, and where in a city."))
    with st.container():
        complaint()
    if photos:
        # What stood here goes at once: a file that is given to an uploader on its way out is lost.
        st.empty()
    else:
        with st.container():
            lacking = st.container()
            chooser()
    # What models need takes seconds to import on a fresh server: by now the page is drawn.
    from pages.locate.view import answer
    from pages.shared.registry import missing, problems, shelf

    models = shelf()
    if photos:
        answer(photos, models)
    elif not models.countries:
        with lacking:
            missing("country")
    problems(models)
