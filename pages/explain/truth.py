"""Whether the maps are true: what the card measured, and a test on the visitor's own photo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.draw.maps import distance_text
from geoloc.draw.trial import trial_curves
from geoloc.explain import Cam, PinCam, all_methods, layer_title
from geoloc.explain.faithfulness import (
    PerturbationCurves,
    Score,
    Trial,
    blurred,
    brightest_tenth,
    country_score,
    pin_score,
)
from geoloc.models.card import Record
from pages.explain import memory, text
from pages.language import _
from pages.shared.frame import halves, ink, note
from pages.shared.plot import plot
from pages.shared.registry import Shelved
from pages.shared.session import Chosen

_SANE_BELOW = 0.5
_LITTLE = 0.05
_ASKED = "explained test"


@dataclass(frozen=True)
class Question:
    """A map that can be put to the test.

    Attributes:
        model: which it explains.
        title: of the method, in the reader's language.
        cam: the map.
        country: whose probability is watched, also where the map is the same for all countries;
            None if the answer is a pin.
    """

    model: Shelved
    title: str
    cam: Cam
    country: str | None

    @property
    def what(self) -> str:
        return _(text.WHAT, method=self.title, layer=layer_title(self.cam.layer))

    @property
    def metres(self) -> bool:
        """Whether the answer is a pin."""
        return self.country is None

    def record(self) -> Record | None:
        """What the card says of the method."""
        return self.model.checkpoint.card.records.get((self.cam.method, self.cam.layer))

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
            told = _(text.POOR, photos=record.photos, what=question.what)
            st.warning(told, icon=":material/warning:")


def truth_of(questions: list[Question], chosen: Chosen, says: str) -> None:
    """The button for the photo at hand, and behind it what the card has measured.

    Args:
        questions: the maps.
        chosen: the photo.
        says: what the method and its percentages are, in Markdown.
    """
    st.header(_(text.TRUE), anchor=False)
    key = "tested " + " ".join(
        [
            chosen.photo.sha256,
            *(_question(q) for q in questions),
        ]
    )
    st.button(
        _(text.TEST),
        icon=":material/science:",
        help=_(text.TEST_HELP),
        on_click=_ask,
        args=(key,),
    )
    if st.session_state.get(_ASKED) == key:
        for question in questions:
            _tested(question, chosen)
    with st.expander(_("How good is it?"), icon=":material/monitoring:"):
        st.write(says)
        st.write(_(text.TRUE_HOW))
        _measured(questions)


def _question(question: Question) -> str:
    """Tells one question about a photo from another."""
    cam, model = question.cam, question.model
    return f"{model.version} {cam.method} {cam.layer} {question.country}"


def _ask(key: str) -> None:
    """Callback: these maps are to be tested."""
    st.session_state[_ASKED] = key


def _measured(questions: list[Question]) -> None:
    model = questions[0].model
    known = model.checkpoint.card.records
    if not known:
        note(_(text.UNMEASURED, name=model.checkpoint.name))
        return
    for question in questions:
        record = question.record()
        if record and record.beats_random:
            st.write(_sentence(question, record))
    _table(known, questions[0])


def _sentence(question: Question, record: Record) -> str:
    good = _(
        text.GOOD,
        photos=record.photos,
        what=question.what,
        tenth=_points(record.map.tenth, question.metres),
        random=_points(record.random.tenth, question.metres),
        centre=_(text.BEATS_CENTRE if record.beats_centre else text.NOT_CENTRE),
    )
    verdict = _(text.SANE if abs(record.untrained) < _SANE_BELOW else text.INSANE)
    return f"{good} {_(text.UNTRAINED, alike=record.untrained, verdict=verdict)}"


def _points(amount: float, metres: bool) -> str:
    return distance_text(amount) if metres else _(text.POINTS, points=100 * amount)


def _table(known: dict[tuple[str, str], Record], question: Question) -> None:
    form = "%.0f m" if question.metres else "%.3f"
    titles = {method.name: method.title for method in (*all_methods(), PinCam)}
    rows = [
        (
            _(titles.get(record.method, record.method)),
            layer_title(record.layer),
            record.map.tenth,
            record.random.tenth,
            record.map.deletion,
            record.map.insertion,
            record.map.gain,
            record.random.gain,
            record.centre.gain,
            record.untrained,
            _(text.BEATS[record.beats_random]),
        )
        for record in known.values()
    ]
    numbers = {
        _(title): st.column_config.NumberColumn(
            format="%.2f" if title == "Like untrained" else form, help=_(meaning)
        )
        for title, meaning in text.COLUMNS.items()
        if meaning and title != "Beats random"
    }
    st.dataframe(
        pd.DataFrame(rows, columns=[_(title) for title in text.COLUMNS]),
        hide_index=True,
        alt=_(text.TABLE),
        column_config=numbers,
    )


def _tested(question: Question, chosen: Chosen) -> None:
    cam = question.cam
    with st.spinner(_(text.TESTING)):
        trial = memory.tested(_question(question), chosen.photo, cam, question.score)
    st.subheader(question.what, anchor=False)
    left, right = halves()
    with left:
        plot(trial_curves(trial, question.metres, ink()), f"trial {cam.layer}", _curves_alt(trial))
    with right:
        st.image(
            _without_tenth(cam.spec.prepare(chosen.photo.pixels), cam),
            alt=_(text.TENTH_ALT),
            caption=_(text.TENTH_CAPTION),
            width="stretch",
            output_format="JPEG",
        )
        st.write(_verdict(question, trial))


def _without_tenth(band: np.ndarray, cam: Cam) -> np.ndarray:
    return np.where(brightest_tenth(cam.values, band.shape[:2])[..., None], blurred(band), band)


def _curves_alt(trial: Trial) -> str:
    random = PerturbationCurves.mean(trial.random)
    return _(
        text.CURVES_ALT,
        deletion=trial.map.deletion,
        insertion=trial.map.insertion,
        random_deletion=random.deletion,
        random_insertion=random.insertion,
    )


def _verdict(question: Question, trial: Trial) -> str:
    count, beaten = len(trial.random), trial.beaten
    how = "all" if beaten == count else "most" if beaten > count / 2 else "none"
    random = PerturbationCurves.mean(trial.random)
    if question.metres:
        effect = _(text.PIN_EFFECT, metres=question.told(trial.map.tenth))
        other = _(text.RANDOM_PIN_EFFECT, metres=question.told(random.tenth))
    else:
        effect = _(
            text.EFFECT,
            country=name(question.country),
            whole=question.told(trial.map.blurred[0]),
            left=question.told(trial.map.blurred[1]),
        )
        other = _(text.RANDOM_EFFECT, left=question.told(random.blurred[1]))
    verdict = _(text.VERDICTS[how], count=count, beaten=beaten)
    told = _(text.VERDICT, verdict=verdict, effect=effect, random=other)
    little = not question.metres and trial.map.blurred[0] < _LITTLE
    return f"{told} {_(text.LITTLE)}" if little else told
