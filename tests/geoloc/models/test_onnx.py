"""A model that was exported to ONNX answers as it does in torch, with nothing around it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from geoloc.cli import FAILED, main
from geoloc.models.onnx import Views
from geoloc.models.release import load
from geoloc.photo import read_photo
from geoloc.photo.inputs import Crops, InputSpec
from geoloc.settings import CHECKPOINTS
from geoloc.tasks.country import CountryClassifier
from pages import gallery

CROPS = {
    "bands and their mirror images": Crops((-30, 0, 30), mirror=True),
    "a square": Crops(spec=InputSpec(192, 192, "square"), mirror=True),
    "the whole photo": Crops(spec=InputSpec(192, 256, "full")),
}
SIZES = [(900, 1600), (1600, 1200), (300, 1500), (240, 240), (257, 333)]


@pytest.mark.parametrize("crops", CROPS.values(), ids=CROPS)
@pytest.mark.parametrize("size", SIZES)
def test_views_are_those_that_opencv_makes(crops, size):
    pixels = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    views = Views(crops)(torch.from_numpy(pixels)).numpy()
    expected = crops.of(crops.spec.frame(pixels))
    assert views.shape == expected.shape
    assert np.abs(views - expected).max() <= 2


def test_an_exported_model_answers_photos_of_any_size_as_torch_does(tmp_path: Path):
    file = tmp_path / "cnn.onnx"
    assert main(["models", "export", "cnn", "--onnx", str(file)]) == 0
    session = onnxruntime.InferenceSession(file)
    model = CountryClassifier(load(CHECKPOINTS / "cnn"))
    assert json.loads(session.get_modelmeta().custom_metadata_map["classes"]) == list(model.classes)
    for entry in gallery.entries()[:3]:
        photo = read_photo(entry.read())
        (probabilities,) = session.run(None, {"photo": photo.pixels})
        expected = model.predict(photo).over(model.classes)
        np.testing.assert_allclose(probabilities, expected, atol=0.005)


def test_an_ensemble_names_the_models_that_can_be_exported(tmp_path: Path, capsys):
    assert main(["models", "export", "ensemble", "--onnx", str(tmp_path / "e.onnx")]) == FAILED
    assert "lite0" in capsys.readouterr().err
