"""Where was this photo taken? The country, a pin in the city, and what speaks for a country."""

import streamlit as st

from pages.language import _
from pages.locate.promise import promise
from pages.shared import photo_link, session
from pages.shared.chooser import chooser, complaint
from pages.shared.frame import page

with page():
    photo_link.follow()
    photos = session.asked()
    with st.container(key="answered" if photos else "first"):
        st.title(_("Where am I?"), anchor=False)
    if not photos:
        st.write(_("Give it a street photo: it guesses the country, and where in a city."))
    with st.container():
        complaint()
    if photos:
        # What stood here goes at once: a file that is given to an uploader on its way out is lost.
        st.empty()
    else:
        with st.container():
            lacking = st.container()
            chooser(promise)
            ready = st.container()
    if photos:
        # What models need takes seconds to import on a fresh server: by now the page is drawn.
        from pages.locate.view import answer
        from pages.shared.registry import problems, shelf

        models = shelf()
        answer(photos, models)
        problems(models)
    else:
        from pages.shared.warmup import warm_up

        warm_up(ready, lacking)
