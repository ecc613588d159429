"""What the page *Models* shows, from top to bottom."""

from __future__ import annotations

import streamlit as st

from geoloc.models import registry
from geoloc.models.release import Release, ReleaseError
from pages.language import N_, _
from pages.models.city import city_parts
from pages.models.country import country_parts
from pages.models.head import head
from pages.models.published import published
from pages.models.table import side_by_side
from pages.shared.frame import guard, plain
from pages.shared.own_cities import is_visible
from pages.shared.registry import Shelf, missing, problems

_REMEDY = N_("Choose another model")
_PARTS = {"country": country_parts, "city": city_parts}
"""By task, the parts of a card by their titles."""

_MODEL = "model"
"""Key of the chooser, and its place in the page's address: ?model=NAME."""


def model_cards() -> None:
    """All models beside each other, and the card of the chosen one."""
    found, wrong = _readable()
    if not found:
        missing("country")
    else:
        with guard(_("The comparison"), _(_REMEDY)):
            side_by_side(found)
        _card(_chosen(found), found)
    published()
    problems(Shelf((), (), tuple(wrong)))


def _readable() -> tuple[list[Release], list[ReleaseError]]:
    """Models whose cards can be drawn, the best first, and what is wrong with each other one."""
    found, wrong = registry.available(registry.CHECKPOINTS)
    shown = [each for each in found if each.task in _PARTS and is_visible(each)]
    return sorted(shown, key=_rank), wrong


def _rank(checkpoint: Release) -> tuple[int, float]:
    """Country models first, the one that claims to be right most often before the others."""
    share = getattr(checkpoint.card.scores, "top1", None) or 0.0
    return list(_PARTS).index(checkpoint.task), -share


def _chosen(found: list[Release]) -> Release:
    by_name = {checkpoint.folder.name: checkpoint for checkpoint in found}
    asked = st.query_params.get(_MODEL)
    if asked in by_name:
        st.session_state[_MODEL] = asked
    elif st.session_state.get(_MODEL) not in by_name:
        st.session_state.pop(_MODEL, None)
    st.header(_("One model in full"), anchor=False)
    name = st.selectbox(
        _("Model"),
        list(by_name),
        format_func=lambda name: _label(by_name[name], found),
        key=_MODEL,
        on_change=_link,
        help=_("The page's address names the model, so that you can share it."),
    )
    return by_name[name]


def _label(checkpoint: Release, found: list[Release]) -> str:
    same = [other for other in found if other.title == checkpoint.title]
    return checkpoint.title if len(same) == 1 else f"{checkpoint.title} ({checkpoint.folder.name})"


def _link() -> None:
    st.query_params[_MODEL] = st.session_state[_MODEL]


def _card(checkpoint: Release, found: list[Release]) -> None:
    st.subheader(plain(checkpoint.title), anchor=False)
    with guard(_("What the model can do"), _(_REMEDY)):
        head(checkpoint, found)
    parts = _PARTS[checkpoint.task]()
    tabs = st.tabs([_(title) for title in parts], key=f"part {checkpoint.task}", on_change="rerun")
    for tab, (title, draw) in zip(tabs, parts.items(), strict=True):
        if tab.open:
            with tab, guard(_("The part “{title}”", title=_(title)), _(_REMEDY)):
                draw(checkpoint)
