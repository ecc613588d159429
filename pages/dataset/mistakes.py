"""What a model takes photos of the folder for: asked live, a hundred at a time, remembered."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geoloc.countries import alphabetical, name
from geoloc.draw.charts import percent
from geoloc.photo.folder import AlbumPhoto
from pages.dataset import text
from pages.dataset.confusions import Said, askable, confused, mistakes, said
from pages.language import _
from pages.shared import turn
from pages.shared.contact_sheet import Print, contact_sheet
from pages.shared.folder_answers import ask, is_asked
from pages.shared.links import linked_selectbox
from pages.shared.registry import Shelved, ready
from pages.shared.turn import fragment

MOST = 100
"""Photos asked about at a click."""

_ANY = "any"
_PAIRS = 5
_ASK = "ask about photos"


# Its controls concern nothing else on the page.
@fragment
def model_mistakes(photos: Sequence[AlbumPhoto], models: tuple[Shelved, ...]) -> None:
    """The choice, the question, and the photos that were mistaken so.

    Args:
        photos: of the folder.
        models: country models, at least one.
    """
    unseen = [photo for photo in photos if photo.unseen]
    st.write(_(text.MISTAKES_HOW if unseen else text.MISTAKES_SEEN, most=MOST))
    boxes = st.columns(3)
    model = _model(models, boxes[0])
    asked = askable(unseen or photos, model.checkpoint.classes)
    if not asked:
        st.info(_(text.NONE_TO_ASK), icon=":material/info:")
        return
    with boxes[1]:
        countries = {photo.country for photo in asked}
        true = _country(_(text.TAKEN_IN), "true", countries, _(text.ANYWHERE))
    with boxes[2]:
        wrongly = _country(_(text.SAID), "said", model.checkpoint.classes, _(text.ANY_OTHER))
    asked = [photo for photo in asked if true in (_ANY, photo.country)]
    progress = st.empty()
    if st.session_state.get(_ASK) and ready([model]):
        _ask(model, _unasked(asked, model)[:MOST], progress)
    left = len(_unasked(asked, model))
    known = _known(asked, model)
    _told(asked, left, known, wrongly)
    if left:
        # The click is answered above, so that what is said here already counts it.
        st.button(_label(min(left, MOST), left < len(asked)), key=_ASK, icon=":material/search:")
    wrong = mistakes(known)
    shown = [one for one in wrong if wrongly in (_ANY, one.country)]
    if shown:
        prints = [_print(one) for one in shown]
        contact_sheet(prints, "mistaken", f"{model.checkpoint.name} {true} {wrongly}")
    elif left < len(asked):
        st.write(_(text.NO_MISTAKES))


def _model(models: tuple[Shelved, ...], box: DeltaGenerator) -> Shelved:
    by_name = {model.checkpoint.folder.name: model for model in models}
    with box:
        chosen = linked_selectbox(
            _(text.MODEL),
            list(by_name),
            "model",
            next(iter(by_name)),
            lambda folder: by_name[folder].title,
        )
    return by_name[chosen]


def _country(label: str, key: str, codes: Sequence[str] | set[str], whichever: str) -> str:
    options = [_ANY, *alphabetical(codes)]
    return linked_selectbox(
        label, options, key, _ANY, lambda code: whichever if code == _ANY else name(code)
    )


def _ask(model: Shelved, photos: Sequence[AlbumPhoto], progress: DeltaGenerator) -> None:
    turn.take()
    for done, photo in enumerate(photos):
        progress.progress(done / len(photos), text=_(text.ASKING, done=done, count=len(photos)))
        ask(model, photo)
    progress.empty()


def _unasked(photos: Sequence[AlbumPhoto], model: Shelved) -> list[AlbumPhoto]:
    return [photo for photo in photos if not is_asked(model, photo)]


def _known(photos: Sequence[AlbumPhoto], model: Shelved) -> list[Said]:
    """The answers to photos that were asked about as they are now and could be read."""
    told = [(photo, ask(model, photo)) for photo in photos if is_asked(model, photo)]
    return [said(photo, answer.prediction) for photo, answer in told if answer]


def _told(photos: Sequence[AlbumPhoto], left: int, known: Sequence[Said], wrongly: str) -> None:
    if left == len(photos):
        st.write(_(text.NOT_ASKED, photos=left))
        return
    wrong = mistakes(known)
    sentences = [_(text.ASKED, asked=len(known), photos=len(photos), wrong=len(wrong))]
    if wrongly != _ANY:
        count = sum(one.country == wrongly for one in wrong)
        sentences.append(_(text.ASKED_SAID, count=count, country=name(wrongly)))
    elif wrong:
        pairs = ", ".join(
            _(text.PAIR, true=name(true), said=name(country), count=count)
            for true, country, count in confused(wrong)[:_PAIRS]
        )
        sentences.append(_(text.CONFUSED, pairs=pairs))
    unread = len(photos) - left - len(known)
    if unread:
        sentences.append(_(text.UNREAD, count=unread))
    st.write(" ".join(sentences))


def _label(count: int, more: bool) -> str:
    if count == 1:
        return _(text.ASK_LAST if more else text.ASK_ONE)
    return _(text.ASK_MORE if more else text.ASK, count=count)


def _print(one: Said) -> Print:
    told = {"true": name(one.photo.country), "said": name(one.country)}
    caption = _(
        text.MISTAKE,
        probability=percent(one.probability),
        of_truth=percent(one.of_truth),
        **told,
    )
    return Print(one.photo, caption, _(text.MISTAKE_ALT, **told))
