"""What a visitor's session remembers of cities of their own: which one, and the last complaint.

The city's number also stands in the page's address, so that it is found again after a reload.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import streamlit as st

from pages.jobs import jobs, runs, settings
from pages.jobs.archive import ArchiveError
from pages.jobs.jobs import JobError
from pages.jobs.runs import Run
from pages.jobs.surveys import Survey
from pages.language import _
from pages.server import reach
from pages.shared import own_cities
from pages.shared.frame import plain

TITLE = "own title"
"""Key of the field for the city's name."""

RECIPE = "own recipe"
"""Key of what is chosen to be trained."""
PHOTOS = "own photos"
"""The field where photos come in."""

_COMPLAINT = "own complaint"

_SWEEP_SECONDS = 600
_log = logging.getLogger(__name__)


def is_on() -> bool:
    """Whether this server lets this visitor train."""
    return reach.may_train(st.get_option("server.address"), st.context.headers)


@st.cache_resource(ttl=_SWEEP_SECONDS, show_spinner=False)
def sweep() -> None:
    """Remove photos that were left for a day, unless that was just done; no page depends on it."""
    try:
        runs.sweep()
    except OSError:
        _log.exception("photos that were left for a day")


def current() -> Run | None:
    """The city that the visitor looks at."""
    number = st.session_state.get("own run") or st.query_params.get("city", "")
    run = runs.find(number)
    if run is None:
        leave()
    else:
        choose(run)
    return run


def choose(run: Run) -> None:
    """Look at a city from now on."""
    st.session_state["own run"] = run.id
    st.query_params["city"] = run.id
    job = jobs.job_of(run)
    if job:
        own_cities.own(job.model)
    mine = st.session_state.setdefault("own runs", [])
    if run.id not in mine:
        mine.append(run.id)


def leave() -> None:
    """Look at no city."""
    st.session_state.pop("own run", None)
    st.query_params.pop("city", None)


def listed() -> list[Run]:
    """The cities that the visitor may open: all on a computer of their own, else their own."""
    if own_cities.is_alone():
        return runs.every()
    mine = st.session_state.get("own runs", [])
    return [run for run in map(runs.find, mine) if run]


def attempt(act: Callable[[], object], field: str) -> bool:
    """Do something that may fail; whether it did not, and else the complaint says why.

    Args:
        act: what is done.
        field: beside which the complaint stands, such as `PHOTOS` or `TITLE`.
    """
    st.session_state.pop(_COMPLAINT, None)
    try:
        act()
    except (ArchiveError, JobError) as error:
        st.session_state[_COMPLAINT] = (field, str(error))
    except OSError as error:
        _log.exception("a city of a visitor's own")
        sentence = _(
            "The server could not write this to its disk: {reason}. Tell its owner; nothing was "
            "kept of it.",
            reason=error.strerror or error,
        )
        st.session_state[_COMPLAINT] = (field, sentence)
    except Exception:
        _log.exception("a city of a visitor's own")
        st.session_state[_COMPLAINT] = (
            field,
            _("Something unforeseen went wrong. Try again; the server's log says what happened."),
        )
    else:
        return True
    return False


def complain(field: str) -> None:
    """Says why the last thing that was asked at a field was not done."""
    at, told = st.session_state.get(_COMPLAINT, ("", ""))
    if at == field:
        st.error(plain(told), icon=":material/error:")


def start(run: Run, survey: Survey) -> None:
    """Callback: train, under the name in the field, what was chosen."""
    title = st.session_state.get(TITLE, "")
    recipe = st.session_state.get(RECIPE, settings.RECIPE)
    attempt(lambda: jobs.start(run, survey, title, recipe), TITLE)


def go_on(run: Run) -> None:
    """Callback: go on with a training that was stopped."""
    attempt(lambda: jobs.go_on(run), TITLE)


def remove(run: Run, with_model: bool) -> None:
    """Callback: remove a city's photos; what else there is stays only if the app has its model."""
    jobs.stop(run)
    job = jobs.job_of(run)
    if job and with_model:
        jobs.remove_model(job)
    if job and jobs.has_model(job):
        run.forget_photos()
    else:
        run.remove()
        leave()


def uploader_key() -> str:
    """The uploader's key: a new one empties it."""
    return f"own upload {st.session_state.get('own uploads', 0)}"


def empty_uploader() -> None:
    """Give the next uploader a new key."""
    st.session_state["own uploads"] = st.session_state.get("own uploads", 0) + 1
