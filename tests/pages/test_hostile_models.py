"""The app on a folder of hostile models: the good one among them answers, and no page breaks."""

from __future__ import annotations

import os

import pytest
import streamlit as st

from geoloc.models import registry
from tests.geoloc.models.hostile_folders import hostile_folders
from tests.pages.small_models import example, opened

PAGES = ("compare", "locate", "explain", "models", "about", "dataset")


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The first page after an answer, on a good model among one bad one of each kind."""
    place = tmp_path_factory.mktemp("models")
    hostile_folders(place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "CHECKPOINTS", place)
        yield example(opened(), "it-colosseum.jpg")
    st.cache_resource.clear()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
@pytest.mark.parametrize("page", PAGES)
def test_a_page_stands_and_says_of_each_bad_model_what_is_wrong_in_one_sentence(app, page):
    shown = app.switch_page(f"pages/{page}/page.py").run()
    assert not shown.exception
    # Linear models of another network are seen where their maps are drawn.
    assert all(box.value.startswith("bad-") for box in shown.error)
    listed = [box for box in shown.expander if "cannot be used" in box.label]
    sentences = [one.value for box in listed for one in box.markdown]
    assert len(sentences) == len(set(sentences)) >= 94
    assert all(one.startswith("bad-") and "\n" not in one for one in sentences)
