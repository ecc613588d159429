"""What does each model say? Any models side by side on the same photos."""

import streamlit as st

from pages.compare import text
from pages.compare.view import compare
from pages.language import _
from pages.shared import photo_link
from pages.shared.chooser import complaint
from pages.shared.frame import page
from pages.shared.registry import problems, shelf

with page():
    photo_link.follow()
    st.title(_(text.TITLE), anchor=False)
    with st.container():
        complaint()
    models = shelf()
    compare(models)
    problems(models)
