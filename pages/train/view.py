"""Page Train: photos of a city come in, are looked through, and a model of the city comes out."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from geoloc.draw.charts import photos_text
from pages.jobs import (
    FOLDER_SECONDS,
    MAX_PHOTOS,
    Run,
    folder_files,
    gather,
    jobs,
    listed_files,
    runs,
    settings,
    uploaded_files,
)
from pages.jobs.archive import Files
from pages.jobs.intake import COPY_SIDE, SECONDS
from pages.language import N_, _
from pages.shared.chooser import uploader_words
from pages.shared.frame import guard, note, plain
from pages.shared.refused import say_refusals
from pages.shared.streamlit_internals import UploadedFile, drop
from pages.train import state as train_state
from pages.train.job import ended, live
from pages.train.photos import photos
from pages.train.sample import sample

_REMEDY = N_("Reload the page")
_ALL_GOES = N_(
    "The {photos:,} photos and all that was made of them are removed from the server; this cannot "
    "be undone."
)
_CITY_STAYS = N_(
    "The {photos:,} photos are removed from the server; this cannot be undone. The city stays, "
    "with what a network made of each photo and roughly where it was taken: remove it too if that "
    "is to go."
)
_STATES = {
    "running": N_("is being trained"),
    "stopped": N_("training stopped"),
    "failed": N_("training failed"),
    "done": N_("trained"),
}


def train() -> None:
    """The whole page below its title."""
    if not train_state.is_on():
        _off()
        return
    run = train_state.current()
    with guard(_("This city") if run else _("The form"), _(_REMEDY)):
        if run:
            _city(run)
        else:
            _welcome()


def _off() -> None:
    st.info(
        _(
            "Training is switched off on this server, because it costs disk and computing time. On "
            "a computer of your own it is on."
        ),
        icon=":material/power_settings_new:",
    )
    st.write(_("There it also works without this page:"))
    st.code(
        "python -m training city --city my-town --data FOLDER", language="shell", wrap_lines=True
    )
    note(_("The server's owner switches it on with the environment variable `GEOLOC_TRAIN=on`."))


def _welcome() -> None:
    _intake(None)
    photos_to_try = sample()
    if photos_to_try and st.button(
        _("Try it with {photos:,} photos of this server", photos=len(photos_to_try)),
        icon=":material/science:",
    ):
        _read(None, lambda: listed_files(photos_to_try), FOLDER_SECONDS)
    with st.expander(_("What happens to the photos"), icon=":material/lock:"):
        st.write(
            _(
                "Unlike on *Locate*, they **stay on the server**: copies of at most {side} pixels "
                "a side, and their places, in `{folder}`, until you remove them here, or for a day "
                "if nothing is trained on them. The city is yours alone until you publish it. It "
                "keeps what a network makes of each photo, and roughly where it was taken: leave "
                "out those of your home.",
                side=COPY_SIDE,
                folder=settings.ROOT,
            )
        )
    _others()


def _intake(run: Run | None) -> None:
    """Where photos come in: to a run, or to a new one."""
    limit = st.get_option("server.maxUploadSize")
    with st.container(key="drop"):
        st.html(uploader_words(_("or drop them here")))
        uploaded = st.file_uploader(
            _("Photos with GPS positions, a folder of them, or a ZIP"),
            accept_multiple_files=True,
            key=train_state.uploader_key(),
            max_upload_size=limit,
            help=_(
                "Up to {limit} MB a file and {photos:,} photos a city. Small copies will do, as "
                "long as they keep their EXIF data: {side} pixels a side are used.",
                limit=limit,
                photos=MAX_PHOTOS,
                side=COPY_SIDE,
            ),
        )
    say_refusals(limit)
    train_state.complain(train_state.PHOTOS)
    note(_("200 photos, spread over the streets, are a good start."))
    given = [file for file in uploaded if isinstance(file, UploadedFile)]
    if given:
        files = [(file.name, file.getvalue()) for file in given]
        for file in given:
            drop(file)
        _read(run, lambda: uploaded_files(files))
    folders = settings.folders()
    if folders:
        label = _("Or a folder on the server")
        chosen = st.selectbox(label, folders, index=None, key="own folder")
        if st.button(_("Read this folder"), disabled=chosen is None):
            _read(run, lambda: folder_files(chosen), FOLDER_SECONDS)


def _read(run: Run | None, opened: Callable[[], Files], seconds: float = SECONDS) -> None:
    bar = st.progress(0.0, _("Reading the photos…"))
    train_state.attempt(
        lambda: _gather(run, opened, _by_percent(bar.progress), seconds), train_state.PHOTOS
    )
    train_state.empty_uploader()
    st.rerun()


def _gather(
    run: Run | None, opened: Callable[[], Files], progress: Callable[[float], None], seconds: float
) -> None:
    into = run or runs.create()
    try:
        gather(into, opened(), progress, seconds)
    finally:
        # Also when the visitor left meanwhile, which ends this script right here.
        if into.collection() is None:
            into.remove()
    train_state.choose(into)


def _by_percent(show: Callable[[float, str], object]) -> Callable[[float], None]:
    """Passes on a growing share at each whole percent only."""
    shown = 0

    def step(share: float) -> None:
        nonlocal shown
        if int(100 * share) > shown:
            shown = int(100 * share)
            show(share, _("Reading the photos… {percent} %", percent=shown))

    return step


def _others() -> None:
    """The cities that are there already."""
    listed = train_state.listed()
    if not listed:
        return
    st.header(_("Cities so far"), anchor=False)
    for run in listed:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(_("Open"), key=f"open {run.tag}", on_click=train_state.choose, args=(run,))
            st.write(_line(run))


def _line(run: Run) -> str:
    job, progress, collection = jobs.job_of(run), jobs.progress(run), run.collection()
    count = photos_text(len(collection.photos)) if collection else _("its photos were removed")
    if job is None or progress is None:
        return _("{photos}, nothing trained on them yet", photos=count)
    return _(
        "**{city}**: {state}, {photos}",
        city=plain(job.title),
        state=_(_STATES[progress.state]),
        photos=count,
    )


def _city(run: Run) -> None:
    st.button(_("All cities"), icon=":material/arrow_back:", on_click=train_state.leave)
    job, progress, collection = jobs.job_of(run), jobs.progress(run), run.collection()
    if progress is None and collection:
        photos(run, collection)
        with st.expander(_("Add more photos"), icon=":material/add_photo_alternate:"):
            _intake(run)
    elif job and progress and progress.state == "running":
        live(run, job)
    elif job and progress:
        ended(run, job, progress, collection)
    _remove(run)


def _remove(run: Run) -> None:
    job, collection = jobs.job_of(run), run.collection()
    has_model = job is not None and jobs.has_model(job)
    with st.popover(_("Remove…"), icon=":material/delete:"):
        if collection:
            told = _CITY_STAYS if has_model else _ALL_GOES
            st.write(_(told, photos=len(collection.photos)))
            # A model that the training puts out before the click goes too, as was just promised.
            args = (run, not has_model)
            st.button(_("Remove the photos"), on_click=train_state.remove, args=args)
        if job and has_model:
            both = _("Remove the photos and the city") if collection else _("Remove the city")
            st.button(both, on_click=train_state.remove, args=(run, True))
