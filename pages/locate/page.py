"""Where was this photo taken? The country, a pin in the city, and what speaks for a country."""

from pathlib import PurePath

import streamlit as st

from pages.gallery import entries
from pages.language import _
from pages.locate.promise import promise
from pages.shared import session
from pages.shared.chooser import chooser, complaint
from pages.shared.frame import page

# Of the address: the name of a photo of the gallery, without its ending.
_PHOTO = "photo"


def _linked() -> None:
    """Whoever follows a link to an example's answer sees that; removed, it does not come back."""
    if "linked" in st.session_state:
        return
    st.session_state["linked"] = True
    names = {PurePath(one.file).stem: one for one in entries()}
    if not session.photos() and st.query_params.get(_PHOTO) in names:
        session.take_example(names[st.query_params[_PHOTO]])


def _link() -> None:
    """The address says which example is looked at."""
    one = session.chosen()
    example = one.example if one and not session.together() else None
    if example is None:
        st.query_params.pop(_PHOTO, None)
    else:
        st.query_params[_PHOTO] = PurePath(example.file).stem


with page():
    _linked()
    photos = session.asked()
    _link()
    with st.container(key="answered" if photos else "first"):
        st.title(_("Where am I?"), anchor=False)
        # What stands there of the run before goes at once, too.
        line = st.empty()
        if not photos:
            line.write(_("Give it a street photo: it guesses the country, and where in a city."))
    with st.container():
        complaint()
    if photos:
        # In the place of the chooser, which goes at once: the answer would come below it, and a
        # file that is given to an uploader on its way out is lost.
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
