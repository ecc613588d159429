"""Why this answer? Which parts of the photo go with a country, and a test of whether that holds."""

import streamlit as st

from pages.explain import text
from pages.explain.view import explain
from pages.language import _
from pages.shared import photo_link
from pages.shared.chooser import complaint
from pages.shared.frame import page
from pages.shared.registry import problems, shelf

with page():
    photo_link.follow()
    st.title(_(text.TITLE), anchor=False)
    complaint()
    models = shelf()
    explain(models)
    problems(models)
