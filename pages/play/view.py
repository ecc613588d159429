"""The guessing game: a photo, the world map, and then what everyone's pin was worth."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from geoloc.countries import CODES, alphabetical, centroid, name
from geoloc.draw.charts import percent
from geoloc.draw.guesses import Spot, asked_group, guess_map, revealed_group
from geoloc.draw.maps import distance_text
from geoloc.draw.overlay import overlay
from geoloc.geo import LatLon
from geoloc.photo import Photo, PhotoError
from geoloc.settings import PHOTO_FOLDER
from pages.gallery import GalleryPhoto
from pages.language import _, formatted, said
from pages.play import state, text
from pages.play.best import best_before
from pages.play.game import (
    MOST_POINTS,
    SCALE_KM,
    VISITOR,
    Game,
    Mark,
    Scene,
    away_km,
    model_mark,
    points,
)
from pages.play.keys import GO, keys
from pages.play.reasons import reason, small_band
from pages.shared.answers import answer_of
from pages.shared.frame import guard, halves, note, plain
from pages.shared.leaflet import leaflet
from pages.shared.photo_folder import left_out
from pages.shared.portrait import coordinates
from pages.shared.registry import Shelf, Shelved, first_ready, missing, ready
from pages.shared.turn import fragment

_MAP_HEIGHT = 360
_RESULT_HEIGHT = 460
_SQUARES = ((4000, "🟩"), (2000, "🟨"), (500, "🟧"), (0, "🟥"))
"""What a photo's points look like in a message, from so many points on."""

_THUMBNAIL = 300
_BAND = 600
_NARROWEST = 250
_FAR_KM = 1000


def play(shelf: Shelf) -> None:
    """The whole page below its title."""
    asked = state.photos()
    if not shelf.countries:
        missing("country")
        note(_(text.ALONE))
    _board(asked, shelf.countries)
    with st.expander(_(text.RULES), icon=":material/info:", key="rules"):
        _rules(asked)


# A move concerns nothing else on the page.
@fragment
def _board(asked: state.Photos, models: tuple[Shelved, ...]) -> None:
    with guard(_("The game")):
        game = state.game(asked)
        if not game.scenes:
            st.info(_(text.NOTHING), icon=":material/info:")
        elif game.over:
            _end(game, asked, models)
        else:
            _round(game, models)


def _round(game: Game, models: tuple[Shelved, ...]) -> None:
    try:
        photo = state.photo_of(game.scene)
    except (PhotoError, OSError) as error:
        sentence = _(text.UNREADABLE, reason=plain(said(error)))
        st.warning(sentence, icon=":material/warning:")
        st.button(_(text.SKIP), on_click=state.change, args=(Game.dropped,))
        return
    opponent = first_ready(models)
    if st.session_state.get(state.GUESS) and game.pin:
        marks = _marks(game.scene, game.pin, photo, [opponent] if opponent else [])
        game = state.change(lambda game: game.guessed(marks))
    keys(game.revealed)
    count = len(game.scenes)
    told = _(text.ROUND, number=game.shown + 1, count=count)
    if game.rounds:
        told += " · " + _listed(game.totals())
    note(told)
    if game.revealed:
        _revealed(game, photo, models)
        return
    left, right = halves()
    with left:
        st.image(photo.pixels, alt=_(text.ASKED_ALT), width="stretch", output_format="JPEG")
    with right:
        _map(game, _MAP_HEIGHT)
        _guess(game)
    if opponent:
        # While the visitor looks, so that nobody waits for it after the guess.
        answer_of(opponent, photo)


def _map(game: Game, height: int) -> None:
    if game.revealed:
        group = revealed_group(*_spots(game))
    else:
        pin = game.pin
        group = asked_group(_own_spot(pin) if pin else None)
    leaflet(guess_map(), state.MAP, height, group, state.take_click)


def _own_spot(pin: LatLon) -> Spot:
    return Spot(_(text.YOU), _(text.YOUR_PIN_SPOT, place=coordinates(pin)), pin, "you")


def _guess(game: Game) -> None:
    st.write(_pin_text(game.pin) if game.pin else _(text.NO_PIN))
    st.selectbox(
        _(text.COUNTRY),
        alphabetical(CODES),
        index=None,
        format_func=name,
        placeholder=_(text.COUNTRY_PLACEHOLDER),
        key=state.COUNTRY,
        on_change=state.take_country,
    )
    with st.container(key=GO):
        st.button(
            _(text.GUESS),
            key=state.GUESS,
            disabled=game.pin is None,
            help=_(text.KEYS),
            icon=":material/where_to_vote:",
            width="stretch",
        )


