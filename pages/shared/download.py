"""Results to keep: all photos' answers as files, and the answer that is shown as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from geoloc.city.ood import doubts
from geoloc.draw.charts import percent
from geoloc.draw.postcard import Answered, postcard
from geoloc.results import as_csv, as_geojson, as_json, columns
from geoloc.results.locate import PlaceAnswer, Read
from pages.language import N_, _, language, ngettext, speaking
from pages.shared import session
from pages.shared.answers import place_answer_of
from pages.shared.frame import guard, note, plain
from pages.shared.registry import Shelf, Shelved, of_task, ready
from pages.shared.session import Chosen

KEEPING = "keeping"
"""Key of the popover: True in the session while it is open."""

_WORTH = {
    "test": N_(
        "Where am I? A machine's guess, not a fact: on {photos:,} test photos {model} named the "
        "right country for {share}."
    ),
    "val": N_(
        "Where am I? A machine's guess, not a fact: on {photos:,} val photos {model} named the "
        "right country for {share}."
    ),
}
_FORMATS = N_(
    "**CSV**: a row a photo and model. **JSON**: a list of what `geoloc locate --json` writes. "
    "**GeoJSON**: a point a photo, where the pin stands in {city}."
)
_FORMATS_OF_NO_CITY = N_(
    "**CSV**: a row a photo and model. **JSON**: a list of what `geoloc locate --json` writes. "
    "**GeoJSON**: a point a photo, where the pin stands in a city."
)


def results(model: Shelved | None, shelf: Shelf, photos: tuple[Chosen, ...]) -> None:
    """The popover with a button for each format.

    Args:
        model: the country model whose answer is shown.
        shelf: the models whose answers are kept.
        photos: those that the answer is about.
    """
    if not (shelf.countries or shelf.cities):
        return
    opened = st.popover(_("Download"), icon=":material/download:", key=KEEPING, on_change="rerun")
    # Every model is asked about every photo: only for those who want that.
    if opened.open:
        with opened, guard(_("The results to keep")):
            _formats(model, shelf, photos)


def answers(
    models: Sequence[Shelved], groups: Sequence[Sequence[Chosen]]
) -> tuple[PlaceAnswer, ...]:
    """What models say of photos, as the command line knows it.

    Args:
        models: country and city models.
        groups: of photos of one place each.
    """
    return tuple(_answer(models, group) for group in groups)


def _answer(models: Sequence[Shelved], photos: Sequence[Chosen]) -> PlaceAnswer:
    ms = {"read": 1000 * sum(one.seconds for one in photos)}
    predictions: dict[str, list[Any]] = {}
    for model in models:
        told = place_answer_of(model, [one.photo for one in photos])
        predictions.setdefault(model.checkpoint.task, []).append(told.prediction)
        ms[model.checkpoint.name] = 1000 * told.seconds
    files = tuple(Read(one.name, one.photo) for one in photos)
    return PlaceAnswer(files, predictions, ms)


def _formats(model: Shelved | None, shelf: Shelf, photos: tuple[Chosen, ...]) -> None:
    every = session.photos()
    groups = [(one,) for one in every]
    if session.together():
        groups.append(every)
    with st.spinner(_("Asking every model about every photo…")):
        able = ready((*shelf.countries, *shelf.cities))
        told = answers(able, groups)
    city = _city(of_task(able, "city"))
    pins = city.checkpoint.name if city else None
    with st.container(horizontal=True):
        if model is not None:
            _picture(model, city, photos)
        _button("CSV", as_csv(told), "where.csv", "text/csv")
        _button("JSON", as_json(told), "where.json", "application/json")
        _button("GeoJSON", as_geojson(told, pins), "where.geojson", "application/geo+json")
    _explained(len(every), len(photos), city)


def _city(cities: Sequence[Shelved]) -> Shelved | None:
    """The city model whose pin is shown."""
    city = st.session_state.get("city")
    of_city = [model for model in cities if model.checkpoint.city.name == city]
    candidates = of_city or list(cities)
    if not candidates:
        return None
    shown = st.session_state.get(f"pin model of {candidates[0].checkpoint.city.name}")
    return next((model for model in candidates if model.checkpoint.name == shown), candidates[0])


def _picture(model: Shelved, city: Shelved | None, photos: tuple[Chosen, ...]) -> None:
    answered = [one.photo for one in photos]
    prediction = place_answer_of(model, answered).prediction
    pin = place_answer_of(city, answered).prediction if city else None
    told = Answered(
        photos=[photo.pixels for photo in answered],
        prediction=prediction,
        by=model.title,
        pin=pin,
        lines=[_worth(model), *_credits(photos)],
        streets=city.checkpoint.streets if city else None,
        doubted=bool(pin and doubts(pin, prediction)),
    )
    spoken = language()

    def drawn() -> bytes:
        # On the click only, where it is no longer known who reads.
        with speaking(spoken):
            return postcard(told)

    _button(N_("Picture"), drawn, "where.png", "image/png")


def _button(label: str, data: object, file_name: str, mime: str) -> None:
    st.download_button(
        _(label), data, file_name=file_name, mime=mime, key=f"keep {label}", on_click="ignore"
    )


def _worth(model: Shelved) -> str:
    card = model.checkpoint.country_card
    scores = card.scores
    if card.split is None or scores is None or scores.top1 is None:
        return _("Where am I? A machine's guess, not a fact.")
    return _(
        _WORTH[card.split],
        photos=scores.photos,
        model=model.title,
        share=percent(scores.top1),
    )


def _credits(photos: tuple[Chosen, ...]) -> list[str]:
    """Whose photos they are, where they came with the app."""
    told = [one.example.credit for one in photos if one.example]
    return ["; ".join(told)] if told else []


def _explained(every: int, shown: int, city: Shelved | None) -> None:
    note(
        ngettext(
            "The files hold what every model says of the photo. Of a city's models they hold pins, "
            "which mean something only if the photo was taken there.",
            "The files hold what every model says of all {n} photos. Of a city's models they hold "
            "pins, which mean something only if the photo was taken there.",
            every,
        )
    )
    note(
        ngettext(
            "The picture shows the photo with the answer of the chosen model; it holds neither the "
            "file's name nor its EXIF data.",
            "The picture shows the {n} photos with the answer of the chosen model; it holds "
            "neither the file's name nor its EXIF data.",
            shown,
        )
    )
    with st.expander(_("What is in the files")):
        if city:
            note(_(_FORMATS, city=plain(city.checkpoint.city.title)))
        else:
            note(_(_FORMATS_OF_NO_CITY))
        rows = [f"| `{name}` | {_(meaning)} |" for name, meaning in columns().items()]
        rows.append(_("| `p_XX` | calibrated probability of the country XX, from 0 to 1 |"))
        st.markdown("\n".join([_("| Field | Meaning |"), "| --- | --- |", *rows]))
