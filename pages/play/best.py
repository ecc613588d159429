"""The visitor's best score, kept by the visitor's browser and nowhere else."""

from __future__ import annotations

import streamlit as st

_SCRIPT = """
// The browser may run a component more than once, and the second time would find its own score.
const before = new Map();

export default function({ data, setStateValue }) {
    if (!before.has(data.game)) {
        let kept = 0;
        // A browser may forbid pages to keep anything.
        try { kept = Number(localStorage.getItem(data.name)) || 0; } catch {}
        try { localStorage.setItem(data.name, String(Math.max(kept, data.points))); } catch {}
        before.set(data.game, kept);
    }
    setStateValue("before", before.get(data.game));
}
"""
_keeper = st.components.v2.component("where_am_i_best_score", js=_SCRIPT)


def best_before(what: str, points: int, game: str) -> int | None:
    """The best score before this game, whose own is kept if it is better.

    Args:
        what: what was played; scores of other names are kept apart.
        points: of this game.
        game: tells this game apart from the visitor's others.

    Returns:
        None until the browser has told, 0 if it has kept none.
    """
    key = f"best before {game}"
    if key not in st.session_state:
        mounted = f"best {game}"
        _keeper(
            key=mounted,
            data={"name": f"where-am-i: {what}", "points": points, "game": game},
            default={"before": None},
            on_before_change=lambda: _remember(key, mounted),
        )
    return st.session_state.get(key)


def _remember(key: str, mounted: str) -> None:
    st.session_state[key] = st.session_state[mounted]["before"]
