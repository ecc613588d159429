"""Taking turns: whoever came first goes first, within the room there is, one answer at a time."""

from __future__ import annotations

import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from geoloc.photo import MAX_MEMORY, decoding_bytes
from pages.shared import turn
from pages.shared.line import Line
from tests.geoloc.bad_files import saved, street


def start(line: Line, size: int, log: list[int], taken: list[int]) -> threading.Thread:
    """Somebody who comes for a share, notes it in the log, and holds it for a moment."""

    def come() -> None:
        with line.share(size):
            taken.append(size)
            log.append(sum(taken))
            time.sleep(0.01)
            taken.remove(size)

    before = len(line)
    thread = threading.Thread(target=come)
    thread.start()
    while len(line) == before:
        time.sleep(0.001)
    return thread


def test_shares_go_in_the_order_of_coming_and_fit_into_the_room():
    line, log, taken = Line(10), [], []
    with line.share(1):
        # The large one is not passed by the small ones behind it, which would fit.
        threads = [start(line, size, log, taken) for size in (10, 4, 4, 4)]
        assert len(line) == 5 and not log
    for thread in threads:
        thread.join()
    assert log[0] == 10 and max(log[1:]) <= 8 and len(line) == 0


def test_who_gives_up_waiting_leaves_the_line_to_the_others():
    line = Line(1)

    def give_up(before: int) -> None:
        raise TimeoutError(before)

    with line.share(), pytest.raises(TimeoutError, match="1"), line.share(waiting=give_up):
        pass
    with line.share():
        assert len(line) == 1


def test_a_visitor_sees_who_is_before_them_and_has_the_turn_until_the_answer_ends(monkeypatch):
    answers = Line(1)
    monkeypatch.setattr(turn, "_answers", answers)

    def script() -> None:
        import streamlit as st

        from pages.shared import turn

        with turn.answering():
            turn.take()
            with turn.answering():
                turn.take()
            st.write(f"{len(turn._answers)} has the turn")

    came, seen, said = threading.Event(), threading.Event(), []

    def somebody_else() -> None:
        with answers.share():
            came.set()
            seen.wait()

    def show(sign: turn._Sign, before: int) -> None:
        shown(sign, before)
        said.append(before)
        seen.set()

    shown = turn._Sign.show
    monkeypatch.setattr(turn._Sign, "show", show)
    threading.Thread(target=somebody_else).start()
    came.wait()
    app = AppTest.from_function(script).run()
    assert not app.exception and app.markdown[0].value == "1 has the turn"
    assert set(said) == {1}
    assert not app.get("html")
    assert len(answers) == 0


PHOTO = street(400, 300)


@pytest.mark.parametrize(
    ("data", "least", "most"),
    [
        (saved(PHOTO, "JPEG"), 400 * 300 * 8, 40_000_000),
        (saved(PHOTO, "PNG"), 400 * 300 * 8, 40_000_000),
        (saved(PHOTO, "WEBP"), 400 * 300 * 8, 40_000_000),
        (saved(PHOTO, "AVIF"), MAX_MEMORY, MAX_MEMORY),
        (b"no photo", MAX_MEMORY, MAX_MEMORY),
        (b"\x89PNG\r\n\x1a\n", MAX_MEMORY, MAX_MEMORY),
    ],
)
def test_what_decoding_takes_is_read_from_the_header(data, least, most):
    assert least <= decoding_bytes(data) <= most
