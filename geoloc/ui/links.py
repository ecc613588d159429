"""Choices that stand in the page's address, by their codes instead of their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st


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


def _write(key: str) -> None:
    st.query_params[key] = st.session_state[key]
