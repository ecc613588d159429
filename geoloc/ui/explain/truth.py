"""Whether the maps are true: what the card measured, and a test on the visitor's own photo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

# Gives plotly the theme that the browser then fills in: a figure made before has plotly's colours.
import streamlit.elements.plotly_chart  # noqa: F401

from geoloc.cam import METHODS, Cam, PinCam
from geoloc.city.locator import CityLocator
from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.draw.maps import distance_text
from geoloc.draw.trial import trial_curves
from geoloc.faithfulness import (
    Curves,
    Record,
    Score,
    Trial,
    blurred,
    brightest_tenth,
    country_score,
    pin_score,
    records,
)
from geoloc.preparation import prepare
from geoloc.ui.explain import memory, text
from geoloc.ui.frame import halves, ink, note
from geoloc.ui.shelf import Shelved
from geoloc.ui.state import Chosen

_STILL = {"displayModeBar": False, "scrollZoom": False}
_TITLES = {method.name: method.title for method in (*METHODS, PinCam)}
_SANE_BELOW = 0.5
_LITTLE = 0.05
_ASKED = "explained test"


@dataclass(frozen=True)
class Question:
    """A map that can be put to the test.

    Attributes:
        model: which it explains.
        title: of the method.
        cam: the map.
    """

    model: Shelved
    title: str
    cam: Cam

    @property
    def what(self) -> str:
        return text.WHAT.format(method=self.title, layer=self.cam.layer)

    @property
    def metres(self) -> bool:
        """Whether the answer is a pin."""
        return isinstance(self.model.model, CityLocator)

    @property
    def country(self) -> str:
        """The country whose probability is watched."""
        return self.cam.country or self.model.checkpoint.classes[0]

    def record(self) -> Record | None:
        """What the card says of the method."""
        return records(self.model.checkpoint).get((self.cam.method, self.cam.layer))

    def score(self, band: np.ndarray) -> Score:
        """What is left of the answer in changed bands."""
        if self.metres:
            return pin_score(self.model.model, band)
        return country_score(self.model.model, self.country)

    def told(self, amount: float) -> str:
        """An amount of the answer for people."""
        return distance_text(amount) if self.metres else percent(amount)


def warn(questions: list[Question]) -> None:
    """Beside the maps: which of them did no better than chance."""
    for question in questions:
        record = question.record()
        if record and not record.beats_random:
            told = text.POOR.format(photos=record.photos, what=question.what)
            st.warning(told, icon=":material/warning:")


def truth_of(questions: list[Question], chosen: Chosen) -> None:
    """The card's measurements, and the button for the photo at hand."""
    st.header(text.TRUE, anchor=False)
    st.write(text.TRUE_HOW)
    _measured(questions)
    key = "tested " + " ".join(
        [
            chosen.photo.sha256,
            *(f"{q.what} {q.model.checkpoint.folder} {q.cam.country}" for q in questions),
        ]
    )
    st.button(text.TEST, icon=":material/science:", help=text.TEST_HELP, on_click=_ask, args=(key,))
    if st.session_state.get(_ASKED) == key:
        for question in questions:
            _tested(question, chosen)


def _ask(key: str) -> None:
    """Callback: these maps are to be tested."""
    st.session_state[_ASKED] = key


def _measured(questions: list[Question]) -> None:
    model = questions[0].model
    known = records(model.checkpoint)
    if not known:
        note(text.UNMEASURED.format(name=model.checkpoint.name))
        return
    for question in questions:
        record = question.record()
        if record and record.beats_random:
            st.write(_sentence(question, record))
    with st.expander(text.TABLE):
        _table(known, questions[0])


def _sentence(question: Question, record: Record) -> str:
    good = text.GOOD.format(
        photos=record.photos,
        what=question.what,
        tenth=_points(record.map.tenth, question.metres),
        random=_points(record.random.tenth, question.metres),
        centre=text.BEATS_CENTRE if record.beats_centre else text.NOT_CENTRE,
    )
    verdict = text.SANE if abs(record.untrained) < _SANE_BELOW else text.INSANE
    return f"{good} {text.UNTRAINED.format(alike=record.untrained, verdict=verdict)}"


def _points(amount: float, metres: bool) -> str:
    return distance_text(amount) if metres else f"{100 * amount:.1f} points"


def _table(known: dict[tuple[str, str], Record], question: Question) -> None:
    form = "%.0f m" if question.metres else "%.3f"
    rows = [
        (
            _TITLES.get(record.method, record.method),
            record.layer,
            record.map.tenth,
            record.random.tenth,
            record.map.deletion,
            record.map.insertion,
            record.map.gain,
            record.random.gain,
            record.centre.gain,
            record.untrained,
            "yes" if record.beats_random else "no",
        )
        for record in known.values()
    ]
    numbers = {
        title: st.column_config.NumberColumn(
            format="%.2f" if title == "Like untrained" else form, help=meaning
        )
        for title, meaning in text.COLUMNS.items()
        if meaning and title != "Beats random"
    }
    st.dataframe(
        pd.DataFrame(rows, columns=list(text.COLUMNS)),
        hide_index=True,
        alt=text.TABLE,
        column_config=numbers,
    )


def _tested(question: Question, chosen: Chosen) -> None:
    cam, checkpoint = question.cam, question.model.checkpoint
    key = f"{checkpoint.folder} {question.model.version} {cam.method} {cam.layer} {cam.country}"
    with st.spinner(text.TESTING):
        trial = memory.tested(key, chosen.photo, cam, question.score)
    st.subheader(question.what, anchor=False)
    left, right = halves()
    with left:
        st.plotly_chart(
            trial_curves(trial, question.metres, ink()),
            config=_STILL,
            key=f"trial {cam.layer}",
            alt=_curves_alt(trial),
        )
    with right:
        st.image(
            _without_tenth(prepare(chosen.photo.pixels), cam),
            alt=text.TENTH_ALT,
            caption=text.TENTH_CAPTION,
            width="stretch",
            output_format="JPEG",
        )
        st.write(_verdict(question, trial))


def _without_tenth(band: np.ndarray, cam: Cam) -> np.ndarray:
    return np.where(brightest_tenth(cam.values)[..., None], blurred(band), band)


def _curves_alt(trial: Trial) -> str:
    random = Curves.mean(trial.random)
    return text.CURVES_ALT.format(
        deletion=f"{trial.map.deletion:.3g}",
        insertion=f"{trial.map.insertion:.3g}",
        random_deletion=f"{random.deletion:.3g}",
        random_insertion=f"{random.insertion:.3g}",
    )


def _verdict(question: Question, trial: Trial) -> str:
    count, beaten = len(trial.random), trial.beaten
    how = "all" if beaten == count else "most" if beaten > count / 2 else "none"
    random = Curves.mean(trial.random)
    if question.metres:
        effect = text.PIN_EFFECT.format(metres=question.told(trial.map.tenth))
        other = text.RANDOM_PIN_EFFECT.format(metres=question.told(random.tenth))
    else:
        effect = text.EFFECT.format(
            country=name(question.country),
            whole=question.told(trial.map.blurred[0]),
            left=question.told(trial.map.blurred[1]),
        )
        other = text.RANDOM_EFFECT.format(left=question.told(random.blurred[1]))
    verdict = text.VERDICTS[how].format(count=count, beaten=beaten)
    told = text.VERDICT.format(verdict=verdict, effect=effect, random=other)
    little = not question.metres and trial.map.blurred[0] < _LITTLE
    return f"{told} {text.LITTLE}" if little else told
