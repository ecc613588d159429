"""Choices that stand in the page's address, by their codes instead of their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def linked_selectbox(
    label: str,
    options: Sequence[str],
    key: str,
    default: str,
    format_func: Callable[[str], str],
) -> str:
    """A selectbox whose choice is the address's parameter `key`, and goes back there.

    Args:
        label: of the selectbox.
        options: codes.
        key: of the selectbox, and the parameter's name.
        default: chosen where the address names none of the options.
        format_func: the name of a code, for people.
    """
    # Streamlit's own binding would write the names, which differ between languages.
    asked = st.query_params.get(key)
    return st.selectbox(
        label,
        options,
        index=list(options).index(asked if asked in options else default),
        format_func=format_func,
        key=key,
        on_change=_write,
        args=(key,),
    )


def remembered_selectbox(
    page: str,
    parameter: str,
    options: Sequence[str],
    default: str,
    label: str,
    format_func: Callable[[str], str],
    box: DeltaGenerator,
) -> str:
    """A searchable choice that stands in the page's address, and outlives a change of page.

    Args:
        page: under which the choice is remembered.
        parameter: of the address.
        options: codes; "" for none.
        default: chosen until the visitor does, and where the address names none of the options.
        label: of the selectbox.
        format_func: the name of a code, for people.
        box: where it is drawn.
    """
    asked = st.query_params.get(parameter, _kept(page).get(parameter))
    key = f"{page} {parameter}"
    st.session_state[key] = asked if asked in options else default
    return box.selectbox(
        label,
        options,
        format_func=format_func,
        key=key,
        on_change=_keep,
        args=(page, parameter, key),
    )


def remembered_pills(
    page: str,
    parameter: str,
    options: Sequence[str],
    default: Sequence[str],
    most: int,
    label: str,
    format_func: Callable[[str], str],
) -> list[str]:
    """Some of a few options; their codes stand in the address, with commas between.

    Args:
        page: under which the choice is remembered.
        parameter: of the address.
        options: codes without commas.
        default: chosen until the visitor does, and where the address names none of the options.
        most: how many can be chosen: one more, and the one that was chosen first makes room.
        label: of the pills.
        format_func: the name of a code, for people.

    Returns:
        those chosen, in the order of the options; may be empty.
    """
    kept = _kept(page).get(parameter, default)
    asked = st.query_params.get(parameter)
    if asked is not None:
        kept = [code for code in asked.split(",") if code in options] or default
    key = f"{page} {parameter}"
    st.session_state[key] = [code for code in options if code in kept[:most]]
    chosen = st.pills(
        label,
        options,
        selection_mode="multi",
        format_func=format_func,
        wrap=True,
        key=key,
        on_change=_keep_some,
        args=(page, parameter, key, list(kept), most),
    )
    return [code for code in options if code in chosen]


def remembered(page: str, parameter: str) -> str | list[str] | None:
    """What the visitor chose on a page; None if nothing yet."""
    return _kept(page).get(parameter)


def _kept(page: str) -> dict[str, str | list[str]]:
    """What the visitor chose on a page, by parameter."""
    return st.session_state.setdefault(page, {})


def _keep_some(page: str, parameter: str, key: str, before: list[str], most: int) -> None:
    """Callback: the last ones chosen of several are the visitor's own from now on."""
    now = st.session_state[key]
    ordered = [*(code for code in before if code in now), *(c for c in now if c not in before)]
    st.session_state[key] = ordered[-most:]
    _keep(page, parameter, key)


def _keep(page: str, parameter: str, key: str) -> None:
    """Callback: the choice is the visitor's own from now on."""
    chosen = st.session_state[key]
    _kept(page)[parameter] = chosen
    if chosen:
        st.query_params[parameter] = chosen if isinstance(chosen, str) else ",".join(chosen)
    else:
        st.query_params.pop(parameter, None)


def _write(key: str) -> None:
    st.query_params[key] = st.session_state[key]
