"""Who reaches the app: names that it answers to, and who passes for its owner."""

from __future__ import annotations

import pytest

from pages.server.reach import is_served, may_train

LOCAL = {"Host": "localhost:8501", "Origin": "http://localhost:8501"}
SHARED = {"Host": "where.example.org", "Origin": "https://where.example.org"}
REBOUND = {"Host": "evil.example:8501", "Origin": "http://evil.example:8501"}

TRAINING = [
    ("", "localhost", LOCAL, True),
    ("", "127.0.0.1", {"Host": "127.0.0.1:8501"}, True),
    ("", "::1", {"host": "[::1]:8501"}, True),
    ("", "localhost", {}, True),
    ("", "0.0.0.0", LOCAL, False),
    ("", None, LOCAL, False),
    ("", "localhost", REBOUND, False),
    ("", "localhost", LOCAL | {"Origin": "http://evil.example"}, False),
    ("", "localhost", SHARED, False),
    ("", "localhost", LOCAL | {"X-Forwarded-For": "203.0.113.7"}, False),
    ("", "localhost", LOCAL | {"Origin": "https://where.example.org"}, False),
    ("on", None, SHARED, True),
    ("On ", "0.0.0.0", SHARED, True),
    ("off", "localhost", LOCAL, False),
    ("yes please", "localhost", LOCAL, False),
]


@pytest.mark.parametrize(("chosen", "address", "headers", "may"), TRAINING)
def test_who_sits_at_the_computer_may_train_and_others_where_its_owner_says_so(
    chosen, address, headers, may, monkeypatch
):
    monkeypatch.setenv("GEOLOC_TRAIN", chosen)
    assert may_train(address, headers) is may


NAMES = [
    ("localhost:8501", "localhost", [], True),
    ("LOCALHOST.", "localhost", [], True),
    ("[::1]:8501", "localhost", [], True),
    ("evil.example:8501", "localhost", [], False),
    ("localhost.evil.example", "localhost", [], False),
    ("where.example.org", "127.0.0.1", ["where.example.org"], True),
    ("a.example.org", "0.0.0.0", ["*.example.org"], True),
    ("example.org", "0.0.0.0", ["*.example.org"], False),
    ("evil.example", "0.0.0.0", ["where.example.org"], False),
    ("127.0.0.1:8501", "0.0.0.0", ["where.example.org"], True),
    ("192.168.1.7:8501", "0.0.0.0", [], True),
    ("", "localhost", [], False),
    ("user@localhost", "localhost", [], False),
    ("localhost:port", "localhost", [], False),
    ("localhost/evil", "localhost", [], False),
]


@pytest.mark.parametrize(("host", "address", "names", "served"), NAMES)
def test_the_app_answers_to_its_own_names(host, address, names, served):
    assert is_served(host, address, names) is served
