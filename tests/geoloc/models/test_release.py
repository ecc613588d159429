"""A model's folder: what is written comes back, and what is broken is refused with a reason."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from geoloc.geo import Box, City
from geoloc.geo.coverage import Coverage
from geoloc.models import quantize
from geoloc.models.card import CountGrid
from geoloc.models.release import CARD, PROBES, WEIGHTS, ReleaseError, load, save
from geoloc.ood import OodDetector
from geoloc.photo.inputs import Crops
from tests.geoloc import small_models


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("released") / "small"
    save(folder, small_models.network(), small_models.country_card())
    return folder


@pytest.fixture
def folder(released, tmp_path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(released, tmp_path / "small"))


def test_a_saved_network_answers_as_before_to_half_precision(tmp_path):
    network, batch = small_models.network(), torch.rand(4, 3, 120, 240)
    back = save(tmp_path / "small", network, small_models.country_card()).network()
    before, after = network(batch), back(batch)
    assert not back.training
    assert (after - before).abs().max() < 0.01 * before.abs().max()
    assert not torch.equal(after, before)


def test_matrices_are_stored_in_half_precision_and_statistics_in_full(released):
    stored, network = load_file(released / WEIGHTS), small_models.network().state_dict()
    for key, value in stored.items():
        assert value.dtype == (torch.float16 if value.ndim >= 2 else torch.float32)
        assert torch.equal(value, network[key].to(value.dtype))
    assert stored.keys() == {k for k in network if not k.endswith("num_batches_tracked")}


def test_a_network_of_large_matrices_answers_as_before_to_8_bits(tmp_path, monkeypatch):
    monkeypatch.setattr(quantize, "LARGE", 1000)
    network, batch = small_models.network(), torch.rand(4, 3, 120, 240)
    found = save(tmp_path / "small", network, small_models.country_card())
    before, after = network(batch), found.network()(batch)
    assert (after - before).abs().max() < 0.05 * before.abs().max()
    kept = load_file(tmp_path / "small" / WEIGHTS)
    assert torch.int8 in {value.dtype for value in kept.values()}
    save_file({k: v for k, v in kept.items() if not k.endswith(".scale")}, found.folder / WEIGHTS)
    resign(found.folder)
    with pytest.raises(ReleaseError, match="small: weights.safetensors is damaged: .* scale"):
        load(found.folder).network()


def test_a_card_comes_back_as_it_was_told(tmp_path):
    card = small_models.country_card(title="Kleines Café 日本", note={"a": [1, 2.5, None]})
    save(tmp_path / "small", small_models.network(), card)
    found = load(tmp_path / "small")
    written = json.loads((tmp_path / "small" / CARD).read_text())
    assert written == {"format": 2, **card, "files": written["files"]}
    assert found.card.model_extra == {"note": card["note"]}
    assert (found.name, found.title, found.task) == ("small", card["title"], "country")
    assert found.classes == ("BR", "FR", "JP", "ZA")


def test_a_citys_card_tells_its_box_and_where_its_photos_lie(tmp_path):
    box = Box(**small_models.BOX)
    coverage = Coverage.of(box, [48.805, 48.815], [2.31, 2.34], cell_m=500)
    card = small_models.city_card(data={"coverage": CountGrid.of(coverage)})
    found = save(tmp_path, small_models.network(outputs=2), card)
    assert found.city == City("town", "Town", box)
    assert np.array_equal(found.coverage.counts, coverage.counts)
    assert found.classes == ()


def test_what_a_card_leaves_out_has_a_harmless_value(released):
    found = load(released)
    card = found.country_card
    assert card.calibration.temperature == 1.0 and card.input.crops == Crops()
    assert card.bias.tolist() == [0, 0, 0, 0]
    assert card.calibration.conformal_threshold is None
    assert found.coverage is None and not found.has_probes


def test_a_card_tells_how_answers_are_averaged_and_corrected(folder):
    crops = {"offsets": [-20, 0, 20], "mirror": True}
    calibration = {"temperature": 1.5, "bias": [0.5, 0, -1, 0.25], "conformal_threshold": 0.8}
    card = (
        load(folder).changed(calibration=calibration, input={"tta": crops}).publish().country_card
    )
    assert card.input.crops == Crops((-20, 0, 20), mirror=True)
    fitted = card.calibration
    assert (fitted.temperature, fitted.conformal_threshold) == (1.5, 0.8)
    assert card.bias.tolist() == calibration["bias"]


def test_linear_models_come_back(folder):
    probes = {"conv_2.weight": torch.rand(40, 4).T, "conv_2.bias": torch.rand(4)}
    load(folder).with_probes(probes).publish()
    found = load(folder)
    assert found.has_probes
    assert all(torch.equal(found.probes()[key], value) for key, value in probes.items())


def test_linear_models_do_not_outlive_the_network_they_read(folder):
    assert load(folder).with_probes({"conv_2.bias": torch.rand(4)}).publish().has_probes
    assert not save(folder, small_models.network(), small_models.country_card()).has_probes


def test_a_card_can_be_written_without_touching_the_weights(folder):
    before = (folder / WEIGHTS).read_bytes()
    load(folder).changed(metrics={"val": {"photos": 2, "top1": 0.5}}).publish()
    assert load(folder).card.scores.top1 == 0.5
    assert (folder / WEIGHTS).read_bytes() == before


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused(folder, bad):
    weights = load_file(folder / WEIGHTS)
    weights["head.2.bias"][1] = bad
    save_file(weights, folder / WEIGHTS)
    resign(folder)
    with pytest.raises(ReleaseError, match="not finite.*head.2.bias"):
        load(folder).network()


def test_weights_too_large_for_half_precision_are_noticed(folder):
    network = small_models.network()
    network.head[2].weight.data[0, 0] = 1e6
    with pytest.raises(ReleaseError, match="not finite"):
        save(folder, network, small_models.country_card()).network()


@pytest.mark.parametrize("kept", [0, 4, 2000, -1])
def test_a_truncated_file_is_refused(folder, kept):
    content = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(content[:kept])
    resign(folder)
    with pytest.raises(ReleaseError, match="small: weights.safetensors can't be read"):
        load(folder).network()


def test_missing_weights_are_named(folder):
    (folder / WEIGHTS).unlink()
    with pytest.raises(ReleaseError, match="weights.safetensors can't be read"):
        load(folder).network()


def test_missing_linear_models_are_named(released):
    with pytest.raises(ReleaseError, match="probes.safetensors can't be read"):
        load(released).probes()


def resign(folder: Path) -> None:
    """Make a folder's card hold the digests of the files as they are, as a forger would."""
    card = json.loads((folder / CARD).read_text())
    files = {file: (folder / file) for file in (WEIGHTS, PROBES) if (folder / file).is_file()}
    card["files"] = {f: hashlib.sha256(p.read_bytes()).hexdigest() for f, p in files.items()}
    (folder / CARD).write_text(json.dumps(card))


