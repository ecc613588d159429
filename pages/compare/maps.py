"""One country's activation maps, a network each, in a row."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geoloc.countries import alphabetical, name
from geoloc.draw.charts import percent
from geoloc.explain import Cam, Explainer, layer_title
from pages.compare import text
from pages.compare.titles import key, titles
from pages.explain import memory
from pages.explain.controls import Look, pick_look, show_legend
from pages.explain.maps import Shown, band_of, tinted
from pages.language import _
from pages.shared.answers import place_answer_of
from pages.shared.frame import guard, note, plain
from pages.shared.links import remembered_selectbox
from pages.shared.registry import Shelved, ready
from pages.shared.session import Chosen
from pages.shared.turn import fragment

_PAGE = "comparison"
_ROW = 4


def maps(models: Sequence[Shelved], photos: Sequence[Chosen]) -> None:
    """The maps of the networks among some country models, those of ensembles included."""
    st.header(_(text.MAPS), anchor=False)
    st.write(_(text.MAPS_HOW))
    if len(photos) > 1:
        note(_(text.MAPS_ONE))
    for model in models:
        if model.parts:
            note(_(text.MAPS_ENSEMBLE, title=plain(model.title)))
    _maps(models, _networks(models), photos)


def _networks(models: Sequence[Shelved]) -> tuple[Shelved, ...]:
    """The networks among the models in their order, then further ones behind ensembles."""
    chosen = [model for model in models if not model.parts]
    behind = [part for model in models for part in model.parts]
    return tuple({one.checkpoint.folder: one for one in (*chosen, *behind)}.values())


# Its controls concern nothing else on the page.
@fragment
def _maps(
    models: Sequence[Shelved], networks: tuple[Shelved, ...], photos: Sequence[Chosen]
) -> None:
    # A fragment that runs again is not inside the caller's guard.
    with guard(_("The activation maps")):
        able = [(network, method) for network in ready(networks) if (method := _method(network))]
        if not able:
            st.info(_(text.MAPS_NONE), icon=":material/help:")
            return
        country, look = _controls(models, networks, photos)
        _row(able, photos[0], country, look)


def _method(network: Shelved) -> Explainer | None:
    """The first method that fits and knows countries."""
    fitting = [method for method in memory.methods(network) if method.by_country]
    return fitting[0] if fitting else None


def _controls(
    models: Sequence[Shelved], networks: Sequence[Shelved], photos: Sequence[Chosen]
) -> tuple[str, Look]:
    boxes = st.columns(4, gap="medium", vertical_alignment="bottom")
    predicted = place_answer_of(models[0], [one.photo for one in photos]).prediction.codes[0]
    known = {code for network in networks for code in network.checkpoint.classes}
    codes = alphabetical(known)
    country = remembered_selectbox(
        _PAGE, "country", codes, predicted, _(text.COUNTRY), name, boxes[0]
    )
    look = pick_look(True, boxes[1:3])
    show_legend(look, look.ends, boxes[3])
    return country, look


def _row(
    able: Sequence[tuple[Shelved, Explainer]], chosen: Chosen, country: str, look: Look
) -> None:
    band = band_of(chosen.photo.pixels)
    columns = min(_ROW, len(able) + 1)
    grid = st.grid(columns, min_column_width=220, gap=(16, 16), key="compared maps")
    with grid.cell():
        st.image(
            band, caption=_(text.BARE), alt=_(text.BARE), width="stretch", output_format="JPEG"
        )
    titled = titles([network for network, method in able])
    for network, method in able:
        with grid.cell(), st.container(gap="xxsmall"):
            title = titled[key(network)]
            if country not in network.checkpoint.classes:
                note(_(text.MAP_UNKNOWN, title=plain(title), country=name(country)))
                continue
            cam = memory.cams(method, network.version, chosen.photo, country)[-1]
            shown = Shown(
                cam,
                _(text.MAP, title=plain(title), share=percent(cam.probability)),
                _(text.MAP_ALT, country=name(country), title=title),
            )
            st.image(
                tinted(chosen.photo.pixels, shown, look),
                caption=shown.caption,
                alt=shown.alt,
                width="stretch",
                output_format="JPEG",
            )
            note(_worth(network, method, cam))


def _worth(network: Shelved, method: Explainer, cam: Cam) -> str:
    """By which method it was made, and whether that was found to be no better than chance."""
    told = {"method": _(method.title), "layer": layer_title(cam.layer)}
    record = network.checkpoint.card.records.get((cam.method, cam.layer))
    if record and not record.beats_random:
        return _(text.MAP_METHOD_POOR, **told, photos=record.photos)
    return _(text.MAP_METHOD, **told)