def _marks(scene: Scene, pin: LatLon, photo: Photo, models: Sequence[Shelved]) -> list[Mark]:
    """Everyone's marks, the visitor's first."""
    marks = [Mark(VISITOR, pin, away_km(scene, pin))]
    titles = [model.title for model in models]
    for model in models:
        # Two models of one title are told apart by their folders.
        twin = titles.count(model.title) > 1
        player = f"{model.title} ({model.checkpoint.name})" if twin else model.title
        marks.append(model_mark(player, scene, answer_of(model, photo).prediction))
    return marks


def _revealed(game: Game, photo: Photo, models: tuple[Shelved, ...]) -> None:
    """The result, as wide as the page: everyone's distance and points, and the way on the map."""
    marks = game.rounds[game.shown]
    st.header(_(text.TRUTH, place=plain(_place(game.scene))), anchor=False)
    columns = st.columns(len(marks) + 1, gap="medium", vertical_alignment="bottom")
    for column, mark in zip(columns, marks, strict=False):
        with column:
            _score(mark)
    last = game.shown + 1 == len(game.scenes)
    with columns[-1].container(key=GO):
        st.button(
            _(text.RESULT if last else text.NEXT),
            on_click=state.change,
            args=(Game.turned,),
            help=_(text.KEYS),
            icon=":material/arrow_forward:",
            width="stretch",
        )
    _map(game, _RESULT_HEIGHT)
    if game.scene.position is None:
        note(_(text.TRUTH_COUNTRY_ONLY))
    left, right = halves()
    with left:
        st.image(photo.pixels, alt=_place(game.scene), width="stretch", output_format="JPEG")
        _credit(game.scene)
    with right:
        # Each of the others takes its time: only for those who want to know.
        others = _closed(text.OTHERS, ":material/groups:", "play others")
        if others.open:
            with others, guard(_("The other models")):
                every = _marks(game.scene, marks[0].position, photo, ready(models))
                st.table(_table(every), border="horizontal")
        why = _closed(text.WHY, ":material/search_insights:", "play why")
        if why.open:
            with why, guard(_("The activation maps")):
                _why(photo, ready(models))


def _closed(title: str, icon: str, key: str):
    """A part that computes nothing until it is opened."""
    return st.expander(_(title), icon=icon, key=key, on_change="rerun")


def _score(mark: Mark) -> None:
    """A player's distance in large type, and the points as a bar."""
    st.metric(_player(mark.player), _away(mark.km))
    st.progress(
        mark.points / MOST_POINTS,
        text=_(text.POINTS, points=mark.points, most=MOST_POINTS),
    )


def _why(photo: Photo, models: tuple[Shelved, ...]) -> None:
    answers = [(model, answer_of(model, photo).prediction.codes[0]) for model in models]
    reasons = [(model, code, reason(model, photo, code)) for model, code in answers]
    if not any(found for *_answer, found in reasons):
        return
    note(_(text.WHY_HOW))
    grid = st.grid(min_column_width=_NARROWEST, key="reasons")
    for model, code, found in reasons:
        if found is None:
            continue
        cam, method = found
        told = {"player": model.title, "country": name(code), "method": method}
        with grid.cell():
            st.image(
                overlay(small_band(photo.pixels, cam.spec, _BAND), cam),
                caption=_(text.WHY_CAPTION, **told),
                alt=_(text.WHY_ALT, **told),
                output_format="JPEG",
                width="stretch",
            )


def _end(game: Game, asked: state.Photos, models: tuple[Shelved, ...]) -> None:
    totals = game.totals()
    mine = totals.pop(VISITOR)
    most = MOST_POINTS * len(game.scenes)
    st.header(_(text.OVER, points=mine, most=most), anchor=False)
    st.write(_verdict(mine, totals))
    before = best_before("album" if asked.album else "gallery", mine, f"{game.number}")
    if before is not None:
        st.write(_(text.BEST, best=before) if before > mine else _(text.NEW_BEST))
    st.button(_(text.AGAIN), on_click=state.again, args=(asked,), icon=":material/replay:")
    st.code(_share(game, mine, most), language=None)
    note(_(text.SHARE))
    grid = st.grid(min_column_width=150, key="played")
    for scene, marks in zip(game.scenes, game.rounds, strict=True):
        place = _place(scene)
        with grid.cell(), st.container(gap="xsmall"):
            st.image(state.small(scene, _THUMBNAIL), alt=place, width="stretch")
            st.write(_(text.PHOTO_RESULT, place=plain(place), points=marks[0].points))
            _credit(scene)
    st.table(_all_rounds(game), border="horizontal")


