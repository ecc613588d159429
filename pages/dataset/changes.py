"""Each change that makes a copy of a photo, shown on one that the visitor chooses."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch

from geoloc.balance.augment import black_holes, noise, resample
from geoloc.photo import Photo, read_photo
from geoloc.photo.inputs import prepare, to_batch
from pages.dataset import text
from pages.gallery import GalleryPhoto, entries
from pages.language import _
from pages.shared import session

CHANGES = ("mirrored", "holes", "resampled", "noise")
"""In the order of the shares a, b, c, d."""

_DRAWS = "draws"


def pick() -> tuple[str, dict[str, np.ndarray]]:
    """What the chosen photo is called, and it and its copies by change: uint8 (120, 240, 3)."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        called, photo = _pick()
        st.button(_(text.AGAIN), on_click=_draw_again, icon=":material/casino:")
    return called, changed(prepare(photo.pixels), st.session_state.get(_DRAWS, 0))


def copy(change: str, pixels: np.ndarray, called: str) -> None:
    """A copy with its name; what the photo itself is called stands in the alternative text."""
    st.image(
        pixels,
        caption=_(text.CHANGE_NAMES[change]),
        alt=_(text.CHANGE_ALTS[change], photo=called),
        width="stretch",
    )


def changed(band: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """A band, uint8 (120, 240, 3), as it is and by each change, by name."""
    batch = to_batch([band])
    generator = torch.Generator().manual_seed(seed)
    made = {
        "mirrored": batch.flip(3),
        "holes": black_holes(batch, generator),
        "resampled": resample(batch, np.random.default_rng(seed)),
        "noise": noise(batch, generator),
    }
    drawn = {name: (255 * copy[0]).round().byte() for name, copy in made.items()}
    return {"as it is": band} | {name: c.permute(1, 2, 0).numpy() for name, c in drawn.items()}


def _pick() -> tuple[str, Photo]:
    """The chosen photo and what it is called: the visitor's own, if there is one, comes first."""
    chosen = session.chosen()
    own = [chosen] if chosen and not chosen.example else []
    photos = [*own, *entries()]
    titles = [
        _(photo.title) if isinstance(photo, GalleryPhoto) else _(text.YOUR_PHOTO, name=photo.name)
        for photo in photos
    ]
    number = st.selectbox(
        _(text.PHOTO), range(len(photos)), format_func=titles.__getitem__, key="changed photo"
    )
    picked = photos[number]
    return titles[number], picked.photo if own and number == 0 else _gallery(picked.file, picked)


def _draw_again() -> None:
    st.session_state[_DRAWS] = st.session_state.get(_DRAWS, 0) + 1


@st.cache_resource(show_spinner=False)
def _gallery(file: str, _photo: GalleryPhoto) -> Photo:
    return read_photo(_photo.read())
