"""The formula with its numbers: w_1 x map_1 + w_2 x map_2 + ... = CAM, as small pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import streamlit as st

from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.draw.overlay import tile
from geoloc.explain import Explainer, Terms, layer_title
from geoloc.photo import Photo
from pages.explain import memory, text
from pages.language import _, formatted
from pages.shared.frame import note

_SHOWN = 4


@dataclass(frozen=True)
class Summand:
    """A small picture of the sum: a map (h, w) with what stands above it."""

    values: np.ndarray
    limit: float
    above: str
    alt: str


def _number(value: float, form: str = "+.2f") -> str:
    """With its sign, and a minus that is as wide as a plus."""
    return formatted(value, form).replace("-", "−")


def arithmetic(
    explainer: Explainer, version: str, photo: Photo, country: str, layers: list[str]
) -> None:
    """The sum of each layer whose map is one."""
    found = memory.terms(explainer, version, photo, country)
    sums = {layer: found[layer] for layer in layers if layer in found}
    if not sums:
        return
    st.header(_(text.ARITHMETIC), anchor=False)
    note(_(text.ARITHMETIC_HOW))
    *earlier, last = sums
    # The last layer's map comes nearest to the answer; the others are a click away.
    for layer in (last, *reversed(earlier)):
        place = st.container() if layer == last else st.expander(layer_title(layer))
        with place:
            if layer == last:
                st.subheader(layer_title(layer), anchor=False)
            _sum(sums[layer], layer)
            note(_score(sums[layer], explainer, version, photo, country, layer))


def _sum(told: Terms, layer: str) -> None:
    grid = st.grid(_SHOWN + 2, min_column_width=140, gap=(16, 8), key=f"terms {layer}")
    for part in _parts(told, layer):
        with grid.cell(), st.container(gap="xsmall"):
            note(f"**{part.above}**")
            st.image(tile(part.values, part.limit), alt=part.alt, width="stretch")


def _parts(told: Terms, layer: str) -> Iterator[Summand]:
    strongest = told.strongest(_SHOWN)
    brightest = max(float(np.abs(term.values).max()) for term in strongest)
    for term in strongest:
        yield Summand(
            term.values,
            brightest,
            _(text.TERM, weight=_number(term.weight, "+.3g"), number=term.number),
            _(
                text.TERM_ALT,
                number=term.number,
                layer=layer_title(layer),
                adds=_number(term.adds),
            ),
        )
    whole = told.whole
    rest = whole - sum(term.weight * term.values for term in strongest)
    limit = max(float(np.abs(whole).max()), float(np.abs(rest).max()))
    others = len(told.maps) - len(strongest)
    yield Summand(
        rest,
        limit,
        _(text.REST, count=others),
        _(text.REST_ALT, layer=layer_title(layer), adds=_number(float(rest.mean()))),
    )
    yield Summand(
        whole,
        limit,
        _(text.SUM),
        _(text.SUM_ALT, layer=layer_title(layer)),
    )


def _score(
    told: Terms, explainer: Explainer, version: str, photo: Photo, country: str, layer: str
) -> str:
    if told.bias is None:
        return _(text.NO_LOGIT)
    cams = memory.cams(explainer, version, photo, country)
    cam = next(cam for cam in cams if cam.layer == layer)
    mean = float(cam.values.mean())
    return _(
        text.LOGIT,
        mean=_number(mean),
        bias=_number(told.bias),
        logit=_number(mean + told.bias),
        country=name(country),
        others=len(explainer.classifier.classes) - 1,
        share=percent(cam.probability),
    )
