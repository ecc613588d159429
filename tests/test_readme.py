"""README and documentation claim nothing that the cards don't say, and their Python runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geoloc.settings import PROJECT
from pages import gallery
from tools.figures import PAGES, parts, released, written

README = PROJECT / "README.md"
PYTHON = ("README.md", "docs/index.md", "docs/tutorial.md", "docs/how-to/batch.md")
PICTURES = ("street.jpg", "a.jpg", "b.jpg", "c.jpg")


@pytest.fixture(scope="module")
def by_name() -> dict[str, str]:
    return parts(released())


@pytest.mark.parametrize("page", PAGES)
def test_what_was_measured_is_said_as_the_cards_say_it(page, by_name):
    text = (PROJECT / page).read_text(encoding="utf-8")
    assert written(text, PAGES[page], by_name) == text, "type: python -m tools.figures"


def test_a_page_that_lost_its_markers_is_not_written():
    with pytest.raises(ValueError, match="measured"):
        written("<!-- measured -->\n", ("measured",), {"measured": "- all is well"})


@pytest.mark.parametrize("page", PYTHON)
def test_the_python_that_people_are_shown_runs(page, tmp_path, monkeypatch):
    blocks = re.findall(r"^```python\n(.*?)^```", (PROJECT / page).read_text("utf-8"), re.M | re.S)
    for name in PICTURES:
        (tmp_path / name).write_bytes(gallery.entries()[0].read())
    monkeypatch.chdir(tmp_path)
    assert blocks
    for block in blocks:
        exec(compile(block, page, "exec"), {})


def test_the_readme_is_short_and_every_picture_and_file_it_points_to_is_there():
    text = README.read_text(encoding="utf-8")
    local = [target for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    assert local and all((README.parent / target).exists() for target in local)
    assert len(text.splitlines()) < 150


def test_every_page_of_the_documentation_is_in_its_navigation():
    navigation = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    docs = PROJECT / "docs"
    pages = {Path(page).relative_to(docs).as_posix() for page in docs.rglob("*.md")}
    assert pages == set(re.findall(r": (\S+\.md)$", navigation, re.M))
