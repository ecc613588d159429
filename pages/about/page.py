"""What the app can and can't do, what happens to photos, what it is not for, and whom to thank."""

import streamlit as st

from pages.about import text
from pages.about.view import about
from pages.language import _
from pages.shared.frame import page
from pages.shared.registry import problems, shelf

with page():
    st.title(_(text.TITLE), anchor=False)
    models = shelf()
    about(models)
    problems(models)
