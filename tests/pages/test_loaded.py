"""Models in memory: loaded when they are first asked, one a folder, let go when replaced."""

from __future__ import annotations

import gc
import weakref

import pytest

from geoloc.models import registry
from pages.shared import warmup
from pages.shared.registry import _loaded
from tests.geoloc.bad_files import saved, street
from tests.pages.small_models import country_model, ensemble, example, opened, upload

STREET = saved(street(640, 480), "JPEG")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two country models and their ensemble."""
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    country_model(tmp_path / "cnn")
    country_model(tmp_path / "other", "Second CNN", seed=1)
    ensemble(tmp_path / "both", {"cnn": 0.5, "other": 0.5})
    return tmp_path


def in_memory(folder) -> set[str]:
    return {path.name for path in _loaded().folders() if path.parent == folder}


@pytest.mark.parametrize("page", ["locate", "models", "dataset", "about", "train"])
def test_a_page_that_needs_no_model_loads_none(folder, page, monkeypatch):
    # *Locate* loads them ahead of a photo, once a process.
    monkeypatch.setattr(warmup, "_load", lambda: None)
    warmup._thread.cache_clear()
    app = opened().switch_page(f"pages/{page}/page.py").run()
    assert not app.exception and not in_memory(folder)


def test_models_are_loaded_when_they_are_first_asked(folder):
    upload(opened(), "street.jpg", STREET)
    assert in_memory(folder) == {"cnn", "other", "both"}


def test_a_replaced_model_and_all_that_was_made_of_it_is_let_go(folder):
    app = upload(opened(), "street.jpg", STREET)
    entry = _loaded()._entries[folder / "cnn"]
    alive = weakref.ref(entry.outcome)
    assert entry.derived
    del entry
    country_model(folder / "cnn", seed=5)
    app.run()
    gc.collect()
    assert alive() is None and in_memory(folder) == {"cnn", "other", "both"}


def test_a_model_whose_folder_is_gone_is_let_go(folder):
    app = upload(opened(), "street.jpg", STREET)
    for file in (folder / "other").iterdir():
        file.unlink()
    app.run()
    assert in_memory(folder) == {"cnn", "both"}


def test_a_model_that_cannot_be_loaded_says_so_in_its_place_and_another_answers(folder):
    (folder / "other" / "weights.safetensors").write_bytes(b"not weights")
    app = example(opened(), "it-colosseum.jpg")
    assert app.header[0].value and not app.error and not app.exception
    assert "other: weights.safetensors" in app.expander[-1].markdown[0].value.replace("\\", "")
    app.switch_page("pages/compare/page.py").run()
    assert not app.error and not app.exception


def test_a_model_that_was_mended_answers_again(folder):
    weights = folder / "other" / "weights.safetensors"
    good = weights.read_bytes()
    weights.write_bytes(b"not weights")
    app = example(opened(), "it-colosseum.jpg")
    assert in_memory(folder) >= {"cnn"}
    weights.write_bytes(good)
    app.run()
    assert not app.expander or "cannot be used" not in app.expander[-1].label
