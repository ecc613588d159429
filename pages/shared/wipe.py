"""Two pictures of one size, one uncovered from the other by a handle, in the browser alone."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.shared.data_url import data_url

_HTML = """
<figure>
    <div class="pictures"><img class="first"><img class="second"><span></span></div>
    <input type="range" min="0" max="100" value="50">
</figure>
"""
_CSS = """
figure { margin: 0; max-width: 40rem; --cut: 50%; }
.pictures { position: relative; overflow: hidden; border-radius: var(--st-base-radius); }
img { display: block; width: 100%; }
.second { position: absolute; inset: 0; height: 100%; clip-path: inset(0 0 0 var(--cut)); }
span {
    position: absolute; inset: 0 auto 0 var(--cut); width: 4px; margin-left: -2px;
    background: var(--st-background-color); box-shadow: 0 0 0 1px var(--st-text-color);
}
input {
    width: 100%; height: 1.75rem; margin: 0.5rem 0 0; accent-color: var(--st-primary-color);
    cursor: ew-resize;
}
"""
_SCRIPT = """
export default function({ data, parentElement }) {
    const figure = parentElement.querySelector("figure");
    const slider = figure.querySelector("input");
    const cut = () => figure.style.setProperty("--cut", slider.value + "%");
    for (const which of ["first", "second"]) {
        const picture = figure.querySelector("." + which);
        picture.src = data[which];
        picture.alt = data[which + "_alt"];
    }
    figure.querySelector(".pictures").style.aspectRatio = data.ratio;
    slider.setAttribute("aria-label", data.label);
    slider.oninput = cut;
    const pictures = figure.querySelector(".pictures");
    const drag = event => {
        if (event.type === "pointermove" && !event.buttons) return;
        const box = pictures.getBoundingClientRect();
        slider.value = 100 * (event.clientX - box.left) / box.width;
        cut();
    };
    pictures.onpointerdown = pictures.onpointermove = drag;
    pictures.style.touchAction = "pan-y";
    pictures.style.cursor = "ew-resize";
    cut();
}
"""
_wiper = st.components.v2.component("where_am_i_wipe", html=_HTML, css=_CSS, js=_SCRIPT)


def wipe(first: np.ndarray, second: np.ndarray, alts: tuple[str, str], label: str) -> None:
    """Two pictures on one another, with a handle between them.

    Args:
        first: uint8 (H, W, 3), seen left of the handle.
        second: the same size, seen right of it.
        alts: what the two show, for those who can't see them.
        label: of the handle.
    """
    _wiper(
        key=f"wipe {label}",
        data={
            "first": data_url(first),
            "second": data_url(second),
            "first_alt": alts[0],
            "second_alt": alts[1],
            "label": label,
            "ratio": f"{first.shape[1]} / {first.shape[0]}",
        },
    )
