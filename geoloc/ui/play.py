"""The guessing game: a photo, the world map, and then what everyone's pin was worth."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from geoloc.album import VARIABLE
from geoloc.countries import CODES, centroid, name
from geoloc.draw.charts import percent
from geoloc.draw.guesses import Spot, asked_group, guess_map, revealed_group
from geoloc.draw.maps import distance_text
from geoloc.draw.overlay import overlay
from geoloc.gallery import GalleryPhoto
from geoloc.geo import LatLon
from geoloc.photo import Photo, PhotoError
from geoloc.play import MOST_POINTS, SCALE_KM, Game, Mark, Scene, away_km, model_mark, points
from geoloc.ui import play_state as state
from geoloc.ui import play_text as text
from geoloc.ui.answers import answer_of
from geoloc.ui.frame import guard, halves, note, plain
from geoloc.ui.play_best import best_before
from geoloc.ui.portrait import coordinates
from geoloc.ui.reasons import reason, small_band
from geoloc.ui.shelf import Shelf, Shelved, missing

_MAP_HEIGHT = 360
_THUMBNAIL = 300
_BAND = 600
_NARROWEST = 250
_FAR_KM = 1000


def play(shelf: Shelf) -> None:
    """The whole page below its title."""
    asked = state.photos()
    st.write(text.INTRO)
    if not shelf.countries:
        missing("country")
        note(text.ALONE)
    _board(asked, shelf.countries)
    with st.container(key="rules"):
        _rules(asked)


# A move concerns nothing else on the page.
@st.fragment
def _board(asked: state.Photos, models: tuple[Shelved, ...]) -> None:
    with guard("The game"):
        game = state.game(asked)
        if not game.scenes:
            st.info(text.NOTHING, icon=":material/info:")
        elif game.over:
            _end(game, asked, models)
        else:
            _round(game, models)


def _round(game: Game, models: tuple[Shelved, ...]) -> None:
    count = len(game.scenes)
    st.header(text.ROUND.format(number=game.shown + 1, count=count), anchor=False)
    if game.rounds:
        note(text.SO_FAR.format(totals=_listed(game.totals())))
    try:
        photo = state.photo_of(game.scene)
    except (PhotoError, OSError) as error:
        st.warning(text.UNREADABLE.format(reason=plain(str(error))), icon=":material/warning:")
        st.button(text.SKIP, on_click=state.change, args=(Game.dropped,))
        return
    if st.session_state.get(state.GUESS) and game.pin:
        marks = _marks(game.scene, game.pin, photo, models)
        game = state.change(lambda game: game.guessed(marks))
    left, right = halves()
    with left:
        alt = _place(game.scene) if game.revealed else text.ASKED_ALT
        st.image(photo.pixels, alt=alt, width="stretch", output_format="JPEG")
    with right:
        _map(game)
        if not game.revealed:
            _guess(game)
    if game.revealed:
        with left:
            _credit(game.scene)
        with right:
            _revealed(game)
        with guard("The activation maps"):
            _why(photo, models)


def _map(game: Game) -> None:
    if game.revealed:
        group = revealed_group(*_spots(game))
    else:
        pin = game.pin
        group = asked_group(_own_spot(pin) if pin else None)
    st_folium(
        guess_map(),
        # With a fixed key the map stays as the visitor moved it; only the pins change.
        key=state.MAP,
        feature_group_to_add=group,
        returned_objects=["last_clicked"],
        on_change=state.take_click,
        height=_MAP_HEIGHT,
        use_container_width=True,
    )


def _own_spot(pin: LatLon) -> Spot:
    return Spot(text.YOU, text.YOUR_PIN_SPOT.format(place=coordinates(pin)), pin, "you")


def _guess(game: Game) -> None:
    st.write(_pin_text(game.pin) if game.pin else text.NO_PIN)
    st.selectbox(
        text.COUNTRY,
        sorted(CODES, key=name),
        index=None,
        format_func=name,
        placeholder=text.COUNTRY_PLACEHOLDER,
        key=state.COUNTRY,
        on_change=state.take_country,
    )
    st.button(
        text.GUESS,
        key=state.GUESS,
        disabled=game.pin is None,
        icon=":material/where_to_vote:",
        width="stretch",
    )


def _marks(scene: Scene, pin: LatLon, photo: Photo, models: Sequence[Shelved]) -> list[Mark]:
    """Everyone's marks, the visitor's first."""
    marks = [Mark(text.YOU, pin, away_km(scene, pin))]
    titles = [model.title for model in models]
    for model in models:
        # Two models of one title are told apart by their folders.
        twin = titles.count(model.title) > 1
        player = f"{model.title} ({model.checkpoint.name})" if twin else model.title
        marks.append(model_mark(player, scene, answer_of(model, photo).prediction))
    return marks


def _revealed(game: Game) -> None:
    marks = game.rounds[game.shown]
    st.subheader(text.TRUTH.format(place=plain(_place(game.scene))), anchor=False)
    if game.scene.position is None:
        note(text.TRUTH_COUNTRY_ONLY)
    st.table(_table(marks), border="horizontal")
    last = game.shown + 1 == len(game.scenes)
    st.button(
        text.RESULT if last else text.NEXT,
        on_click=state.change,
        args=(Game.turned,),
        icon=":material/arrow_forward:",
        width="stretch",
    )


def _why(photo: Photo, models: tuple[Shelved, ...]) -> None:
    answers = [(model, answer_of(model, photo).prediction.codes[0]) for model in models]
    reasons = [(model, code, reason(model, photo, code)) for model, code in answers]
    if not any(found for *_, found in reasons):
        return
    st.subheader(text.WHY, anchor=False)
    st.write(text.WHY_HOW)
    grid = st.grid(min_column_width=_NARROWEST, key="reasons")
    for model, code, found in reasons:
        if found is None:
            continue
        cam, method = found
        told = {"player": model.title, "country": name(code), "method": method}
        with grid.cell():
            st.image(
                overlay(small_band(photo.pixels, _BAND), cam),
                caption=text.WHY_CAPTION.format(**told),
                alt=text.WHY_ALT.format(**told),
                output_format="JPEG",
                width="stretch",
            )


def _end(game: Game, asked: state.Photos, models: tuple[Shelved, ...]) -> None:
    totals = game.totals()
    mine = totals.pop(text.YOU)
    most = MOST_POINTS * len(game.scenes)
    st.header(text.OVER.format(points=mine, most=most), anchor=False)
    st.write(_verdict(mine, totals))
    before = best_before("album" if asked.album else "gallery", mine, f"{game.number}")
    if before is not None:
        st.write(text.BEST.format(best=before) if before > mine else text.NEW_BEST)
    st.button(text.AGAIN, on_click=state.again, args=(asked,), icon=":material/replay:")
    note(text.SHARE)
    grid = st.grid(min_column_width=150, key="played")
    for scene, marks in zip(game.scenes, game.rounds, strict=True):
        place = _place(scene)
        with grid.cell(), st.container(gap="xsmall"):
            st.image(state.small(scene, _THUMBNAIL), alt=place, width="stretch")
            st.write(text.PHOTO_RESULT.format(place=plain(place), points=marks[0].points))
            _credit(scene)
    st.table(_all_rounds(game), border="horizontal")


def _verdict(mine: int, others: dict[str, int]) -> str:
    if not others:
        return text.OVER_ALONE
    best = max(others, key=others.__getitem__)
    if mine > others[best]:
        return text.WON
    if mine == others[best]:
        return text.TIED.format(player=plain(best))
    return text.LOST.format(player=plain(best), points=others[best] - mine)


def _table(marks: Sequence[Mark]) -> pd.DataFrame:
    rows = {
        plain(mark.player): {
            "pin": _country(mark.position) or text.AT_SEA,
            "away": _away(mark.km),
            "points": f"{mark.points:,}",
            "answer": f"{name(mark.answer[0])} {percent(mark.answer[1])}" if mark.answer else "",
        }
        for mark in marks
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename(columns=text.COLUMNS)
    return table if len(marks) > 1 else table.drop(columns=text.COLUMNS["answer"])


def _all_rounds(game: Game) -> pd.DataFrame:
    rows = [{plain(mark.player): f"{mark.points:,}" for mark in marks} for marks in game.rounds]
    rows.append({plain(player): f"{total:,}" for player, total in game.totals().items()})
    places = [plain(_place(scene)) for scene in game.scenes]
    index = pd.Index([*places, text.TOTAL], name=text.ROUND_COLUMN)
    return pd.DataFrame(rows, index=index).fillna("–")


def _spots(game: Game) -> tuple[Spot, list[Spot]]:
    """The truth and everyone's guess, as the map shows them."""
    scene = game.scene
    truth = Spot(
        "★",
        text.TRUTH_SPOT.format(place=_place(scene)),
        scene.position or centroid(scene.country),
        "truth",
    )
    guesses = [
        Spot(
            text.YOU if number == 0 else mark.player,
            text.GUESS_SPOT.format(player=mark.player, distance=_away(mark.km)),
            mark.position,
            "you" if number == 0 else "model",
        )
        for number, mark in enumerate(game.rounds[game.shown])
    ]
    return truth, guesses


