"""An answered page is looked at, not read: its words are counted, in every language."""

import json
import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from geoloc.models import registry
from geoloc.photo import read_photo
from pages.gallery import entries
from pages.language import LANGUAGES
from pages.locate.clues import READ
from pages.shared.session import Chosen
from tests.pages.small_models import APP, city_model, country_model

MOST = 150
CLOSED = {"expander", "popover"}
"""Blocks of which one reads the label alone until they are opened."""


def texts(block) -> Iterator[str]:
    """All that can be read in a block of a page."""
    for child in block.children.values():
        yield from (str(getattr(child, name, "") or "") for name in ("label", "placeholder"))
        if child.type == "bidi_component":
            data = json.loads(child.proto.json or "{}")
            yield str(data.get("label", ""))
            yield from (panel["caption"] for panel in data.get("panels", ()))
        elif child.type == "page_link":
            yield child.proto.label
        elif child.type == "image":
            yield from child.captions
        elif child.type == "html":
            yield re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", child.value, flags=re.DOTALL)
        elif child.type in ("title", "header", "subheader", "markdown", "caption", "alert"):
            yield child.value
        if hasattr(child, "children") and child.type not in CLOSED:
            yield from texts(child)


def words(app: AppTest) -> list[str]:
    return [word for text in texts(app.main) for word in text.split() if re.search(r"\w", word)]


@pytest.mark.parametrize("page", ["locate", "compare", "explain", "dataset"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answered_page_stays_under_its_limit(language, page, tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    for seed, name in enumerate(("cnn", "second", "third")):
        country_model(tmp_path / name, f"Model {name}", seed=seed)
    city_model(tmp_path / "pittsburgh-cnn")
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["lang"] = language
    app.session_state[READ] = False
    if page == "locate":
        app.query_params["photo"] = "it-colosseum"
    else:
        app = app.run().switch_page(f"pages/{page}/page.py")
        photo = next(one for one in entries() if one.file == "it-colosseum.jpg")
        app.session_state["photos"] = (Chosen(read_photo(photo.read()), photo.title, photo, 0.0),)
    said = words(app.run())
    assert app.header and not app.exception
    assert 40 < len(said) < MOST, " ".join(said)
