"""Why this answer: activation maps of the headline's country and its runner-up, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geoloc.countries import alphabetical, name
from geoloc.draw.charts import whole_percent
from geoloc.draw.overlay import tint
from geoloc.explain import Cam, ProbeCam
from geoloc.tasks.country import CountryPrediction
from pages.explain.maps import band_of
from pages.language import _
from pages.shared import once, session
from pages.shared.answers import answer_of, cams_of
from pages.shared.blend import Panel, blend
from pages.shared.frame import drawing, guard, note, plain
from pages.shared.portrait import TALLEST, alt_of
from pages.shared.registry import Shelved, first_ready
from pages.shared.session import Chosen
from pages.shared.turn import fragment

_WIDEST = 960
_TINT = (120, 240)
_OVER_PHOTO = ("blend",)
_START = 0
_START_OF_MAPS = 55


@dataclass(frozen=True)
class _Over:
    """A map that lies over the photo.

    Attributes:
        country: that it speaks of.
        colours: uint8 (h, w, 3).
        part: of the photo that it covers: left, top, width and height as shares.
    """

    country: str
    colours: np.ndarray
    part: tuple[float, float, float, float]


def able(models: tuple[Shelved, ...]) -> Shelved | None:
    """The first model that has activation maps after its layers, if one has."""
    return first_ready([one for one in models if ProbeCam.fits(one.checkpoint)])


def draw_photo(place: DeltaGenerator, chosen: Chosen, pixels: np.ndarray) -> bool:
    """The photo under the map that is known of it; whether one is.

    Args:
        place: where it is drawn.
        chosen: the photo.
        pixels: uint8 (H, W, 3), the photo or a picture of the same size made of it.
    """
    over = once.recall(chosen.photo.sha256, _OVER_PHOTO)
    if not isinstance(over, _Over):
        return False
    height, width = pixels.shape[:2]
    scale = min(1.0, _WIDEST / width)
    size = (round(width * scale), round(height * scale))
    marked = pixels is not chosen.photo.pixels
    panel = Panel(
        cv2.resize(pixels, size, interpolation=cv2.INTER_AREA),
        over.colours,
        _("Your photo with boxes around the text that was read") if marked else alt_of(chosen),
        over.part,
        tallest=TALLEST,
    )
    with place.container():
        blend(
            [panel],
            _("What it looked at"),
            _START,
            f"photo {chosen.photo.sha256[:16]} {over.country} {marked}",
        )
    return True


def know_map(model: Shelved, chosen: Chosen, country: str) -> bool:
    """Let the last layer's map of a country lie over the photo; whether it did not until now."""
    over = once.recall(chosen.photo.sha256, _OVER_PHOTO)
    if isinstance(over, _Over) and over.country == country:
        return False
    cam = cams_of(model, chosen.photo, country)[-1]
    height, width = chosen.photo.pixels.shape[:2]
    high, wide = cam.spec.part(chosen.photo.pixels).shape[:2]
    part = ((width - wide) / 2 / width, (height - high) / 2 / height, wide / width, high / height)
    once.replace(chosen.photo.sha256, _OVER_PHOTO, _Over(country, tint(cam, _TINT), part))
    return True


def knows(model: Shelved, country: str) -> bool:
    """Whether a model has maps of a country."""
    return country in model.checkpoint.classes


def activation(model: Shelved, photos: tuple[Chosen, ...], told: CountryPrediction) -> None:
    """The maps of the headline's country beside its runner-up.

    Args:
        model: that has maps.
        photos: of one place.
        told: the answer that is explained.
    """
    st.header(_("Why this answer?"), anchor=False)
    if len(photos) > 1:
        st.write(_("Activation maps are drawn for one photo at a time: choose one at the top."))
        return
    _maps(model, photos[0], told.codes)


# A fragment that runs again is not inside the caller's guard.
@fragment
def _maps(model: Shelved, chosen: Chosen, codes: tuple[str, ...]) -> None:
    with guard(_("The activation maps")):
        own = answer_of(model, chosen.photo).prediction
        # The headline's country, and the others in its order, of those that the model knows.
        known = [code for code in codes if code in own.codes]
        known += [code for code in own.codes if code not in known]
        left, right = st.columns([2, 1], gap="medium", vertical_alignment="bottom")
        with left:
            _whose(model, own, known[0])
        with right:
            other = _other(model, chosen, known)
        with drawing():
            pairs = zip(
                *(cams_of(model, chosen.photo, code) for code in (known[0], other)), strict=True
            )
        cams = [cam for pair in pairs for cam in pair]
        panels = [_panel(chosen, cam) for cam in cams]
        key = f"maps {model.version} {chosen.photo.sha256[:16]} {known[0]} {other}"
        blend(panels, _("Opacity"), _START_OF_MAPS, key)


def _whose(model: Shelved, own: CountryPrediction, country: str) -> None:
    """Whose maps they are, and once, where that model says otherwise."""
    title, [code, share] = plain(model.title), own.top(1)[0]
    if code == country:
        note(
            _(
                "What {model} looked at: bright parts go with the country, which is no proof of "
                "why.",
                model=title,
            )
        )
        return
    note(
        _(
            "What {model} looked at: bright parts go with the country, which is no proof of why. "
            "Itself it says {country}, {share}.",
            model=title,
            country=name(code),
            share=whole_percent(share),
        )
    )


def _other(model: Shelved, chosen: Chosen, known: list[str]) -> str:
    by_name = alphabetical(known)
    key = f"compared {model.checkpoint.name} {chosen.photo.sha256}"
    return st.selectbox(
        _("Compare {country} with", country=name(known[0])),
        by_name,
        index=by_name.index(session.compared(tuple(known)) or known[min(1, len(known) - 1)]),
        format_func=name,
        key=key,
        on_change=session.compare,
        args=(key,),
    )


def _panel(chosen: Chosen, cam: Cam) -> Panel:
    return Panel(
        band_of(chosen.photo.pixels, cam.spec),
        tint(cam, _TINT),
        _(
            "The photo, tinted by the activation map of {country} after {layer}",
            country=name(cam.country),
            layer=cam.layer,
        ),
        caption=_(
            "{country}, {probability} · {layer}",
            country=name(cam.country),
            probability=whole_percent(cam.probability),
            layer=cam.layer,
        ),
    )
