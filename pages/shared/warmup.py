"""Loads the models in a thread while a visitor still chooses a photo, and says when they are ready.

It is imported on the first page, so what models need is imported in that thread.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import cache

from streamlit.delta_generator import DeltaGenerator

from pages.gallery import entries
from pages.language import _

_LONGEST_S = 120
_STEP_S = 0.25
_log = logging.getLogger(__name__)


def warm_up(sign: DeltaGenerator, lacking: DeltaGenerator) -> None:
    """Waits for the models; a click meanwhile is not kept waiting.

    Args:
        sign: the place of the small sign.
        lacking: the place of what is said where there is no model.
    """
    place = sign.empty()
    thread = _thread()
    until = time.monotonic() + _LONGEST_S
    while thread.is_alive() and time.monotonic() < until:
        # Each element is where Streamlit looks whether the visitor has clicked.
        place.caption(_("The models are warming up…"))
        thread.join(_STEP_S)
    place.caption(_("The models are ready."))
    from pages.shared.registry import missing, problems, shelf

    models = shelf()
    if not models.countries:
        place.empty()
        with lacking:
            missing("country")
    problems(models)


@cache
def _thread() -> threading.Thread:
    thread = threading.Thread(target=_load, name="warm-up", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    try:
        import geoloc
        import pages.locate.view  # noqa: F401 - all that an answer needs
        from pages.shared import streamlit_internals
        from pages.shared.registry import shelf

        streamlit_internals.serve_maps()
        models = shelf()
        photo = geoloc.read_photo(entries()[0].read())
        # What somebody fetched is large, and waits until it is asked.
        released = [one for one in models.countries if one.checkpoint.card.published is None]
        for number, model in enumerate((*released, *models.cities[:1])):
            network = model.model
            if number == 0:
                network.predict(photo)
    except Exception:
        # Whoever asks a model hears what is wrong with it.
        _log.exception("the models could not be warmed up")
