"""Why this answer: activation maps of two countries after two layers, side by side."""

from __future__ import annotations

import numpy as np
import streamlit as st

from geoloc.countries import alphabetical, name
from geoloc.draw.charts import percent
from geoloc.draw.overlay import COLOUR_MAPS, legend, overlay
from geoloc.explain import Cam, ProbeCam
from pages.explain.maps import band_of
from pages.language import N_, _
from pages.shared import session
from pages.shared.answers import answer_of, cams_of
from pages.shared.frame import drawing, guard, halves, note, plain
from pages.shared.registry import Shelved, first_ready
from pages.shared.session import Chosen
from pages.shared.turn import fragment

_SIGNED = N_("for and against")


def activation(
    model: Shelved | None,
    models: tuple[Shelved, ...],
    photos: tuple[Chosen, ...],
    country: str | None,
) -> None:
    """The activation maps of the headline's country by the model, or the first that has some."""
    able = [other for other in models if ProbeCam.fits(other.checkpoint)]
    if model is None or not able:
        return
    st.header(_("Why this answer?"), anchor=False)
    if len(photos) > 1:
        st.write(_("Activation maps are drawn for one photo at a time: choose one at the top."))
        return
    chosen = photos[0]
    if ProbeCam.fits(model.checkpoint):
        _maps(model, chosen, country)
        return
    other = first_ready(able)
    if other is None:
        return
    st.write(
        _(
            "{model} has no such maps; these are {other}'s.",
            model=plain(model.title),
            other=plain(other.title),
        )
    )
    _maps(other, chosen, country)


@fragment
def _maps(model: Shelved, chosen: Chosen, country: str | None) -> None:
    # A fragment that runs again is not inside the caller's guard.
    with guard(_("The activation maps")):
        _compare(model, chosen, country)


def _compare(model: Shelved, chosen: Chosen, headline: str | None) -> None:
    prediction = answer_of(model, chosen.photo).prediction
    # The headline's country, first of those that the model knows; behind it the model's own order.
    known = headline if headline in prediction.codes else prediction.codes[0]
    codes = (known, *(code for code in prediction.codes if code != known))
    note(
        _(
            "What the model looked at: the tint shows what goes with a country, not why the model "
            "decided. Each layer is read by linear models of its own, so its percentages differ."
        )
    )
    country, opacity, colours = _controls(model, codes, chosen)
    with drawing():
        asked, first = (cams_of(model, chosen.photo, code) for code in (country, known))
    for pair in zip(asked, first, strict=True):
        band = band_of(chosen.photo.pixels, pair[0].spec)
        _layer(band, pair, opacity, colours)


def _controls(model: Shelved, codes: tuple[str, ...], chosen: Chosen) -> tuple[str, float, str]:
    left, right = halves()
    middle, right = right.columns(2, gap="medium")
    key = f"compared {model.checkpoint.name} {chosen.photo.sha256}"
    by_name = alphabetical(codes)
    country = left.selectbox(
        _("Compare {country} with", country=name(codes[0])),
        by_name,
        index=by_name.index(session.compared(codes) or codes[min(1, len(codes) - 1)]),
        format_func=name,
        key=key,
        on_change=session.compare,
        args=(key,),
    )
    opacity = middle.slider(_("Opacity"), 0, 100, 55, step=5, format="%d%%", key="opacity")
    colours = right.selectbox(_("Colours"), (*COLOUR_MAPS, _SIGNED), format_func=_, key="colours")
    signed = colours == _SIGNED
    bar = legend(signed=True) if signed else legend(colours)
    meaning = _("against – for") if signed else _("least – most")
    right.container(key="legend").image(bar, width="stretch", alt="", caption=meaning)
    return country, opacity / 100, colours


def _layer(band: np.ndarray, pair: tuple[Cam, Cam], opacity: float, colours: str) -> None:
    names, shares = (" / ".join(part) for part in zip(*map(_named, pair), strict=True))
    rows, columns = pair[0].values.shape
    st.subheader(
        _("{countries}: {probabilities}", countries=names, probabilities=shares), anchor=False
    )
    note(
        _(
            "After {layer}, on a grid of {rows} × {columns} cells",
            layer=pair[0].layer,
            rows=rows,
            columns=columns,
        )
    )
    for column, cam in zip(halves(), pair, strict=True):
        tinted = _overlay(band, cam, opacity, colours)
        column.image(
            tinted,
            caption=_(
                "{country}, {probability}",
                country=name(cam.country),
                probability=percent(cam.probability),
            ),
            alt=_(
                "The photo, tinted by the activation map of {country} after {layer}",
                country=name(cam.country),
                layer=cam.layer,
            ),
            width="stretch",
            output_format="JPEG",
        )


def _named(cam: Cam) -> tuple[str, str]:
    return name(cam.country), percent(cam.probability)


def _overlay(band: np.ndarray, cam: Cam, opacity: float, colours: str) -> np.ndarray:
    if colours == _SIGNED:
        return overlay(band, cam, opacity, signed=True)
    return overlay(band, cam, opacity, colours)
