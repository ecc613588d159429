"""What the app can do by its cards, and what people should know before they use it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from geoloc.card import CountryScores, country_scores
from geoloc.draw.charts import percent
from geoloc.gallery import entries
from geoloc.ui import about_text as text
from geoloc.ui.claims import city_claim, country_claim
from geoloc.ui.frame import guard, note, plain
from geoloc.ui.libraries import app_version, libraries
from geoloc.ui.shelf import Shelf, Shelved, missing

_WIDTH = 760  # longer lines are hard to read


def about(shelf: Shelf) -> None:
    """The whole page below its title."""
    with st.container(width=_WIDTH):
        st.write(text.INTRO)
        with guard("What was measured"):
            _measured(shelf)
        _privacy()
        _misuse()
        _access()
        _credits()
        _use(shelf)


def _measured(shelf: Shelf) -> None:
    st.header(text.MEASURED, anchor="measured")
    st.write(text.MEASURED_HOW)
    st.subheader(text.COUNTRIES, anchor=False)
    if shelf.countries:
        best, *others = shelf.countries
        _list(_country_points(best))
        if others:
            st.write(f"{text.OTHERS}:")
            _list([country_claim(model.checkpoint) for model in others])
    else:
        missing("country")
    st.subheader(text.CITIES, anchor=False)
    if shelf.cities:
        _list(
            [f"{plain(m.checkpoint.city.title)}: {city_claim(m.checkpoint)}" for m in shelf.cities]
        )
    else:
        missing("city")
    _list([text.UNLIKE, text.REASONS])


def _country_points(model: Shelved) -> list[str]:
    """What the card of a country model says, in sentences."""
    points = [country_claim(model.checkpoint)]
    scores = country_scores(model.checkpoint)
    if scores is None:
        return points
    more = {
        text.TOP5: {"top5": scores.top5 and percent(scores.top5.value)},
        text.CONTINENT: {"continent": scores.continent and percent(scores.continent.value)},
        text.RARE: {"macro": scores.macro_recall and percent(scores.macro_recall.value)},
        text.NEVER: _never(scores),
        text.SETS: {
            "coverage": scores.set_coverage and percent(scores.set_coverage.value),
            "size": scores.set_size,
        },
    }
    # A card that lacks a figure gets no sentence about it.
    told = {sentence: parts for sentence, parts in more.items() if None not in parts.values()}
    return points + [sentence.format(**parts) for sentence, parts in told.items()]


def _never(scores: CountryScores) -> dict[str, int | None]:
    shown = [row for row in scores.countries if row.photos]
    never = sum(row.right == 0 for row in shown)
    return {"never": never or None, "countries": len(shown)}


def _privacy() -> None:
    st.header(text.PRIVACY, anchor="privacy")
    _list(text.PRIVACY_POINTS)


def _misuse() -> None:
    st.header(text.MISUSE, anchor="misuse")
    st.write(text.MISUSE_WHY)
    _list(text.MISUSE_POINTS)
    st.write(text.MISUSE_GOOD)
    st.write(text.PROTECT)


def _access() -> None:
    st.header(text.ACCESS, anchor="accessibility")
    st.write(text.ACCESS_AIM)
    _list(text.ACCESS_DONE)
    st.write(text.ACCESS_SHORT)
    _list(text.ACCESS_GAPS)


def _credits() -> None:
    st.header(text.CREDITS, anchor="credits")
    st.write(text.CODE_LICENCE)
    _list(text.DATA_LICENCES)
    st.subheader(text.GALLERY, anchor=False)
    _list([_photo_credit(photo) for photo in entries()])
    st.subheader(text.IDEAS, anchor=False)
    _list(text.IDEAS_POINTS)
    st.subheader(text.LIBRARIES, anchor=False)
    rows = [(library.name, library.version, library.licence or "–") for library in libraries()]
    table = pd.DataFrame(rows, columns=list(text.LIBRARY_COLUMNS))
    st.table(table.set_index(text.LIBRARY_COLUMNS[0]), border="horizontal")


def _photo_credit(photo) -> str:
    return text.GALLERY_LINE.format(
        title=plain(photo.title),
        place=plain(photo.place),
        author=plain(photo.author),
        source=photo.source,
        licence=photo.credit.rsplit(", ", 1)[-1],
    )


def _use(shelf: Shelf) -> None:
    st.header(text.USE, anchor="cite")
    st.write(text.CITE)
    models = (*shelf.countries, *shelf.cities)
    st.code(_citation(models), language="latex", wrap_lines=True)
    st.write(text.RETRAIN)
    st.code(text.COMMANDS, language="shell", wrap_lines=True)
    recipes = {
        plain(model.title): model.checkpoint.card.get("recipe", {}).get("name") for model in models
    }
    known = [f"{title}: `{recipe}`" for title, recipe in recipes.items() if recipe]
    if known:
        note(f"{text.TRAINED} {', '.join(known)}")


def _citation(models: Sequence[Shelved]) -> str:
    """The app's version, and the year in which the newest of its models was trained."""
    days = [model.checkpoint.card.get("provenance", {}).get("trained", "") for model in models]
    year = max(days, default="")[:4] or text.CITATION_YEAR_UNKNOWN
    return text.CITATION.format(version=app_version() or year, year=year)


def _list(points: Sequence[str]) -> None:
    st.markdown("\n".join(f"- {point}" for point in points))