def _share(game: Game, mine: int, most: int) -> str:
    """The result as a line to send: a square a photo, and the address that deals the same ones."""
    squares = "".join(_square(marks[0].points) for marks in game.rounds)
    told = _(text.SHARED, points=mine, most=most)
    address = st.context.url
    return f"{told} {squares}" + (f"\n{address}?{state.PARAMETER}={game.number}" if address else "")


def _square(points: int) -> str:
    return next(mark for least, mark in _SQUARES if points >= least)


def _verdict(mine: int, others: dict[str, int]) -> str:
    if not others:
        return _(text.OVER_ALONE)
    best = max(others, key=others.__getitem__)
    if mine > others[best]:
        return _(text.WON)
    if mine == others[best]:
        return _(text.TIED, player=plain(best))
    return _(text.LOST, player=plain(best), points=others[best] - mine)


def _table(marks: Sequence[Mark]) -> pd.DataFrame:
    rows = {
        _player(mark.player): {
            "pin": _country(mark.position) or _(text.AT_SEA),
            "away": _away(mark.km),
            "points": formatted(mark.points, ","),
            "answer": f"{name(mark.answer[0])} {percent(mark.answer[1])}" if mark.answer else "",
        }
        for mark in marks
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    shown = table if len(marks) > 1 else table.drop(columns="answer")
    return shown.rename(columns={code: _(title) for code, title in text.COLUMNS.items()})


def _all_rounds(game: Game) -> pd.DataFrame:
    rounds = [{mark.player: mark.points for mark in marks} for marks in game.rounds]
    rows = [
        {_player(player): formatted(points, ",") for player, points in row.items()}
        for row in (*rounds, game.totals())
    ]
    places = [plain(_place(scene)) for scene in game.scenes]
    index = pd.Index([*places, _(text.TOTAL)], name=_(text.ROUND_COLUMN))
    return pd.DataFrame(rows, index=index).fillna("–")


def _spots(game: Game) -> tuple[Spot, list[Spot]]:
    """The truth and everyone's guess, as the map shows them."""
    scene = game.scene
    truth = Spot(
        "★",
        _(text.TRUTH_SPOT, place=_place(scene)),
        scene.position or centroid(scene.country),
        "truth",
    )
    guesses = [
        Spot(
            mark.player or _(text.YOU),
            _(text.GUESS_SPOT, player=mark.player or _(text.YOU), distance=_away(mark.km)),
            mark.position,
            "you" if mark.player == VISITOR else "model",
        )
        for mark in game.rounds[game.shown]
    ]
    return truth, guesses


def _rules(asked: state.Photos) -> None:
    st.write(
        _(
            text.HOW_POINTS,
            most=MOST_POINTS,
            far=_FAR_KM,
            less=points(_FAR_KM),
            scale=SCALE_KM,
        )
    )
    if asked.album is None:
        if asked.problem is None:
            note(f"{_(text.GALLERY)} {_(text.OWN_GALLERY, variable=PHOTO_FOLDER)}")
        else:
            broken = _(text.ALBUM_BROKEN, reason=plain(asked.problem))
            sentence = broken if asked.problem else _(text.ALBUM_EMPTY)
            st.warning(sentence, icon=":material/warning:")
            note(_(text.GALLERY))
        return
    countries = len({scene.country for scene in asked.scenes})
    note(_(text.ALBUM, photos=len(asked.scenes), countries=countries))
    if asked.album.left_out:
        count = sum(asked.album.left_out.values())
        note(_(text.LEFT_OUT, count=count, reasons=left_out(asked.album)))


def _credit(scene: Scene) -> None:
    if isinstance(scene, GalleryPhoto):
        note(f"[{plain(_(scene.author))}]({scene.source}), {scene.terms}")


def _place(scene: Scene) -> str:
    if isinstance(scene, GalleryPhoto):
        return f"{_(scene.place)}, {name(scene.country)} ({_(scene.title)})"
    return name(scene.country)


def _pin_text(pin: LatLon) -> str:
    country = _country(pin)
    if country is None:
        return _(text.YOUR_PIN_AT_SEA, place=coordinates(pin))
    return _(text.YOUR_PIN, country=country, place=coordinates(pin))


def _country(place: LatLon) -> str | None:
    code = state.country_of(place.lat, place.lon)
    return name(code) if code else None


def _away(km: float) -> str:
    return (
        distance_text(1000 * km).replace(" ", "\N{NO-BREAK SPACE}") if km else _(text.ON_THE_SPOT)
    )


def _listed(totals: dict[str, int]) -> str:
    told = ((_player(player), formatted(points, ",")) for player, points in totals.items())
    return ", ".join(f"{player} **{points}**" for player, points in told)


def _player(player: str) -> str:
    """Whose pin it is, as Markdown."""
    return plain(player or _(text.YOU))
