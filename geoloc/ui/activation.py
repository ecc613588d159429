"""What goes with a country: activation maps of two countries after two layers, side by side."""

from __future__ import annotations

import numpy as np
import streamlit as st

from geoloc.cam import Cam, ProbeCam
from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.draw.overlay import COLOUR_MAPS, legend, overlay
from geoloc.ui import state
from geoloc.ui.answers import answer_of, cams_of
from geoloc.ui.explain.maps import band_of
from geoloc.ui.frame import guard, halves, note, plain
from geoloc.ui.shelf import Shelved
from geoloc.ui.state import Chosen

_SIGNED = "for and against"


def activation(
    model: Shelved | None, models: tuple[Shelved, ...], photos: tuple[Chosen, ...]
) -> None:
    """The activation maps of the model, or of the first that has some, for a single photo."""
    able = [other for other in models if ProbeCam.fits(other.checkpoint)]
    if model is None or not able:
        return
    st.header("What goes with a country?", anchor=False)
    if len(photos) > 1:
        st.write("Activation maps are drawn for one photo at a time: choose one at the top.")
        return
    chosen = photos[0]
    if ProbeCam.fits(model.checkpoint):
        _maps(model, chosen)
        return
    st.write(f"{plain(model.title)} has no such maps; these are {plain(able[0].title)}'s.")
    _maps(able[0], chosen)


@st.fragment
def _maps(model: Shelved, chosen: Chosen) -> None:
    # A fragment that runs again is not inside the caller's guard.
    with guard("The activation maps"):
        _compare(model, chosen)


def _compare(model: Shelved, chosen: Chosen) -> None:
    prediction = answer_of(model, chosen.photo).prediction
    predicted = prediction.codes[0]
    st.write(
        "The tint shows where the network is active in the way that goes with a country, "
        "not why the model decided as it did."
    )
    note(
        "Each layer is read by linear models of its own, so its percentages differ from the answer "
        "above. The models see the middle of the photo only, as shown here."
    )
    country, opacity, colours = _controls(model, prediction.codes, chosen)
    band = band_of(chosen.photo.pixels)
    pairs = zip(
        cams_of(model, chosen.photo, country), cams_of(model, chosen.photo, predicted), strict=True
    )
    for pair in pairs:
        _layer(band, pair, opacity, colours)


def _controls(model: Shelved, codes: tuple[str, ...], chosen: Chosen) -> tuple[str, float, str]:
    left, right = halves()
    middle, right = right.columns(2, gap="medium")
    key = f"compared {model.checkpoint.name} {chosen.photo.sha256}"
    by_name = sorted(codes, key=name)
    country = left.selectbox(
        f"Compare {name(codes[0])} with",
        by_name,
        index=by_name.index(state.compared(codes) or codes[min(1, len(codes) - 1)]),
        format_func=name,
        key=key,
        on_change=state.compare,
        args=(key,),
    )
    opacity = middle.slider("Opacity", 0, 100, 55, step=5, format="%d%%", key="opacity")
    colours = right.selectbox("Colours", (*COLOUR_MAPS, _SIGNED), key="colours")
    signed = colours == _SIGNED
    bar = legend(signed=True) if signed else legend(colours)
    meaning = "against – for" if signed else "least – most"
    right.container(key="legend").image(bar, width="stretch", alt="", caption=meaning)
    return country, opacity / 100, colours


def _layer(band: np.ndarray, pair: tuple[Cam, Cam], opacity: float, colours: str) -> None:
    names, shares = (" / ".join(part) for part in zip(*map(_named, pair), strict=True))
    rows, columns = pair[0].values.shape
    st.subheader(f"{names}: {shares}", anchor=False)
    note(f"After {pair[0].layer}, on a grid of {rows} × {columns} cells")
    for column, cam in zip(halves(), pair, strict=True):
        tinted = _overlay(band, cam, opacity, colours)
        column.image(
            tinted,
            caption=", ".join(_named(cam)),
            alt=f"The photo, tinted by the activation map of {name(cam.country)} after {cam.layer}",
            width="stretch",
            output_format="JPEG",
        )


def _named(cam: Cam) -> tuple[str, str]:
    return name(cam.country), percent(cam.probability)


def _overlay(band: np.ndarray, cam: Cam, opacity: float, colours: str) -> np.ndarray:
    if colours == _SIGNED:
        return overlay(band, cam, opacity, signed=True)
    return overlay(band, cam, opacity, colours)
