"""A round without a mouse: Space, or Enter beside the map, presses the button that goes on."""

from __future__ import annotations

import streamlit as st

GO = "play-go"
"""Key of the container with that button."""

# Inside the map Enter puts the pin; once the truth is shown there is nothing left to put.
_SCRIPT = """
const known = new WeakSet();
let revealed = false;

const press = event => {
    const inMap = event.view !== window;
    const goes = event.key === " " || (event.key === "Enter" && (revealed || !inMap));
    const typing = event.target.closest?.(
        "input, textarea, select, button, a, summary, [role=combobox], [role=tab], [role=slider]"
    );
    if (!goes || typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const button = document.querySelector(".st-key-play-go button:not([disabled])");
    if (!button) return;
    event.preventDefault();
    button.click();
};

const follow = view => {
    if (view && !known.has(view)) {
        known.add(view);
        view.addEventListener("keydown", press);
    }
};

const followMap = () => {
    const map = document.querySelector('iframe[title^="streamlit_folium"]');
    // A frame that loads anew has another window.
    try { follow(map?.contentWindow); } catch {}
};

export default function({ data }) {
    revealed = data.revealed;
    follow(window);
    followMap();
    const watch = setInterval(followMap, 500);
    return () => clearInterval(watch);
}
"""
_keys = st.components.v2.component("where_am_i_play_keys", js=_SCRIPT)


def keys(revealed: bool) -> None:
    """Listens on the page and in the map.

    Args:
        revealed: whether the truth is shown, so that Enter has nothing to put on the map.
    """
    _keys(key="play keys", data={"revealed": revealed})
