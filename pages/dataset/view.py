"""The page *Dataset*: what the models learnt from, by their cards, and what is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from geoloc.balance.imbalance import Imbalance
from geoloc.countries import name
from geoloc.draw.charts import split_bars, total_by_country
from geoloc.models.card import SPLITS
from pages.dataset import text
from pages.dataset.balance import laboratory
from pages.dataset.city import city_data
from pages.dataset.country import chosen_country, listed
from pages.dataset.photos import folder, photos
from pages.dataset.pictured import of_album, of_gallery
from pages.dataset.quiz import can_you_tell
from pages.language import _, formatted
from pages.shared.frame import guard, ink, note, plain
from pages.shared.plot import plot
from pages.shared.registry import Shelf, Shelved, missing
from pages.shared.split_name import split_name


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
    album, data, country = folder(), None, ""
    with guard(_("The training data")):
        data = _pick(_sets(shelf.countries), bool(shelf.countries))
        if data:
            country = chosen_country(data.counts, data.models, album)
            _numbers(data)
    pictures = of_album(album) if album else of_gallery()
    can_you_tell(shelf.countries, pictures)
    photos(shelf.countries, album)
    if data:
        st.header(_(text.LAB), anchor="balance")
        laboratory(data.counts["train"], data.models, country)
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


def _numbers(data: DataSet) -> None:
    """What was counted, behind the map."""
    note(_unequal(Imbalance.of(data.counts["train"])))
    with st.expander(_(text.TABLE), icon=":material/table:"):
        st.table(_split_table(data), border="horizontal")
        note(_(text.PLACES_HOW))
        if data.skipped:
            reasons = [
                _(text.LEFT_OUT, count=n, reason=plain(why)) for why, n in data.skipped.items()
            ]
            note(_(text.SKIPPED, reasons=", ".join(reasons)))
        total = total_by_country(data.counts)
        plot(
            split_bars(data.counts, ink=ink()),
            "split bars",
            _(text.BARS_ALT, listed=listed(total)),
        )
        st.dataframe(_country_table(data, total), hide_index=True)


def _unequal(train: Imbalance) -> str:
    (largest, most), (smallest, least) = train.largest, train.smallest
    return _(
        text.UNEQUAL,
        largest=name(largest),
        most=most,
        total=train.total,
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
