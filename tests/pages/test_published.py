"""The app with published models: offered on *Models*, and asked on the pages like any other."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from geoloc import settings
from geoloc.geo import Box
from geoloc.models import registry
from geoloc.networks.vision import torchvision  # noqa: F401 - which transformers imports later
from geoloc.photo import read_photo
from pages.compare import text
from pages.gallery import entries
from pages.shared.session import Chosen
from tests.pages.small_models import BOXES, city_model, country_model, opened, written

stand_in = pytest.importorskip("tests.geoloc.models.hub.stand_in", reason="needs transformers")
GIVEN = entries()[0]


@pytest.fixture(scope="module")
def fetched(tmp_path_factory):
    """StreetCLIP, and Pittsburgh by GeoCLIP, beside a small network and a city model."""
    from geoloc.models.hub import models

    folder = tmp_path_factory.mktemp("app")
    hub, own = folder / "hub", folder / "models"
    stand_in.clip(hub)
    stand_in.geoclip_trunk(hub)
    country_model(own / "cnn")
    city_model(own / "pittsburgh-cnn")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "FETCHED", folder / "fetched")
        patch.setattr(registry, "CHECKPOINTS", own)
        stand_in.few_positions(patch, [(48.9, 2.4), (40.4, -80.0)])
        for name in ("streetclip", "geoclip"):
            models.get(name, lambda _offer: True, hub)
        models.city("pittsburgh", "Pittsburgh", Box(**BOXES["pittsburgh"]))
        yield folder


def page(path: str, **query: str) -> AppTest:
    app = opened().switch_page(f"pages/{path}/page.py")
    app.session_state["photos"] = (Chosen(read_photo(GIVEN.read()), GIVEN.title, GIVEN, 0.0),)
    app.query_params.update(query)
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    assert not app.exception and not app.error
    return app


def test_published_models_stand_beside_the_others_on_compare(fetched):
    app = page("compare", models="cnn,streetclip")
    cards = next(one.proto.body for one in app.get("html") if 'class="cards"' in one.proto.body)
    assert "Little CNN" in cards and "StreetCLIP" in cards
    app.session_state["compare tabs"] = text.PINS
    table = sound(app.run()).dataframe[0].value
    assert {"Little CNN, Pittsburgh", "GeoCLIP, Pittsburgh"} <= {*table["Model"]}


def test_a_published_model_is_explained_by_the_ways_that_fit_it(fetched):
    app = page("explain", model="streetclip")
    methods = {option for box in app.selectbox for option in box.options}
    assert {"Attention weighted by gradients", "What the country's score loses"} <= methods


def test_locate_asks_a_published_model_and_says_that_nobody_calibrated_it(fetched):
    app = page("locate")
    box = next(box for box in app.selectbox if box.label == "Model")
    app = sound(box.select("streetclip").run())
    assert any("not calibrated" in warning.value for warning in app.warning)


@pytest.mark.parametrize(("choice", "offered"), [("on", True), ("off", False)])
def test_published_models_are_offered_with_licence_where_the_owner_allows(
    fetched, monkeypatch, choice, offered
):
    monkeypatch.setenv("GEOLOC_FETCH", choice)
    app = page("models")
    assert "CC-BY-NC-4.0" in written(app) and "Published elsewhere: 73.4%" in written(app)
    buttons = {button.label: button for button in app.button}
    assert ("Fetch SigLIP 2, base" in buttons) is offered
    assert "Fetch StreetCLIP" not in buttons, "it is here"
    if offered:
        assert buttons["Fetch SigLIP 2, base"].disabled, "until the licence is agreed to"
