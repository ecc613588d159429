"""What speaks for a pin and what against it, on *Locate*."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from geoloc.city.gallery import Views
from geoloc.city.mixture import Mixture
from geoloc.geo import Box
from geoloc.geo.grid import Grid
from geoloc.models import registry
from geoloc.models.release import save
from geoloc.networks import build
from geoloc.photo import read_photo
from geoloc.photo.inputs import prepare, to_batch
from geoloc.settings import PHOTO_FOLDER
from pages.locate.city import OPEN
from tests.geoloc.bad_files import saved, street
from tests.pages.small_models import BOXES, country_model, opened, upload, written

STREET = saved(street(640, 480), "JPEG")
BOX = Box(**BOXES["pittsburgh"])
GRID = Grid.over(BOX)


def comparing_model(folder, threshold: float, **card) -> None:
    """Publish a model whose one training view, of the folder's one photo, is `STREET`."""
    torch.manual_seed(0)
    shape = {"outputs": 2, "backbone": "test_efficientnet"}
    network = build("pretrained", **shape).eval()
    mixture = Mixture(0.5, 0.4, 0.1, 200.0, 50.0, 300.0, regions={50: 0.5, 90: 0.9})
    told = {
        "name": folder.name,
        "title": "Comparer, Pittsburgh",
        "task": "city",
        "network": {"name": "pretrained", "shape": shape},
        "city": {"name": "pittsburgh", "title": "Pittsburgh", "box": BOXES["pittsburgh"]},
        "data": {"name": "pittsburgh", "photos": {"train": 1}},
        "calibration": {"mixture": mixture, "ood": {"threshold": threshold}},
    }
    released = save(folder, network, told | card)
    with torch.inference_mode():
        band = to_batch(prepare(read_photo(STREET).pixels)[None], torch.device("cpu"))
        known = F.normalize(network.embed(band), dim=1)
    views = Views(GRID, known, GRID.cell_of([40.44], [-79.98]), np.array([90]))
    released.with_views(views).publish()


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path / "models")
    country_model(tmp_path / "models" / "cnn")
    return tmp_path / "models"


def test_the_views_most_like_a_photo_are_told_with_their_likeness(shelf):
    comparing_model(shelf / "comparer", threshold=0.5)
    app = upload(opened(), "street.jpg", STREET)
    assert not app.exception
    assert any(box.label == "Similar training photos" for box in app.expander)
    (table,) = [frame.value for frame in app.dataframe if "Likeness" in frame.value]
    assert table.Looking.tolist() == ["east (90°)"] and table.Likeness[0] > 0.95
    assert "90% region" in written(app) and not app.warning


def test_a_photo_unlike_the_city_is_said_to_be_from_elsewhere(shelf):
    comparing_model(shelf / "comparer", threshold=1.5)
    app = upload(opened(), "street.jpg", STREET)
    app.session_state[OPEN] = True
    app.run()
    assert "not from Pittsburgh" in app.warning[0].value


@pytest.mark.parametrize(("lat", "shown"), [(40.44, True), (40.455, False)])
def test_the_views_themselves_are_shown_from_the_servers_folder_alone(
    shelf, tmp_path, monkeypatch, lat, shown
):
    comparing_model(shelf / "comparer", threshold=0.5)
    (tmp_path / "street.jpg").write_bytes(STREET)
    (tmp_path / "photos.csv").write_text(f"path,lat,lon,split\nstreet.jpg,{lat},-79.98,train\n")
    monkeypatch.setenv(PHOTO_FOLDER, str(tmp_path / "photos.csv"))
    app = upload(opened(), "street.jpg", STREET)
    assert ("Likeness 1.00" in written(app)) == shown
