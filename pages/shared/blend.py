"""A photo under its map, the map as opaque as a slider in the browser says, without the server."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from pages.language import _
from pages.shared.wipe import data_url

OPACITY = 0.55
"""Of maps until the visitor moves the slider, and in what is downloaded."""

_HTML = '<label><span></span><input type="range" min="0" max="100" step="5"></label>'
_CSS = """
label { display: grid; gap: 0.25rem; font-size: 0.875rem; }
input { width: 100%; height: 1.75rem; margin: 0; accent-color: var(--st-primary-color); }
"""
_SCRIPT = """
const name = "where-am-i: opacity";
const root = document.documentElement;

export default function({ data, parentElement }) {
    parentElement.querySelector("span").textContent = data.label;
    const slider = parentElement.querySelector("input");
    let kept = null;
    // A browser may forbid pages to keep anything.
    try { kept = sessionStorage.getItem(name); } catch {}
    slider.value = kept ?? data.opacity;
    const show = () => root.style.setProperty("--map-opacity", slider.value / 100);
    slider.oninput = () => {
        show();
        try { sessionStorage.setItem(name, slider.value); } catch {}
    };
    show();
}
"""
_slider = st.components.v2.component("where_am_i_opacity", html=_HTML, css=_CSS, js=_SCRIPT)


def opacity_slider() -> None:
    """The slider of all maps on the page."""
    _slider(key="opacity slider", data={"label": _("Opacity"), "opacity": round(100 * OPACITY)})


def blended(below: np.ndarray, above: np.ndarray, caption: str, alt: str) -> str:
    """A photo and the same under its map at full opacity, as HTML for `st.html`.

    Args:
        below: uint8 (H, W, 3).
        above: the same size.
        caption: below the picture.
        alt: what it shows, for those who can't see it.
    """
    return (
        f'<figure class="blend"><span style="aspect-ratio: {below.shape[1]} / {below.shape[0]}">'
        f'<img src="{data_url(below)}" alt="">'
        f'<img class="map" src="{data_url(above)}" alt="{escape(alt, quote=True)}"></span>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
