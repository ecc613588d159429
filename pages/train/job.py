"""A training while it runs, and what came of it."""

from __future__ import annotations

import math

import streamlit as st

from geoloc.draw.charts import learning_curves
from geoloc.draw.maps import distance_text
from geoloc.models import registry
from geoloc.models import release as checkpoints
from geoloc.models.card import Curves
from geoloc.models.release import Release, ReleaseError
from pages.jobs import Collection, Job, Progress, Run, jobs
from pages.language import N_, _, formatted, said
from pages.shared import own_cities
from pages.shared.claims import city_claim
from pages.shared.frame import guard, ink, note, plain
from pages.shared.plot import plot
from pages.train import state

_EVERY = 2.0
_PHASES = {
    "starting": N_("Starting…"),
    "reading": N_("Reading the photos…"),
    "measuring": N_("Measuring the model on photos that it has never seen…"),
}


@st.fragment(run_every=_EVERY)
def live(run: Run, job: Job) -> None:
    """What a running training has reached by now."""
    progress = jobs.progress(run)
    if progress is None or progress.state != "running":
        st.rerun()
    # A fragment that runs again is not inside the caller's guard.
    with guard(_("The training"), _("It goes on all the same. Reload the page")):
        st.header(_("Training {city}", city=plain(job.title)), anchor=False)
        st.progress(progress.share, _doing(progress))
        _numbers(progress)
        _published(job, progress)
        st.button(_("Stop"), icon=":material/stop_circle:", on_click=jobs.stop, args=(run,))
        note(
            _(
                "You can leave this page: the training goes on, even when the app is closed. "
                "Stopped, you can resume it later."
            )
        )
        _curves(progress)


def ended(run: Run, job: Job, progress: Progress, collection: Collection | None) -> None:
    """What came of a training, and how to go on with one that did not come to its end."""
    st.header(plain(job.title), anchor=False)
    if progress.state == "failed":
        sentence = _("The training failed: {reason}", reason=plain(_(progress.message)))
        st.error(sentence, icon=":material/error:")
    elif progress.state == "stopped":
        st.info(
            _(
                "The training stopped after epoch {epoch} of {epochs}. It can go on from there. "
                "{message}",
                epoch=progress.epoch,
                epochs=progress.epochs or "?",
                message=_(progress.message),
            ),
            icon=":material/pause_circle:",
        )
    if progress.state != "done" and collection:
        st.button(
            _("Go on") if progress.state == "stopped" else _("Try again"),
            icon=":material/play_circle:",
            on_click=state.go_on,
            args=(run,),
            disabled=jobs.running_run() is not None,
        )
    _model(job, progress)
    _curves(progress)


def _doing(progress: Progress) -> str:
    phase = _PHASES.get(progress.phase)
    doing = (
        _(phase)
        if phase
        else _("Epoch {epoch} of {epochs}", epoch=progress.epoch, epochs=progress.epochs)
    )
    return _("{doing} · about {time} left", doing=doing, time=_duration(progress.left))


def _numbers(progress: Progress) -> None:
    if not progress.rows:
        return
    row = progress.rows[-1]
    known = [
        (
            _("Epoch"),
            _("{epoch} of {epochs}", epoch=progress.epoch, epochs=progress.epochs),
        ),
        (_("Loss in training"), formatted(row["train_loss"], ".3f")),
    ]
    if "val_median_m" in row:
        known.append((_("Median error, photos held out"), distance_text(row["val_median_m"])))
    if progress.middle_m is not None:
        known.append((_("Always the middle of the map"), distance_text(progress.middle_m)))
    with st.container(horizontal=True):
        for label, value in known:
            st.metric(label, value, width="content")


def _duration(seconds: float) -> str:
    return _("< 1 min") if seconds < 60 else _("{minutes} min", minutes=math.ceil(seconds / 60))


def _published(job: Job, progress: Progress) -> None:
    if not (progress.published and jobs.has_model(job)):
        note(_("As soon as a model is better than the middle of the map, it is put on *Locate*."))
        return
    _link()
    note(
        _(
            "{city} is on *Locate* already, with the model of epoch {epoch}; better ones follow.",
            city=plain(job.title),
            epoch=progress.published,
        )
    )


def _link() -> None:
    st.page_link("pages/locate/page.py", label=_("Try it on Locate"), icon=":material/location_on:")


def _model(job: Job, progress: Progress) -> None:
    """What the app has of the city, by its card."""
    if not jobs.has_model(job):
        return
    try:
        checkpoint = checkpoints.load(registry.CHECKPOINTS / job.model)
    except ReleaseError as error:
        st.error(plain(said(error)), icon=":material/error:")
        return
    st.write(city_claim(checkpoint))
    _showing(checkpoint)
    minutes = checkpoint.card.provenance.minutes or 0
    note(
        _(
            "{title}, in the folder `{model}` of `{folder}`: the model of epoch {epoch}, after "
            "{minutes} minutes of training.",
            title=plain(checkpoint.title),
            model=job.model,
            folder=registry.CHECKPOINTS,
            epoch=checkpoint.card.best_epoch,
            minutes=formatted(minutes, ""),
        )
    )


def _showing(checkpoint: Release) -> None:
    """Whether the city is on *Locate*, and for whom."""
    name = checkpoint.name
    if not own_cities.is_visible(checkpoint):
        st.info(_("It is not on *Locate*: it does no better than the middle of the map."))
        st.button(_("Put it on Locate all the same"), on_click=_show, args=(name,))
        return
    _link()
    if own_cities.is_alone():
        return
    public = st.toggle(
        _("Published: everybody who uses this app can ask it"),
        value=own_cities.is_public(name),
        key=f"public {name}",
    )
    if public != own_cities.is_public(name):
        own_cities.publish(name, public)


def _show(name: str) -> None:
    """Callback: the city is shown to its maker."""
    own_cities.own(name)
    own_cities.show_unproven(name)


def _curves(progress: Progress) -> None:
    if len(progress.rows) < 2:
        return
    names = [key for key in progress.rows[0] if all(key in row for row in progress.rows)]
    curves = Curves(
        epochs=tuple(int(row["epoch"]) for row in progress.rows),
        measured={name: tuple(row[name] for row in progress.rows) for name in names},
        best=progress.published,
    )
    plot(
        learning_curves(curves, progress.middle_m, ink=ink()),
        "own curves",
        _("Loss and median error by epoch"),
    )
