"""Tables to sort, with titles and numbers in the reader's language.

A browser left to itself would write numbers in a language of its own, which may be another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from pages.language import _

_MISSING = "–"


@dataclass(frozen=True)
class Column:
    """What a column is called and how it is written.

    Attributes:
        title: its message; in the data the column has this name in every language.
        meaning: the message of its help.
        written: a number of it for people; None for text.
        pinned: whether it stays in sight when a finger moves the others.
    """

    title: str
    meaning: str | None = None
    written: Callable[[float], str] | None = None
    pinned: bool = False


def table(rows: pd.DataFrame, columns: Sequence[Column], alt: str) -> None:
    """A table whose columns sort by their values, not by what is written.

    Args:
        rows: of the data.
        columns: those that have more than their name; of others than the data's, nothing is shown.
        alt: what it shows, in words.
    """
    forms = {one.title: one.written for one in columns if one.written and one.title in rows}
    st.dataframe(
        rows.style.format(forms, na_rep=_MISSING),
        hide_index=True,
        alt=alt,
        placeholder=_MISSING,
        column_config={one.title: _config(one) for one in columns},
    )


def _config(one: Column) -> Any:
    kind = st.column_config.NumberColumn if one.written else st.column_config.TextColumn
    meaning = _(one.meaning) if one.meaning else None
    return kind(_(one.title), help=meaning, pinned=one.pinned or None)
