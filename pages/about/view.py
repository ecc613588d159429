"""What the app is, and what people should know before they use it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

import pandas as pd
import streamlit as st

from pages.about import text
from pages.about.libraries import Library, app_version, libraries
from pages.gallery import entries
from pages.language import _
from pages.shared.claims import country_claim
from pages.shared.frame import guard, plain
from pages.shared.registry import Shelf, Shelved, missing

_WIDTH = 760  # longer lines are hard to read


def about(shelf: Shelf) -> None:
    """The whole page below its title."""
    with st.container(width=_WIDTH):
        st.write(_(text.INTRO))
        with guard(_("What was measured")):
            _measured(shelf)
        _privacy()
        _misuse()
        _access()
        _credits()
        _use(shelf)


def _measured(shelf: Shelf) -> None:
    """How good the default model is; the tables are on the page *Models*."""
    st.header(_(text.MEASURED), anchor="measured")
    if shelf.countries:
        _list([country_claim(shelf.countries[0].checkpoint), _(text.UNLIKE)])
        st.page_link("pages/models/page.py", label=_(text.TABLES), icon=":material/bar_chart:")
    else:
        missing("country")


def _privacy() -> None:
    st.header(_(text.PRIVACY), anchor="privacy")
    first, *more = text.PRIVACY_POINTS
    st.write(_(first))
    with _more():
        _list([_(point) for point in more])


def _misuse() -> None:
    st.header(_(text.MISUSE), anchor="misuse")
    _list([_(point) for point in text.MISUSE_POINTS])
    with _more():
        st.write(_(text.MISUSE_WHY))
        st.write(_(text.MISUSE_GOOD))
        st.write(_(text.PROTECT))


def _access() -> None:
    st.header(_(text.ACCESS), anchor="accessibility")
    st.write(_(text.ACCESS_AIM))
    with _more():
        _list([_(point) for point in text.ACCESS_DONE])
        st.write(_(text.ACCESS_SHORT))
        _list([_(point) for point in text.ACCESS_GAPS])


def _credits() -> None:
    st.header(_(text.CREDITS), anchor="credits")
    st.write(_(text.CODE_LICENCE))
    with st.expander(_(text.GALLERY), icon=":material/photo_camera:"):
        _list([_photo_credit(photo) for photo in entries()])
    with st.expander(_(text.DATA), icon=":material/menu_book:"):
        _list([_(point) for point in (*text.DATA_LICENCES, *text.IDEAS_POINTS)])
    with st.expander(_(text.LIBRARIES), icon=":material/inventory_2:"):
        rows = [(library.name, library.version, _licence(library)) for library in libraries()]
        table = pd.DataFrame(rows, columns=[_(column) for column in text.LIBRARY_COLUMNS])
        st.table(table.set_index(table.columns[0]), border="horizontal")


def _more() -> AbstractContextManager[object]:
    return st.expander(_(text.MORE), icon=":material/more_horiz:")


def _licence(library: Library) -> str:
    named = library.licence or "–"
    return _(text.AND_OTHERS, licence=named) if library.others else named


def _photo_credit(photo) -> str:
    return _(
        text.GALLERY_LINE,
        title=plain(_(photo.title)),
        place=plain(_(photo.place)),
        author=plain(_(photo.author)),
        source=photo.source,
        licence=photo.terms,
    )


def _use(shelf: Shelf) -> None:
    st.header(_(text.USE), anchor="cite")
    models = (*shelf.countries, *shelf.cities)
    st.code(_citation(models), language="latex", wrap_lines=True)
    with _more():
        st.write(_(text.RETRAIN))
        st.code(text.COMMANDS, language="shell", wrap_lines=True)


def _citation(models: Sequence[Shelved]) -> str:
    """The app's version, and the year in which the newest of its models was trained."""
    days = [model.checkpoint.card.provenance.trained for model in models]
    years = [str(day.year) for day in days if day]
    year = max(years, default=text.CITATION_YEAR_UNKNOWN)
    return text.CITATION.format(version=app_version() or year, year=year)


def _list(points: Sequence[str]) -> None:
    st.markdown("\n".join(f"- {point}" for point in points))
