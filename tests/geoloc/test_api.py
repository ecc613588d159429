"""What `import geoloc` offers: it is light, its examples run, photos go in as they are at hand."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import geoloc
from geoloc.settings import PROJECT
from geoloc.tasks import predictor
from pages import gallery
from tests.geoloc import small_models as small


@pytest.fixture(scope="module")
def street() -> bytes:
    return gallery.entries()[0].read()


@pytest.fixture
def here(tmp_path: Path, street: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a photo, in which examples run."""
    (tmp_path / "street.jpg").write_bytes(street)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def public(name: str) -> object:
    if name == "explain":
        from geoloc.api import explain  # the package of that name hands calls on to it

        return explain
    return getattr(geoloc, name)


@pytest.mark.parametrize("name", [name for name in geoloc.__all__ if name != "__version__"])
def test_every_public_name_has_an_example_that_runs(name, here):
    thing = public(name)
    names = {"geoloc": geoloc, "np": np, **vars(sys.modules[thing.__module__])}
    tests = [test for test in doctest.DocTestFinder().find(thing, name, globs=names)]
    tests = [test for test in tests if test.examples]
    assert any("Example:" in test.docstring for test in tests)
    for test in tests:
        report: list[str] = []
        result = doctest.DocTestRunner(verbose=False).run(test, out=report.append)
        assert result.failed == 0, "".join(report)


def test_the_module_s_own_example_runs(here):
    result = doctest.testmod(geoloc)
    assert result.attempted and not result.failed


def test_importing_geoloc_imports_nothing_heavy():
    code = (
        "import sys, geoloc; dir(geoloc); "
        "print([m for m in ('torch', 'numpy', 'PIL', 'cv2', 'scipy') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_every_public_name_is_there_and_no_other():
    assert set(geoloc.__all__) <= set(dir(geoloc))
    assert all(getattr(geoloc, name) is not None for name in geoloc.__all__)
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        geoloc.nothing_of_this_name  # noqa: B018


@pytest.mark.parametrize("name", ["cnn", "cambridge-cnn", "ensemble"])
def test_a_photo_is_answered_the_same_however_it_comes(name, here, street):
    model = geoloc.load(name)
    photo = geoloc.read_photo(street)
    one = model.predict(photo).to_dict()
    path = here / "street.jpg"
    assert [model.predict(other).to_dict() for other in (street, path, str(path))] == [one] * 3
    many = model.predict([path, street, photo])
    assert [answer.model for answer in many] == [name] * 3
    assert json.loads(json.dumps(one)) == one


def test_many_photos_are_read_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(predictor, "AT_ONCE", 2)
    batches = []

    class Counting(predictor.Predictor[int]):
        def _predictions(self, photos):
            batches.append(len(photos))
            return [len(photo.pixels) for photo in photos]

        def together(self, views):
            return sum(views)

    photos = small.photos(5)
    assert Counting().predict(photos) == [len(photo.pixels) for photo in photos]
    assert batches == [2, 2, 1]
    assert Counting().predict([]) == []


def test_models_are_listed_by_task():
    countries, cities = geoloc.list_models(task="country"), geoloc.list_models(task="city")
    assert {"cnn", "lite0", "ensemble"} <= set(countries) and "cambridge-cnn" in cities
    assert geoloc.list_models(task="world") == ["world"]
    assert sorted([*countries, *cities, "world"]) == geoloc.list_models()


def test_a_model_of_an_unknown_name_is_answered_with_those_that_are_there(tmp_path):
    with pytest.raises(geoloc.ReleaseError, match="lite0") as caught:
        geoloc.load("cow")
    assert caught.value.code == "no_such_model"
    with pytest.raises(geoloc.ReleaseError, match="there are none"):
        geoloc.load("cow", tmp_path)


def test_a_file_that_is_no_photo_is_an_error_for_every_model():
    with pytest.raises(geoloc.PhotoError):
        geoloc.load("cnn").predict(b"Dear reader")


@pytest.mark.parametrize("name", ["cnn", "lite0", "vit", "cambridge-cnn"])
def test_a_map_is_drawn_by_the_first_method_that_fits(name, street):
    model = geoloc.load(name)
    cam = geoloc.explain(model, street)
    assert cam.values.ndim == 2 and np.isfinite(cam.values).all()
    if name != "cambridge-cnn":
        assert cam.country in (None, model.predict(street).codes[0])


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({"method": "magic"}, "unknown_method"),
        ({"country": "XX"}, "unknown_country"),
        ({"layer": "attic"}, "unknown_layer"),
    ],
)
def test_what_a_model_cannot_explain_is_answered_with_what_it_can(named, code, street):
    model = geoloc.load("cnn")
    with pytest.raises(geoloc.GeolocError) as caught:
        geoloc.explain(model, street, **named)
    assert caught.value.code == code and next(iter(named.values())) in str(caught.value)


def test_an_ensemble_names_the_networks_that_can_be_explained(street):
    ensemble = geoloc.load("ensemble")
    with pytest.raises(geoloc.GeolocError, match=ensemble.networks[0].checkpoint.name):
        geoloc.explain(ensemble, street)


def test_the_package_of_explanations_can_still_be_imported_from():
    from geoloc.explain import GradCam, all_methods

    assert GradCam in all_methods() and geoloc.explain.all_methods is all_methods
