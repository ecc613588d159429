"""A round without a mouse: Space, or Enter beside the map, presses the button that goes on."""

from __future__ import annotations

import streamlit as st

GO = "play-go"
"""Key of the container with that button."""

# Inside the map Enter puts the pin; once the truth is shown there is nothing left to put. The
# button waits for the pin to come back from the server: a key that is faster is held until then.
_SCRIPT = """
const PATIENCE_MS = 10000;
const known = new WeakSet();
let revealed = false;
let put = -Infinity;
let held = false;

const goOn = () => {
    const button = document.querySelector(".st-key-play-go button:not([disabled])");
    const waits = performance.now() - put < PATIENCE_MS;
    held = !button && waits;
    button?.click();
    return button || waits;
};

const press = event => {
    const inMap = event.view !== window;
    if (inMap && event.key === "Enter") put = performance.now();
    const goes = event.key === " " || (event.key === "Enter" && (revealed || !inMap));
    const typing = event.target.closest?.(
        "input, textarea, select, button, a, summary, [role=combobox], [role=tab], [role=slider]"
    );
    if (!goes || typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (goOn()) event.preventDefault();
};

const follow = view => {
    if (view && !known.has(view)) {
        known.add(view);
        view.addEventListener("keydown", press);
        if (view !== window) view.addEventListener("click", () => { put = performance.now(); });
    }
};

const followMap = () => {
    const map = document.querySelector('iframe[title^="streamlit_folium"]');
    // A frame that loads anew has another window.
    try { follow(map?.contentWindow); } catch {}
};

export default function({ data }) {
    if (revealed !== data.revealed) {
        revealed = data.revealed;
        put = -Infinity;
        held = false;
    }
    follow(window);
    followMap();
    const watch = setInterval(followMap, 500);
    const buttons = new MutationObserver(() => held && goOn());
    const changes = { subtree: true, childList: true, attributeFilter: ["disabled"] };
    buttons.observe(document.body, changes);
    return () => { clearInterval(watch); buttons.disconnect(); };
}
"""
_keys = st.components.v2.component("where_am_i_play_keys", js=_SCRIPT)


def keys(revealed: bool) -> None:
    """Listens on the page and in the map.

    Args:
        revealed: whether the truth is shown, so that Enter has nothing to put on the map.
    """
    _keys(key="play keys", data={"revealed": revealed})
