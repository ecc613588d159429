"""A photo of the gallery in the page's address, so that its answer can be linked to."""

from pathlib import PurePath

import streamlit as st

from pages.gallery import entries
from pages.shared import session

_PHOTO = "photo"
"""Of the address: the photo's name, without its ending."""

_FOLLOWED = "link followed"


def follow() -> None:
    """Show whoever follows a link its photo, and let the address say which photo is looked at."""
    _take()
    one = session.chosen()
    example = one.example if one and not session.together() else None
    if example is None:
        st.query_params.pop(_PHOTO, None)
    else:
        st.query_params[_PHOTO] = PurePath(example.file).stem


def _take() -> None:
    # Removed by its visitor, a linked photo does not come back.
    if _FOLLOWED in st.session_state:
        return
    st.session_state[_FOLLOWED] = True
    names = {PurePath(one.file).stem: one for one in entries()}
    if not session.photos() and st.query_params.get(_PHOTO) in names:
        session.take_example(names[st.query_params[_PHOTO]])
