"""What the visitor knows already: "I know it is in ..."."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geoloc.countries import CONTINENTS, alphabetical, continent, name
from pages.language import _

_KEY = "known to be in"


def narrowing(classes: Sequence[str]) -> frozenset[str]:
    """The countries that are left, by the continents and countries chosen; empty for all.

    Args:
        classes: codes of the countries that an answer can name.
    """
    able = {continent(code) for code in classes}
    continents = [one for one in CONTINENTS if one in able]
    chosen = st.multiselect(
        _("I know it is in …"),
        [*continents, *alphabetical(classes)],
        format_func=lambda one: _(one) if one in CONTINENTS else name(one),
        placeholder=_("Continents or countries"),
        key=_KEY,
    )
    return frozenset(code for code in classes if code in chosen or continent(code) in chosen)
