"""A worked example of a score: a hundred photos, a dot each, by what became of them."""

from __future__ import annotations

from html import escape

import streamlit as st

from geoloc.models.card import CountryScores
from pages.language import _
from pages.shared.frame import plain

_STYLE = """
<style>
.hundred { display: flex; flex-wrap: wrap; align-items: center; gap: 1rem 2rem; }
.hundred > div { display: grid; grid-template-columns: repeat(20, 0.75rem); gap: 0.25rem; }
.hundred i { width: 0.75rem; height: 0.75rem; border-radius: 50%; box-sizing: border-box;
    border: 2px solid currentColor; opacity: 0.45; }
.hundred i.right { background: #2f9a5f; border-color: #2f9a5f; opacity: 1; }
.hundred i.near { background: #b07d00; border-color: #b07d00; opacity: 1; }
.hundred ul { margin: 0; padding: 0; list-style: none; }
.hundred li { display: flex; align-items: center; gap: 0.5rem; margin: 0; }
@media (max-width: 640px) { .hundred > div { grid-template-columns: repeat(10, 0.75rem); } }
</style>
"""


def hundred(title: str, scores: CountryScores) -> None:
    """What becomes of a hundred photos like those of the test.

    Args:
        title: of the model.
        scores: of a country model.
    """
    top1 = scores.share("top1")
    if top1 is None:
        return
    right = round(100 * top1.value)
    continent = scores.analysis.continent_accuracy if scores.analysis else None
    near = 0 if continent is None else max(0, round(100 * continent) - right)
    counts = {"right": right, "near": near, "wrong": 100 - right - near}
    told = {
        "right": _("{n} right", n=right),
        "near": _("{n} the right continent only", n=near),
        "wrong": _("{n} wrong", n=counts["wrong"]),
    }
    st.subheader(_("{model} on a hundred photos", model=plain(title)), anchor=False)
    dots = "".join(f'<i class="{kind}"></i>' * count for kind, count in counts.items())
    key = "".join(
        f'<li><i class="{kind}"></i>{escape(told[kind])}</li>'
        for kind, count in counts.items()
        if count
    )
    st.html(
        f'{_STYLE}<div class="hundred"><div aria-hidden="true">{dots}</div><ul>{key}</ul></div>'
    )
