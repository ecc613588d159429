"""What the visitor knows: "I know it is in …", and where the photo was taken after all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from geoloc.countries import CODES, CONTINENTS, alphabetical, continent, country_at, name
from pages.language import _
from pages.shared.session import Chosen, key_of

_KEY = "known to be in"
_PARAMETER = "in"


def narrowing(classes: Sequence[str], photos: Sequence[Chosen]) -> frozenset[str]:
    """The countries that are left, by the continents and countries chosen; empty for all.

    The choice stands in the page's address.

    Args:
        classes: codes of the countries that an answer can name.
        photos: of one place; what their files say of it offers itself.
    """
    able = {continent(code) for code in classes}
    options = [*(one for one in CONTINENTS if one in able), *alphabetical(classes)]
    if _KEY not in st.session_state:
        asked = st.query_params.get(_PARAMETER, "").split(",")
        st.session_state[_KEY] = [one for one in options if one in asked]
    chosen = st.multiselect(
        _("I know it is in …"),
        options,
        format_func=lambda one: _(one) if one in CONTINENTS else name(one),
        placeholder=_("Continents or countries"),
        key=_KEY,
        on_change=_write,
    )
    _offer(classes, photos, chosen)
    return frozenset(code for code in classes if code in chosen or continent(code) in chosen)


def _offer(classes: Sequence[str], photos: Sequence[Chosen], chosen: Sequence[str]) -> None:
    """A button that narrows to the country that a photo's own position lies in."""
    for one in photos:
        code = country_at(one.photo.position) if one.photo.position else None
        if code in classes and code not in chosen:
            st.button(
                _(
                    "{country}, says the photo's {source}",
                    country=name(code),
                    source=one.photo.position_source,
                ),
                key="narrow by exif",
                icon=":material/my_location:",
                on_click=_narrow,
                args=(code,),
            )
            return


def _narrow(code: str) -> None:
    """Callback: only this country is left."""
    st.session_state[_KEY] = [code]
    _write()


def _write() -> None:
    chosen = st.session_state[_KEY]
    if chosen:
        st.query_params[_PARAMETER] = ",".join(chosen)
    else:
        st.query_params.pop(_PARAMETER, None)


def was_in(photos: Sequence[Chosen]) -> str | None:
    """The country that the visitor says photos of one place were taken in, if any."""
    return st.selectbox(
        _("It was in …"),
        alphabetical(CODES),
        index=None,
        format_func=name,
        placeholder=_("Choose, or click the map"),
        key=_was_in(photos),
        persist_state="session",
    )


def say_it_was_in(photos: Sequence[Chosen]) -> Callable[[str], None]:
    """A callback that takes the country clicked on a map as the one in `was_in`."""
    key = _was_in(photos)

    def say(code: str) -> None:
        if code in CODES:
            st.session_state[key] = code

    return say


def said_it_was_in(photos: Sequence[Chosen]) -> str | None:
    """What was last chosen or clicked of these photos."""
    return st.session_state.get(_was_in(photos))


def _was_in(photos: Sequence[Chosen]) -> str:
    """Key of the choice: another place has another answer."""
    return f"was in {key_of(photos)}"