class Trap:
    """Creates a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("file", [WEIGHTS, PROBES])
def test_a_pickle_by_another_name_is_refused_and_not_run(folder, tmp_path, file):
    sprung = tmp_path / "sprung"
    trap = pickle.dumps({"head.weight": Trap(sprung)})
    pickle.loads(trap)
    assert sprung.exists()
    sprung.unlink()
    (folder / file).write_bytes(trap)
    resign(folder)
    with pytest.raises(ReleaseError, match="can't be read"):
        load(folder).network() if file == WEIGHTS else load(folder).probes()
    assert not sprung.exists()


def test_torchs_own_pickle_by_another_name_is_refused(folder):
    torch.save(small_models.network().state_dict(), folder / WEIGHTS)
    resign(folder)
    with pytest.raises(ReleaseError, match="can't be read"):
        load(folder).network()


@pytest.mark.parametrize(
    "shape",
    [
        {"outputs": 4, "width": 8},
        {"outputs": 4, "width": 4, "depth": 2},
        {"outputs": 4, "width": 12_000},
    ],
    ids=["other sizes", "other layers", "more than a memory holds"],
)
def test_weights_of_another_network_are_refused(folder, shape):
    changed = load(folder).changed(network={"name": "cnn", "shape": shape})
    with pytest.raises(ReleaseError, match="does not fit the network"):
        changed.network()
    with pytest.raises(ReleaseError, match="does not fit the network"):
        changed.hold_against_weights()


@pytest.mark.parametrize(
    "network",
    [
        {"name": "alexnet", "shape": {"outputs": 4}},
        {"name": "cnn", "shape": {"outputs": 4, "widht": 4}},
        {"name": "cnn", "shape": {"outputs": 4, "width": -4}},
        {"name": "cnn", "shape": {"outputs": 4, "width": "wide"}},
    ],
    ids=["name", "option", "size", "type"],
)
def test_a_network_that_cannot_be_built_is_refused(folder, network):
    with pytest.raises(ReleaseError, match="its card asks for"):
        load(folder).changed(network=network).network()


def test_a_folder_without_a_card_is_refused(tmp_path):
    with pytest.raises(ReleaseError, match="no readable card.json"):
        load(tmp_path)


FOREIGN = {
    "no JSON": "# Model card for BERT",
    "no object": "[1, 2, 3]",
    "binary": "\x00\x01",
    "another library's": json.dumps({"model_type": "bert", "architectures": ["BertModel"]}),
    "another format": json.dumps({"format": 3, **small_models.country_card()}),
    "no task": json.dumps({"format": 1, **small_models.country_card(task="segment")}),
    "a task in a list": json.dumps({"format": 1, **small_models.country_card(task=["country"])}),
    "brackets without end": "[" * 100_000,
    "no classes": json.dumps({"format": 1, **small_models.country_card(classes=[])}),
    "no city": json.dumps({"format": 1, **small_models.city_card(city=None)}),
}


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_card_is_refused(folder, text):
    (folder / CARD).write_text(text)
    with pytest.raises(ReleaseError, match="^small: .*card"):
        load(folder)


NO_BOX = {"name": "town", "title": "Town", "box": {"south": 1}}
DAMAGED = {
    "a class too few": small_models.country_card(classes=["BR", "FR", "JP"]),
    "no shape": small_models.country_card(network={"name": "cnn"}),
    "temperature 0": small_models.country_card(calibration={"temperature": 0}),
    "temperature in words": small_models.country_card(calibration={"temperature": "cold"}),
    "no calibration": small_models.country_card(calibration=None),
    "a bias too few": small_models.country_card(calibration={"bias": [1.0]}),
    "a bias in words": small_models.country_card(calibration={"bias": ["a", "b", "c", "d"]}),
    "a mass in words": small_models.country_card(calibration={"set_mass": "all"}),
    "a mass above 1": small_models.country_card(calibration={"set_mass": 1.5}),
    "no codes": small_models.country_card(classes=["Brazil", "France", "Japan", "Zambia"]),
    "a class twice": small_models.country_card(classes=["BR", "BR", "JP", "ZA"]),
    "a number for a title": small_models.country_card(title=7),
    "a provenance of text": small_models.country_card(provenance="mine"),
    "crops of text": small_models.country_card(input={"crops": "three"}),
    "a network deeper than any": small_models.country_card(
        network={"name": "cnn", "shape": {"outputs": 4, "depth": 10**7}}
    ),
    "scores without a split": small_models.country_card(metrics={"top1": 0.5}),
    "a number beyond all bounds": small_models.country_card(calibration={"temperature": 10**400}),
    "half a crop": small_models.country_card(input={"crops": {"offsets": [0]}}),
    "half a box": small_models.city_card(city=NO_BOX),
    "half a grid": small_models.city_card(data={"coverage": {"rows": 2}}),
}


@pytest.mark.parametrize("card", DAMAGED.values(), ids=DAMAGED)
def test_a_card_that_contradicts_itself_is_refused_before_a_page_reads_it(folder, card):
    (folder / CARD).write_text(json.dumps({"format": 1, **card}))
    with pytest.raises(ReleaseError, match="small: card.json is damaged"):
        load(folder)


def write_weights(folder: Path) -> None:
    save(folder, small_models.network(outputs=3), small_models.country_card())


def write_card(folder: Path) -> None:
    load(folder).changed(title="Another").publish()


@pytest.mark.parametrize("write", [write_weights, write_card])
def test_a_write_that_fails_leaves_what_was_released(folder, monkeypatch, write):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_bytes = Path.write_bytes

    def disk_is_full(path: Path, content: bytes) -> int:
        write_bytes(path, content[: len(content) // 2])
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", disk_is_full)
    with pytest.raises(OSError, match="No space"):
        write(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_weights_may_be_read_by_whoever_may_read_the_card(released):
    modes = {path.name: path.stat().st_mode for path in released.iterdir()}
    assert modes[WEIGHTS] == modes[CARD]


def test_a_detector_lies_beside_the_weights_and_goes_with_them(tmp_path):
    card = small_models.country_card(calibration={"ood": {"threshold": 0.5}})
    model = save(tmp_path / "m", small_models.network(), card)
    with pytest.raises(ReleaseError, match="ood.safetensors can't be read"):
        model.ood_detector()
    model.with_ood(OodDetector(np.array([1.0, 2.0]), 0.25, threshold=0.5)).publish()
    found = load(model.folder).ood_detector()
    assert found.weight.tolist() == [1.0, 2.0] and found.threshold == 0.5
    assert (
        save(tmp_path / "m", small_models.network(), small_models.country_card()).ood_detector()
        is None
    )
    assert not (tmp_path / "m" / "ood.safetensors").exists()


def test_bounds_of_verdicts_that_do_not_rise_are_refused(tmp_path):
    card = small_models.country_card(calibration={"verdict": {"leaning": 0.8, "sure": 0.2}})
    with pytest.raises(ReleaseError, match="do not rise"):
        save(tmp_path / "m", small_models.network(), card)
