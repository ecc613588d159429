"""What the app can do by its cards, and what people should know before they use it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from geoloc.draw.charts import percent
from geoloc.models.card import CountryScores
from pages.about import text
from pages.about.libraries import Library, app_version, libraries
from pages.gallery import entries
from pages.language import _
from pages.shared.claims import city_claim, country_claim
from pages.shared.frame import guard, note, plain
from pages.shared.registry import Shelf, Shelved, missing

_WIDTH = 760  # longer lines are hard to read


def about(shelf: Shelf) -> None:
    """The whole page below its title."""
    with st.container(width=_WIDTH):
        st.write(_(text.INTRO))
        with guard(_("What was measured")):
            _measured(shelf)
        _privacy()
        _misuse()
        _access()
        _credits()
        _use(shelf)


def _measured(shelf: Shelf) -> None:
    st.header(_(text.MEASURED), anchor="measured")
    st.write(_(text.MEASURED_HOW))
    st.subheader(_(text.COUNTRIES), anchor=False)
    if shelf.countries:
        best, *others = shelf.countries
        _list(_country_points(best))
        if others:
            st.write(_(text.OTHERS))
            _list([country_claim(model.checkpoint) for model in others])
    else:
        missing("country")
    st.subheader(_(text.CITIES), anchor=False)
    if shelf.cities:
        _list(
            [
                _(text.CITY, model=plain(m.title), claim=city_claim(m.checkpoint))
                for m in shelf.cities
            ]
        )
    else:
        missing("city")
    _list([_(text.UNLIKE), _(text.REASONS)])


def _country_points(model: Shelved) -> list[str]:
    """What the card of a country model says, in sentences."""
    points = [country_claim(model.checkpoint)]
    scores = model.checkpoint.country_card.scores
    if scores is None:
        return points
    more = {
        text.TOP5: {"top5": _percent(scores.top5)},
        text.CONTINENT: {"continent": _percent(scores.analysis.continent_accuracy)},
        text.RARE: {"macro": _percent(scores.macro_recall)},
        text.NEVER: _never(scores),
        text.SETS: {
            "coverage": _percent(scores.set_coverage),
            "size": scores.set_size,
        },
    }
    # A card that lacks a figure gets no sentence about it.
    told = {sentence: parts for sentence, parts in more.items() if None not in parts.values()}
    return points + [_(sentence, **parts) for sentence, parts in told.items()]


def _percent(share: float | None) -> str | None:
    return None if share is None else percent(share)


def _never(scores: CountryScores) -> dict[str, int | None]:
    shown = [row for row in scores.countries if row.photos]
    never = sum(row.right == 0 for row in shown)
    return {"never": never or None, "countries": len(shown)}


def _privacy() -> None:
    st.header(_(text.PRIVACY), anchor="privacy")
    _list([_(point) for point in text.PRIVACY_POINTS])


def _misuse() -> None:
    st.header(_(text.MISUSE), anchor="misuse")
    st.write(_(text.MISUSE_WHY))
    _list([_(point) for point in text.MISUSE_POINTS])
    st.write(_(text.MISUSE_GOOD))
    st.write(_(text.PROTECT))


def _access() -> None:
    st.header(_(text.ACCESS), anchor="accessibility")
    st.write(_(text.ACCESS_AIM))
    _list([_(point) for point in text.ACCESS_DONE])
    st.write(_(text.ACCESS_SHORT))
    _list([_(point) for point in text.ACCESS_GAPS])


def _credits() -> None:
    st.header(_(text.CREDITS), anchor="credits")
    st.write(_(text.CODE_LICENCE))
    _list([_(point) for point in text.DATA_LICENCES])
    st.subheader(_(text.GALLERY), anchor=False)
    _list([_photo_credit(photo) for photo in entries()])
    st.subheader(_(text.IDEAS), anchor=False)
    _list([_(point) for point in text.IDEAS_POINTS])
    st.subheader(_(text.LIBRARIES), anchor=False)
    rows = [(library.name, library.version, _licence(library)) for library in libraries()]
    table = pd.DataFrame(rows, columns=[_(column) for column in text.LIBRARY_COLUMNS])
    st.table(table.set_index(table.columns[0]), border="horizontal")


def _licence(library: Library) -> str:
    named = library.licence or "–"
    return _(text.AND_OTHERS, licence=named) if library.others else named


def _photo_credit(photo) -> str:
    return _(
        text.GALLERY_LINE,
        title=plain(_(photo.title)),
        place=plain(_(photo.place)),
        author=plain(_(photo.author)),
        source=photo.source,
        licence=photo.terms,
    )


def _use(shelf: Shelf) -> None:
    st.header(_(text.USE), anchor="cite")
    st.write(_(text.CITE))
    models = (*shelf.countries, *shelf.cities)
    st.code(_citation(models), language="latex", wrap_lines=True)
    st.write(_(text.RETRAIN))
    st.code(text.COMMANDS, language="shell", wrap_lines=True)
    recipes = {
        plain(model.title): model.checkpoint.card.recipe.name
        for model in models
        if model.checkpoint.card.recipe
    }
    known = [
        _(text.TRAINED_WITH, title=title, recipe=recipe)
        for title, recipe in recipes.items()
        if recipe
    ]
    if known:
        note(_(text.TRAINED, recipes=", ".join(known)))


def _citation(models: Sequence[Shelved]) -> str:
    """The app's version, and the year in which the newest of its models was trained."""
    days = [model.checkpoint.card.provenance.trained for model in models]
    years = [str(day.year) for day in days if day]
    year = max(years, default=text.CITATION_YEAR_UNKNOWN)
    return text.CITATION.format(version=app_version() or year, year=year)


def _list(points: Sequence[str]) -> None:
    st.markdown("\n".join(f"- {point}" for point in points))
