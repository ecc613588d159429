"""Photos with tints laid over them, and one slider for how much, in the browser alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages.shared.data_url import data_url

_CSS = """
div.panels { display: grid; gap: 0.75rem 1rem; }
div.panels.pairs { grid-template-columns: 1fr 1fr; }
div.panels.many { grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); }
figure { margin: 0; min-width: 0; }
div.picture {
    position: relative; overflow: hidden; border-radius: var(--st-base-radius);
    max-width: 100%; background: var(--st-secondary-background-color);
}
img { display: block; width: 100%; height: 100%; object-fit: cover; }
img.tint { position: absolute; object-fit: fill; opacity: var(--opacity); }
figcaption { margin-top: 0.25rem; font-size: 0.875rem; line-height: 1.4; }
label {
    display: flex; align-items: center; gap: 0.75rem; height: 1.75rem; margin-top: 0.25rem;
    font-size: 0.875rem; max-width: 30rem;
}
label.first { margin: 0 0 0.5rem; }
input { flex: 1; min-width: 4rem; accent-color: var(--st-primary-color); cursor: ew-resize; }
@media (max-width: 640px) { div.picture { max-height: min(32vh, 20rem); margin: 0 auto; } }
"""
_SCRIPT = """
export default function({ data, parentElement }) {
    const make = (name, parent, fields = {}) =>
        Object.assign(parent.appendChild(document.createElement(name)), fields);
    parentElement.querySelectorAll(".root").forEach(old => old.remove());
    const root = make("div", parentElement, { className: "root" });
    const grid = document.createElement("div");
    grid.className = ["panels", "panels pairs"][data.panels.length - 1] ?? "panels many";
    // What stands on the root, all the page's pictures inherit.
    const dimmed = data.everywhere ? document.documentElement : grid;
    const dim = () => dimmed.style.setProperty("--opacity", slider.value / 100);
    const label = document.createElement("label");
    const first = data.panels.length > 1;
    if (first) label.className = "first";
    make("span", label, { textContent: data.label });
    const slider = make("input", label, { type: "range", min: 0, max: 100, value: data.start });
    slider.oninput = dim;
    root.append(...(!data.label ? [grid] : first ? [label, grid] : [grid, label]));
    for (const panel of data.panels) {
        const figure = make("figure", grid);
        const picture = make("div", figure, { className: "picture" });
        picture.style.aspectRatio = panel.ratio;
        if (panel.tallest) picture.style.width = `min(100%, ${panel.tallest * panel.ratio}px)`;
        make("img", picture, { src: panel.photo, alt: panel.alt });
        const tint = make("img", picture, { src: panel.tint, alt: "", className: "tint" });
        Object.assign(tint.style, panel.box);
        if (panel.caption) make("figcaption", figure, { textContent: panel.caption });
    }
    if (data.label) dim();
    return () => root.remove();
}
"""
_blender = st.components.v2.component("where_am_i_blend", css=_CSS, js=_SCRIPT)


@dataclass(frozen=True)
class Panel:
    """A photo and the tint over a part of it.

    Attributes:
        photo: uint8 (H, W, 3).
        tint: uint8 (h, w, 3), stretched over that part.
        part: the part's left, top, width and height as shares of the photo.
        alt: what is seen, for those who can't.
        caption: below it; "" for none.
        tallest: the photo's greatest height in CSS pixels; None for as wide as there is room.
    """

    photo: np.ndarray
    tint: np.ndarray
    alt: str
    part: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    caption: str = ""
    tallest: int | None = None


def blend(
    panels: Sequence[Panel], label: str, start: int, key: str, everywhere: bool = False
) -> None:
    """Photos under their tints, and the slider: above several photos, below a single one.

    Args:
        panels: one or more.
        label: of the slider; "" for none, where another one of the page is for all.
        start: the tints' opacity at first, in percent.
        key: another one for other pictures: they are sent once.
        everywhere: whether the slider is for all pictures of the page that have none.
    """
    data = {
        "label": label,
        "start": start,
        "everywhere": everywhere,
        "panels": [_data(panel) for panel in panels],
    }
    _blender(key=key, data=data)


def _data(panel: Panel) -> dict[str, object]:
    height, width = panel.photo.shape[:2]
    sides = zip(("left", "top", "width", "height"), panel.part, strict=True)
    return {
        "photo": data_url(panel.photo),
        "tint": data_url(panel.tint),
        "box": {side: f"{100 * share:.3f}%" for side, share in sides},
        "ratio": width / height,
        "alt": panel.alt,
        "caption": panel.caption,
        "tallest": panel.tallest,
    }
