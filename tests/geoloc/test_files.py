"""Files that are replaced in one move."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoloc.files import read_json, replacing, write_atomically, write_json


def test_a_file_is_there_whole_and_nothing_beside_it(tmp_path):
    path = tmp_path / "new" / "a.bin"
    for content in (b"first", b"second"):
        write_atomically(path, content)
        assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_what_was_there_stays_if_writing_fails(tmp_path):
    path = tmp_path / "a.bin"
    write_atomically(path, b"whole")
    with pytest.raises(RuntimeError), replacing(path) as aside:
        aside.write_bytes(b"ha")
        raise RuntimeError
    assert path.read_bytes() == b"whole" and list(tmp_path.iterdir()) == [path]


def test_an_object_is_read_as_it_was_written(tmp_path):
    value = {"title": "Orléans", "rows": [1, 2.5, None]}
    write_json(tmp_path / "a.json", value)
    assert read_json(tmp_path / "a.json") == value
    assert "Orléans" in (tmp_path / "a.json").read_text(encoding="utf-8")


UNREADABLE = {"no file": None, "no JSON": b"{", "no object": b"[1]", "no text": b"\xff\xfe"}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_object_is_an_empty_one(tmp_path: Path, content: bytes | None):
    if content is not None:
        (tmp_path / "a.json").write_bytes(content)
    assert read_json(tmp_path / "a.json") == {}
