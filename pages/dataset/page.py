"""What the models learnt from, the balancing laboratory, and where in a city the photos lie."""

import streamlit as st

from pages.dataset import text
from pages.dataset.view import dataset
from pages.language import _
from pages.shared.frame import page
from pages.shared.registry import problems, shelf

with page():
    st.title(_(text.TITLE), anchor=False)
    models = shelf()
    dataset(models)
    problems(models)
