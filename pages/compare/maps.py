"""Each network's own map over the whole photo, and a handle that uncovers one from the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import streamlit as st

from geoloc.countries import name
from geoloc.draw.overlay import overlay
from geoloc.explain import Cam, Explainer
from pages.compare import text
from pages.compare.titles import key, titles
from pages.explain import memory
from pages.language import _
from pages.shared.answers import answer_of
from pages.shared.frame import drawing, guard, halves, note
from pages.shared.once import once
from pages.shared.registry import Shelved
from pages.shared.session import Chosen
from pages.shared.turn import fragment
from pages.shared.wipe import wipe

WIDEST = 640
_OPACITY = 0.6
_BARE = ""


def small(one: Chosen) -> np.ndarray:
    """A photo, uint8 (H, W, 3), no larger than maps of it are shown."""
    return once(one.photo.sha256, ("small", WIDEST), lambda: _small(one.photo.pixels))


def _small(pixels: np.ndarray) -> np.ndarray:
    scale = WIDEST / max(pixels.shape[:2])
    if scale >= 1.0:
        return pixels
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def method(network: Shelved) -> Explainer | None:
    """The first method that fits a network and knows countries."""
    if network.parts:
        return None
    return next((one for one in memory.methods(network) if one.by_country), None)


def mapped(network: Shelved, explainer: Explainer, one: Chosen, country: str) -> np.ndarray:
    """The whole photo, tinted where the network saw it by its map after its last layer."""
    cam = memory.cams(explainer, network.version, one.photo, country)[-1]
    return tinted(small(one), cam)


def tinted(pixels: np.ndarray, cam: Cam) -> np.ndarray:
    """A photo, uint8 (H, W, 3), under a map of the part that the network saw."""
    whole = pixels.copy()
    # A view: what is written there stands in the whole.
    part = cam.spec.part(whole)
    part[:] = overlay(part, cam, _OPACITY)
    return whole


# Its controls concern nothing else on the page.
@fragment
def slider(models: Sequence[Shelved], one: Chosen) -> None:
    """Any two maps on one another.

    Args:
        models: those compared.
        one: the photo.
    """
    # A fragment that runs again is not inside the caller's guard.
    with guard(_("The activation maps")):
        choices = _choices(models, one)
        if len(choices) < 2:
            return
        st.subheader(_(text.SLIDER), anchor=False)
        left, right = halves()
        options = list(choices)
        # Two networks' own maps at first; of a single one, its map beside the photo.
        own = [option for option in options if option != _BARE][:2]
        first, second = own if len(own) > 1 else (_BARE, own[0])
        titled = choices.__getitem__
        pick = [
            box.selectbox(
                _(label), options, options.index(chosen), format_func=titled, key=f"slider {label}"
            )
            for box, label, chosen in (
                (left, text.SLIDER_LEFT, first),
                (right, text.SLIDER_RIGHT, second),
            )
        ]
        with drawing():
            pictures = [_picture(models, one, choice) for choice in pick]
        wipe(*pictures, tuple(map(titled, pick)), _(text.SLIDER_HANDLE))
        note(_(text.MAPS_HOW))


def _choices(models: Sequence[Shelved], one: Chosen) -> Mapping[str, str]:
    """What can be laid on one another: the photo, and each network's map of each first answer."""
    able = [model for model in models if method(model)]
    titled = titles(able)
    firsts = {key(model): answer_of(model, one.photo).prediction.codes[0] for model in able}
    own = [(model, firsts[key(model)]) for model in able]
    others = [
        (model, country)
        for model in able
        for country in dict.fromkeys(firsts.values())
        if country != firsts[key(model)] and country in model.checkpoint.classes
    ]
    maps = {
        f"{key(model)} {country}": _(
            text.SLIDER_MAP, title=titled[key(model)], country=name(country)
        )
        for model, country in (*own, *others)
    }
    return {**maps, _BARE: _(text.BARE)}


def _picture(models: Sequence[Shelved], one: Chosen, choice: str) -> np.ndarray:
    if choice == _BARE:
        return small(one)
    folder, country = choice.rsplit(" ", 1)
    model = next(model for model in models if key(model) == folder)
    return mapped(model, method(model), one, country)
