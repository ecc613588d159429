"""What a model takes photos of the folder for: asked live, a hundred at a time, remembered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geoloc.countries import alphabetical, name
from geoloc.draw.charts import percent
from geoloc.photo import Photo, PhotoError, read_photo
from geoloc.photo.folder import AlbumPhoto
from pages.dataset import text
from pages.dataset.confusions import Said, askable, confused, mistakes, said
from pages.language import _
from pages.shared import turn
from pages.shared.contact_sheet import Print, contact_sheet
from pages.shared.links import linked_selectbox
from pages.shared.registry import Shelved, ready
from pages.shared.turn import fragment

MOST = 100
"""Photos asked about at a click."""

_BATCH = 4
_ANY = "any"
_PAIRS = 5
_ASK = "ask about photos"

Answers = dict[str, tuple[int, Said | None]]
"""By path: when the file was changed last, and what was said; None where it can't be read."""


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
    answers = _answers(model.version)
    progress = st.empty()
    if st.session_state.get(_ASK) and ready([model]):
        _ask(model, _unasked(asked, answers)[:MOST], answers, progress)
    left = len(_unasked(asked, answers))
    _told(asked, left, answers, wrongly)
    if left:
        # The click is answered above, so that what is said here already counts it.
        st.button(_label(min(left, MOST), left < len(asked)), key=_ASK, icon=":material/search:")
    wrong = mistakes(_known(asked, answers))
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


@st.cache_resource(max_entries=16, show_spinner=False)
def _answers(model: str) -> Answers:
    """What a model said, for all visitors: it grows while photos are asked about."""
    return {}


def _ask(
    model: Shelved, photos: Sequence[AlbumPhoto], answers: Answers, progress: DeltaGenerator
) -> None:
    turn.take()
    for start in range(0, len(photos), _BATCH):
        told = _(text.ASKING, done=start, count=len(photos))
        progress.progress(start / len(photos), text=told)
        batch = list(_read(photos[start : start + _BATCH], answers))
        if batch:
            found = said(model.model, [(photo, pixels) for photo, pixels, _mtime in batch])
            for one, (_photo, _pixels, changed) in zip(found, batch, strict=True):
                answers[str(one.photo.path)] = (changed, one)
    progress.empty()


def _read(
    photos: Sequence[AlbumPhoto], answers: Answers
) -> Iterator[tuple[AlbumPhoto, Photo, int]]:
    """The readable photos with their last change; the others are noted among the answers."""
    for photo in photos:
        changed = _changed(photo)
        try:
            yield photo, read_photo(photo.path), changed
        except PhotoError:
            answers[str(photo.path)] = (changed, None)


def _changed(photo: AlbumPhoto) -> int:
    try:
        return photo.path.stat().st_mtime_ns
    except OSError:
        return 0


def _unasked(photos: Sequence[AlbumPhoto], answers: Answers) -> list[AlbumPhoto]:
    return [photo for photo in photos if not _is_known(photo, answers)]


def _known(photos: Sequence[AlbumPhoto], answers: Answers) -> list[Said]:
    """The answers to photos that are still as they were asked about and could be read."""
    found = (answers[str(photo.path)][1] for photo in photos if _is_known(photo, answers))
    return [one for one in found if one]


def _is_known(photo: AlbumPhoto, answers: Answers) -> bool:
    if str(photo.path) not in answers:
        return False
    changed, one = answers[str(photo.path)]
    # The table may have been corrected since, and an answer holds the country that was true then.
    return changed == _changed(photo) and (one is None or one.photo == photo)


def _told(photos: Sequence[AlbumPhoto], left: int, answers: Answers, wrongly: str) -> None:
    if left == len(photos):
        st.write(_(text.NOT_ASKED, photos=left))
        return
    known = _known(photos, answers)
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
