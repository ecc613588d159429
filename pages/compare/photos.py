"""All photos of the session, each by itself, by all models that are compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.results import as_csv
from geoloc.results.locate import PlaceAnswer
from pages.compare import text
from pages.compare.titles import key, titles
from pages.language import _
from pages.shared import session
from pages.shared.download import answers
from pages.shared.frame import note
from pages.shared.portrait import coordinates, truth
from pages.shared.registry import Shelved, of_task
from pages.shared.session import Chosen


def every_photo(models: Sequence[Shelved]) -> None:
    """A row a photo, a column a model, to sort and to download."""
    note(_(text.PHOTOS_HOW))
    photos = session.photos()
    with st.spinner(_(text.PHOTOS_ASKING)):
        told = answers(models, [(one,) for one in photos])
    rows = [
        _row(number, one, answer, models)
        for number, (one, answer) in enumerate(zip(photos, told, strict=True), 1)
    ]
    st.dataframe(
        pd.DataFrame(rows).dropna(axis="columns", how="all"),
        hide_index=True,
        alt=_(text.PHOTOS_ALT),
        placeholder="–",
        column_config={
            text.PHOTO: st.column_config.TextColumn(_(text.PHOTO), pinned=True),
            text.TAKEN: st.column_config.TextColumn(_(text.TAKEN)),
            text.AGREE: st.column_config.TextColumn(_(text.AGREE), help=_(text.AGREE_HELP)),
        },
    )
    st.download_button(
        _(text.DOWNLOAD),
        as_csv(told),
        file_name="compared.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _row(
    number: int, one: Chosen, answer: PlaceAnswer, models: Sequence[Shelved]
) -> dict[str, str | None]:
    asked = list(zip(of_task(models, "country"), answer.countries, strict=True))
    firsts = [prediction.codes[0] for model, prediction in asked if not model.parts]
    said = {key(model): _first(prediction.top(1)[0]) for model, prediction in asked}
    for model, pin in zip(of_task(models, "city"), answer.cities, strict=True):
        said[key(model)] = coordinates(pin.position)
    true = truth(one)
    return {
        text.PHOTO: f"{number} · {one.title}",
        text.TAKEN: name(true) if true else None,
        text.AGREE: _agreement(firsts),
        **{title: said[model] for model, title in titles(models).items()},
    }


def _agreement(firsts: Sequence[str]) -> str | None:
    if len(firsts) < 2:
        return None
    most = Counter(firsts).most_common(1)[0][1]
    if most == 1:
        return _(text.NO_TWO)
    return _(text.SOME_AGREE, count=most, networks=len(firsts))


def _first(told: tuple[str, float]) -> str:
    code, share = told
    return _(text.FIRST, country=name(code), share=percent(share))