def _rules(asked: state.Photos) -> None:
    st.write(
        text.HOW_POINTS.format(most=MOST_POINTS, far=_FAR_KM, less=points(_FAR_KM), scale=SCALE_KM)
    )
    if asked.album is None:
        if asked.problem is None:
            note(f"{text.GALLERY} {text.OWN_GALLERY.format(variable=VARIABLE)}")
        else:
            broken = text.ALBUM_BROKEN.format(reason=plain(asked.problem))
            st.warning(broken if asked.problem else text.ALBUM_EMPTY, icon=":material/warning:")
            note(text.GALLERY)
        return
    countries = len({scene.country for scene in asked.scenes})
    note(text.ALBUM.format(photos=len(asked.scenes), countries=countries))
    if asked.album.left_out:
        count = sum(asked.album.left_out.values())
        reasons = ", ".join(f"{n:,} × {why}" for why, n in asked.album.left_out.items())
        note(text.LEFT_OUT.format(count=count, reasons=reasons))


def _credit(scene: Scene) -> None:
    if isinstance(scene, GalleryPhoto):
        licence = scene.credit.rsplit(", ", 1)[-1]
        note(f"[{plain(scene.author)}]({scene.source}), {licence}")


def _place(scene: Scene) -> str:
    if isinstance(scene, GalleryPhoto):
        return f"{scene.place}, {name(scene.country)} ({scene.title})"
    return name(scene.country)


def _pin_text(pin: LatLon) -> str:
    country = _country(pin)
    if country is None:
        return text.YOUR_PIN_AT_SEA.format(place=coordinates(pin))
    return text.YOUR_PIN.format(country=country, place=coordinates(pin))


def _country(place: LatLon) -> str | None:
    code = state.country_of(place.lat, place.lon)
    return name(code) if code else None


def _away(km: float) -> str:
    return distance_text(1000 * km).replace(" ", "\N{NO-BREAK SPACE}") if km else text.ON_THE_SPOT


def _listed(totals: dict[str, int]) -> str:
    return ", ".join(f"{plain(player)} **{points:,}**" for player, points in totals.items())
