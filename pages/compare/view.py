"""What the page *Compare* shows, from top to bottom."""

from __future__ import annotations

import streamlit as st

from pages.compare import text
from pages.compare.countries import bars, verdicts
from pages.compare.maps import maps
from pages.compare.photos import every_photo
from pages.compare.pins import pins
from pages.compare.titles import key, titles
from pages.language import _
from pages.shared import session
from pages.shared.frame import asking, drawing, guard, halves, plain
from pages.shared.links import remembered_pills
from pages.shared.registry import Shelf, Shelved, missing, of_task, ready
from pages.shared.subject import subject
from pages.shared.welcome import welcome

PAGE = "comparison"
"""Under which the visitor's choices on this page are remembered."""


def compare(shelf: Shelf) -> None:
    """The photos of this session with the answers of any models, or the way to choose some."""
    photos = session.asked()
    if not photos:
        welcome(shelf)
        return
    # What stood here goes at once: a file that is given to an uploader on its way out is lost.
    st.empty()
    left, right = halves()
    with left:
        subject(photos)
    with right:
        models = _pick(shelf)
        countries = of_task(models, "country")
        cities = of_task(models, "city")
        if countries:
            with guard(_("The answers")), asking():
                verdicts(countries, photos)
    if countries:
        with guard(_("The bars")):
            bars(countries, shelf.countries, photos)
        with drawing():
            maps(countries, photos)
    if cities:
        with guard(_("The pins")), asking():
            pins(cities, photos)
    if models and len(session.photos()) > 1:
        with guard(_("The table of all photos")):
            every_photo(models)


def _pick(shelf: Shelf) -> tuple[Shelved, ...]:
    """Some of all models, as the page's address says: ?models=NAME,NAME."""
    models = {key(model): model for model in (*shelf.countries, *shelf.cities)}
    titled = titles(tuple(models.values()))
    if not models:
        missing("country")
        return ()
    chosen = remembered_pills(
        PAGE, "models", list(models), _(text.MODELS), lambda name: plain(titled[name])
    )
    if not chosen:
        st.info(_(text.NONE), icon=":material/compare:")
    return ready(models[name] for name in chosen)
