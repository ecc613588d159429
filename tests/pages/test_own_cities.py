"""Whose a visitor's city is: its maker's alone until published, and nobody's where it is no use."""

import pytest

from geoloc.models import registry
from geoloc.models.release import load
from pages.shared import own_cities
from tests.pages.small_models import city_model


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the app, which others reach as well, looks for models."""
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    monkeypatch.setattr(own_cities, "is_alone", lambda: False)
    monkeypatch.setattr(own_cities.st, "session_state", {})
    return tmp_path


def test_a_city_is_its_maker_s_until_it_is_published(folder):
    released = load(city_model(folder / "pittsburgh-cnn"))
    own = load(city_model(folder / "own-lisbon-ab"))
    assert own_cities.is_visible(released) and not own_cities.is_visible(own)
    own_cities.own(own.name)
    assert own_cities.is_visible(own)
    own_cities.st.session_state.clear()
    own_cities.publish(own.name, True)
    assert own_cities.is_visible(own)
    own_cities.publish(own.name, False)
    assert not own_cities.is_visible(own)


def test_a_city_no_better_than_the_middle_of_the_map_is_shown_only_if_asked_for(folder):
    errors = {"photos": 145, "p50": 812.0, "gain_p50": 5.0, "gain_p50_interval": [-9.0, 19.0]}
    own = load(city_model(folder / "own-lisbon-ab", metrics={"test": errors}))
    own_cities.own(own.name)
    assert not own_cities.is_visible(own)
    own_cities.show_unproven(own.name)
    assert own_cities.is_visible(own)
    own_cities.forget(own.name)
    assert not own_cities.is_visible(own)
