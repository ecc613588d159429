"""Where in a city the training photos lie: map, box, and the table that ties views to places."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from geoloc.draw.maps import base_map, distance_text
from geoloc.draw.outline import outline_group
from geoloc.geo import PITTSBURGH_BOX, Box, City
from geoloc.geo.coverage import Coverage
from geoloc.photo.folder import AlbumError, AlbumPhoto
from pages.dataset import text
from pages.language import _
from pages.shared.frame import guard, halves, note, plain
from pages.shared.leaflet import leaflet
from pages.shared.links import linked_selectbox
from pages.shared.photo_folder import own_album
from pages.shared.registry import DEFAULT_CITY, Shelved, missing
from pages.shared.turn import fragment

_HEIGHT = 520
_TABLE_HEIGHT = 300


# Its controls concern nothing else on the page.
@fragment
def city_data(models: tuple[Shelved, ...]) -> None:
    """One city's training photos, as its model's card has them."""
    if not models:
        missing("city")
        return
    with guard(_("The city")):
        model = _pick(models)
        coverage = model.checkpoint.coverage
        if coverage is None:
            st.info(_(text.CITY_NO_COVERAGE, model=plain(model.title)), icon=":material/info:")
            return
        _covered(model, coverage)
        with (
            guard(_("The correspondence table")),
            st.expander(_(text.CORRESPONDENCE), icon=":material/table:"),
        ):
            _correspondence(model.checkpoint.city, coverage)


def _pick(models: tuple[Shelved, ...]) -> Shelved:
    names = {model.checkpoint.name: model for model in models}
    if len(names) == 1:
        return models[0]
    chosen = linked_selectbox(
        _(text.CITY_CHOICE),
        list(names),
        "city",
        next(iter(names)),
        lambda name: names[name].title,
    )
    return names[chosen]


def _covered(model: Shelved, coverage: Coverage) -> None:
    city, box = model.checkpoint.city, coverage.box
    counts = coverage.counts
    streetlearn = city.name == DEFAULT_CITY and box != PITTSBURGH_BOX
    drawn, told = halves()
    with told:
        st.write(
            _(
                text.CITY_BOX,
                city=plain(city.title),
                photos=int(counts.sum()),
                filled=int((counts > 0).sum()),
                cells=counts.size,
                cell=distance_text(max(box.width_m / counts.shape[1], box.height_m / len(counts))),
                **_measured(box),
            )
        )
        if streetlearn:
            note(_(text.STREETLEARN, **_measured(PITTSBURGH_BOX)))
    with drawn:
        box = PITTSBURGH_BOX if streetlearn else None
        leaflet(
            base_map(city, coverage, streets=model.checkpoint.streets, covered=True),
            f"coverage {model.checkpoint.name}",
            _HEIGHT,
            outline_group(box, _(text.STREETLEARN_SPOT), _(text.SQUARES)),
        )


def _correspondence(city: City, coverage: Coverage) -> None:
    note(_(text.CORRESPONDENCE_HOW))
    degrees = {_(name): st.column_config.NumberColumn(format="%.5f") for name in text.DEGREES}
    shown = {"hide_index": True, "height": _TABLE_HEIGHT, "column_config": degrees}
    st.dataframe(_cells(coverage), alt=_(text.CELLS_ALT), **shown)
    rows = [photo for photo in _album() if photo.position and city.box.contains(photo.position)]
    if rows:
        note(_(text.ALBUM, count=len(rows)))
        st.dataframe(_rows(rows), alt=_(text.ALBUM_ALT), **shown)


def _cells(coverage: Coverage) -> pd.DataFrame:
    """A row a cell with photos, the fullest first."""
    counts = coverage.counts
    rows, columns = np.nonzero(counts)
    xy = np.column_stack([(columns + 0.5) / counts.shape[1], (rows + 0.5) / counts.shape[0]])
    lats, lons = coverage.box.denormalise_all(xy)
    values = (lats.round(5), lons.round(5), counts[rows, columns])
    columns = [_(column) for column in text.CELL_COLUMNS]
    table = pd.DataFrame(dict(zip(columns, values, strict=True)))
    return table.sort_values(columns[-1], ascending=False, kind="stable")


def _rows(photos: list[AlbumPhoto]) -> pd.DataFrame:
    values = [(p.file, p.position.lat, p.position.lon, p.heading) for p in photos]
    return pd.DataFrame(values, columns=[_(column) for column in text.ALBUM_COLUMNS])


def _album() -> tuple[AlbumPhoto, ...]:
    try:
        found = own_album()
    except AlbumError:
        return ()
    return found.photos if found else ()


def _measured(box: Box) -> dict[str, str | float]:
    return {
        "width": distance_text(box.width_m),
        "height": distance_text(box.height_m),
        "area": box.area_km2,
    }
