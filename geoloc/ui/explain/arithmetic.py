"""The formula with its numbers: w_1 x map_1 + w_2 x map_2 + ... = CAM, as small pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import streamlit as st

from geoloc.cam import Explainer, Terms
from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.draw.overlay import tile
from geoloc.photo import Photo
from geoloc.ui.explain import memory, text
from geoloc.ui.frame import note

_SHOWN = 4


@dataclass(frozen=True)
class Part:
    """A small picture of the sum: a map (h, w) with what stands above and below it."""

    values: np.ndarray
    limit: float
    above: str
    below: str
    alt: str


def _number(value: float, form: str = "+.2f") -> str:
    """With its sign, and a minus that is as wide as a plus."""
    return format(value, form).replace("-", "−")


def arithmetic(
    explainer: Explainer, version: str, photo: Photo, country: str, layers: list[str]
) -> None:
    """The sum of each layer whose map is one."""
    found = memory.terms(explainer, version, photo, country)
    sums = {layer: found[layer] for layer in layers if layer in found}
    if not sums:
        return
    st.header(text.ARITHMETIC, anchor=False)
    for number, (layer, told) in enumerate(sums.items()):
        st.subheader(layer, anchor=False)
        if not number:
            counted = text.ARITHMETIC_HOW.format(
                shown=_SHOWN, count=len(told.maps), country=name(country)
            )
            note(counted)
        _sum(told, layer)
        note(_score(told, explainer, version, photo, country, layer))


def _sum(told: Terms, layer: str) -> None:
    grid = st.grid(_SHOWN + 2, min_column_width=140, gap=(16, 8), key=f"terms {layer}")
    for part in _parts(told, layer):
        with grid.cell(), st.container(gap="xsmall"):
            note(f"**{part.above}**")
            st.image(tile(part.values, part.limit), alt=part.alt, width="stretch")
            note(part.below)


def _parts(told: Terms, layer: str) -> Iterator[Part]:
    strongest = told.strongest(_SHOWN)
    brightest = max(float(np.abs(term.values).max()) for term in strongest)
    for term in strongest:
        yield Part(
            term.values,
            brightest,
            text.TERM.format(weight=_number(term.weight, "+.3g"), number=term.number),
            text.TERM_ADDS.format(adds=_number(term.adds)),
            text.TERM_ALT.format(number=term.number, layer=layer),
        )
    whole = np.einsum("k,khw->hw", told.weights, told.maps)
    rest = whole - sum(term.weight * term.values for term in strongest)
    limit = max(float(np.abs(whole).max()), float(np.abs(rest).max()))
    others = len(told.maps) - len(strongest)
    yield Part(
        rest,
        limit,
        text.REST.format(count=others),
        text.REST_ADDS.format(adds=_number(float(rest.mean()))),
        text.REST_ALT.format(layer=layer),
    )
    yield Part(
        whole,
        limit,
        text.SUM,
        text.SUM_ADDS.format(mean=_number(float(whole.mean()))),
        text.SUM_ALT.format(layer=layer),
    )


def _score(
    told: Terms, explainer: Explainer, version: str, photo: Photo, country: str, layer: str
) -> str:
    if told.bias is None:
        return text.NO_LOGIT
    cams = memory.cams(explainer, version, photo, country)
    cam = next(cam for cam in cams if cam.layer == layer)
    mean = float(cam.values.mean())
    return text.LOGIT.format(
        mean=_number(mean),
        bias=_number(told.bias),
        logit=_number(mean + told.bias),
        country=name(country),
        others=len(explainer.classifier.classes) - 1,
        share=percent(cam.probability),
    )
