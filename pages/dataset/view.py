"""The page *Dataset*: what the models learnt from, by their cards, and what is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from geoloc.balance.imbalance import Imbalance
from geoloc.countries import name
from geoloc.draw.charts import percent, photos_map, split_bars, total_by_country
from geoloc.models.card import SPLITS
from pages.dataset import text
from pages.dataset.balance import laboratory
from pages.dataset.changes import changes
from pages.dataset.city import city_data
from pages.dataset.photos import photos
from pages.language import _, formatted
from pages.shared.frame import guard, halves, ink, note, plain
from pages.shared.plot import plot
from pages.shared.registry import Shelf, Shelved, missing
from pages.shared.split_name import split_name

_MAP_HEIGHT = 340
_LISTED = 8


@dataclass(frozen=True)
class DataSet:
    """Photos that one or more models learnt from.

    Attributes:
        name: what training called it.
        models: those that learnt from it, the best first.
        counts: photos by split and country.
        photos, places: by split, empty where not told.
        skipped: photos left out, by reason.
    """

    name: str
    models: tuple[Shelved, ...]
    counts: Mapping[str, Mapping[str, int]]
    photos: Mapping[str, int]
    places: Mapping[str, int]
    skipped: Mapping[str, int]


def dataset(shelf: Shelf) -> None:
    """The whole page below its title."""
    st.write(_(text.INTRO))
    st.header(_(text.LEARNT), anchor="photos")
    data = None
    with guard(_("The training data")):
        data = _pick(_sets(shelf.countries), bool(shelf.countries))
        if data:
            _overview(data)
    st.header(_(text.BROWSE), anchor="browse")
    photos(shelf.countries)
    if data:
        st.header(_(text.LAB), anchor="balance")
        laboratory(data.counts["train"], data.models)
    st.header(_(text.CHANGES), anchor="changes")
    changes()
    st.header(_(text.CITY), anchor="city")
    city_data(shelf.cities)


def _sets(models: tuple[Shelved, ...]) -> list[DataSet]:
    """The data sets of the models whose cards tell, in the order of the models."""
    by_data: dict[tuple[str, str], list[Shelved]] = {}
    for model in models:
        told = model.checkpoint.card.data
        if told.countries.get("train"):
            key = (told.name or "", told.fingerprint or "")
            by_data.setdefault(key, []).append(model)
    found = []
    for (called, _fingerprint), learnt in by_data.items():
        told = learnt[0].checkpoint.card.data
        counts = {split: told.countries.get(split, {}) for split in ("train", *SPLITS[::-1])}
        found.append(
            DataSet(
                called,
                tuple(learnt),
                {split: photos for split, photos in counts.items() if photos},
                told.photos,
                told.places,
                told.skipped,
            )
        )
    return found


def _pick(sets: list[DataSet], models: bool) -> DataSet | None:
    if not sets:
        if models:
            st.info(_(text.NO_COUNTS), icon=":material/info:")
        else:
            missing("country")
        return None
    if len(sets) == 1:
        return sets[0]
    return st.selectbox(_(text.DATA_SET), sets, format_func=_title, key="data set")


def _title(data: DataSet) -> str:
    models = ", ".join(model.title for model in data.models)
    return _(text.DATA_SET_NAME, name=data.name, models=models)


def _overview(data: DataSet) -> None:
    train = Imbalance.of(data.counts["train"])
    total = total_by_country(data.counts)
    left, right = halves()
    with left:
        st.write(_unequal(train))
        st.write(_(text.UNEQUAL_WHY))
        st.table(_split_table(data), border="horizontal")
        note(_(text.PLACES_HOW))
        if data.skipped:
            reasons = [
                _(text.LEFT_OUT, count=n, reason=plain(why)) for why, n in data.skipped.items()
            ]
            note(_(text.SKIPPED, reasons=", ".join(reasons)))
    with right:
        plot(
            photos_map(total, ink=ink()),
            "photos map",
            _(text.MAP_ALT, listed=_listed(total)),
            height=_MAP_HEIGHT,
        )
    plot(
        split_bars(data.counts, ink=ink()),
        "split bars",
        _(text.BARS_ALT, listed=_listed(total)),
    )
    with st.expander(_(text.TABLE)):
        st.dataframe(_country_table(data, total), hide_index=True)


def _unequal(train: Imbalance) -> str:
    (largest, most), (smallest, least) = train.largest, train.smallest
    return _(
        text.UNEQUAL,
        largest=name(largest),
        most=most,
        total=train.total,
        share=percent(train.share_of_largest),
        ratio=train.ratio,
        smallest=name(smallest),
        least=least,
        half=train.half,
        classes=train.classes,
    )


def _split_table(data: DataSet) -> pd.DataFrame:
    rows = []
    for split, counts in data.counts.items():
        photos, places = data.photos.get(split, sum(counts.values())), data.places.get(split)
        told = "–" if places is None else formatted(places, ",")
        rows.append((_(text.SPLITS[split]), formatted(photos, ","), told, f"{len(counts)}"))
    table = pd.DataFrame(rows, columns=[_(column) for column in text.SPLIT_COLUMNS])
    return table.set_index(table.columns[0])


def _country_table(data: DataSet, total: Mapping[str, int]) -> pd.DataFrame:
    """A row a country, those with the most photos first."""
    table = pd.DataFrame(data.counts).fillna(0).astype(int)
    table = table.rename(columns={split: split_name(split) for split in data.counts})
    table.insert(0, _(text.COUNTRY), [name(code) for code in table.index])
    table[_(text.ALL)] = [total[code] for code in table.index]
    return table.sort_values(table.columns[-1], ascending=False)


def _listed(total: Mapping[str, int]) -> str:
    order = sorted(total, key=lambda code: (-total[code], code))
    listed = ", ".join(
        _(text.COUNTED, what=name(code), count=total[code]) for code in order[:_LISTED]
    )
    more = len(order) - _LISTED
    return _(text.AND_MORE, listed=listed, more=more) if more > 0 else listed
