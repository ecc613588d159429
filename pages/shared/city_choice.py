"""Which city is looked at, where there are models of several."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.language import _
from pages.shared.frame import plain
from pages.shared.registry import Shelved


def of_one_city(models: Sequence[Shelved], key: str, first: str | None = None) -> list[Shelved]:
    """The models of the city that the visitor chooses; without a choice where there is one city.

    Args:
        models: of cities, at least one.
        key: of the widget.
        first: the city shown until another is chosen; None for that of the first model.
    """
    titles = {model.checkpoint.city.name: model.checkpoint.city.title for model in models}
    city = first or next(iter(titles))
    if len(titles) > 1:
        city = st.segmented_control(
            _("City"),
            list(titles),
            default=city,
            format_func=lambda name: plain(titles[name]),
            required=True,
            key=key,
        )
    return [model for model in models if model.checkpoint.city.name == city]
