"""Published models from a hub that is a folder: fetched, asked, explained, removed."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
import torch
import transformers
from PIL import Image
from safetensors.torch import load_file

import geoloc
from geoloc import countries
from geoloc.cli import main
from geoloc.models.hub import convert, encoders, models, sources, store, zero_shot
from geoloc.models.hub.catalogue import catalogue, entry
from geoloc.models.registry import available
from geoloc.models.release import CARD, ReleaseError
from geoloc.networks import build
from geoloc.photo.inputs import InputSpec
from tests.geoloc import small_models as small
from tests.geoloc.models.hub import stand_in


def agreed(_offer: sources.Offer) -> bool:
    return True


def get(hub, *names: str) -> None:
    for name in names:
        models.get(name, agreed, hub)


@pytest.mark.parametrize("name", ["streetclip", "siglip2", "dinov3"])
def test_a_fetched_encoder_says_what_its_authors_model_says(hub, place, name):
    get(hub, name)
    network = build("transformers", outputs=3, **encoders.shape_of(name)).eval()
    encoders.lend(network)
    whole = transformers.AutoModel.from_pretrained(store.folder_of(name)).eval()
    photos = torch.rand(2, 3, *network.input_size)
    with torch.inference_mode():
        of_images = getattr(whole, "get_image_features", whole)
        torch.testing.assert_close(network.embed(photos), of_images(photos).pooler_output)
        attention, features = network.attention(photos), network.features(photos)
        torch.testing.assert_close(attention.logits, network(photos))
        torch.testing.assert_close(features.logits, network(photos))
    assert len(attention.blocks) == len(features.maps) == 3
    rows, columns = features.maps["block 3"].shape[-2:]
    assert attention.grid == (rows, columns)
    assert torch.allclose(attention.readout.sum(-1), torch.ones(()))


def test_a_model_sees_photos_as_its_authors_prepared_them(hub, place):
    get(hub, "streetclip", "siglip2")
    mean, std = (0.48, 0.46, 0.41), (0.27, 0.26, 0.28)
    assert encoders.input_of("streetclip") == InputSpec(56, 56, "centre", mean, std, "bicubic")
    half = (0.5, 0.5, 0.5)
    assert encoders.input_of("siglip2") == InputSpec(56, 56, "full", half, half, "bilinear")


@pytest.mark.parametrize("name", ["streetclip", "siglip2"])
def test_a_photo_goes_with_the_country_whose_text_lies_nearest(hub, place, name):
    get(hub, name)
    model = geoloc.load(name)
    assert model.classes == countries.CODES
    photo = small.photos(1)[0]
    spec = model.card.input.spec
    with torch.inference_mode():
        whole = transformers.AutoModel.from_pretrained(store.folder_of(name)).eval()
        image = whole.get_image_features(spec.batch([spec.prepare(photo.pixels)])).pooler_output
        texts, scale = zero_shot.text_features(
            store.fetched(name), model.classes, model.card.published.templates
        )
        logits = scale * torch.nn.functional.normalize(image, dim=1) @ texts.T
    expected = logits.double().softmax(dim=1)[0].numpy()
    # The head is stored in half precision.
    np.testing.assert_allclose(model.predict(photo).over(model.classes), expected, atol=1e-3)


def test_an_uncalibrated_model_says_so_and_names_no_set(hub, place):
    get(hub, "streetclip")
    model = geoloc.load("streetclip")
    assert model.predict(small.photos(1)[0]).likely is None
    assert model.problem and model.problem.code == "uncalibrated"


def test_countries_can_be_chosen(hub, place):
    models.get("streetclip", agreed, hub, classes=("FR", "JP"))
    assert geoloc.load("streetclip").classes == ("FR", "JP")


@pytest.mark.parametrize("name", ["streetclip", "siglip2"])
def test_fetched_models_are_explained_by_attention_and_by_occlusion(hub, place, name):
    get(hub, name)
    model, photo = geoloc.load(name), small.photos(1)[0]
    for method in ("gradient_attention", "occlusion"):
        cam = geoloc.explain(model, photo, country="FR", method=method)
        assert np.ptp(cam.values) > 0 and cam.country == "FR"


def test_the_commands_fetch_ask_verify_and_remove(hub, place, tmp_path, capsys):
    photo = tmp_path / "street.png"
    Image.fromarray(small.photos(1)[0].pixels).save(photo)
    assert main(["models", "get", "streetclip", "--from", str(hub), "--accept-licence"]) == 0
    assert "CC-BY-NC-4.0" in capsys.readouterr().out
    assert main(["locate", "--json", "--model", "streetclip", str(photo)]) == 0
    out, err = capsys.readouterr()
    assert len(json.loads(out)["countries"]["streetclip"]) == len(countries.CODES)
    assert "not calibrated" in err
    assert main(["models", "verify"]) == 0
    assert main(["models", "list"]) == 0
    listed = capsys.readouterr().out
    assert "streetclip           fetched" in listed and "dinov3               to get" in listed
    assert main(["models", "remove", "streetclip"]) == 0
    assert main(["models", "remove", "streetclip"]) == 2
    assert "streetclip" not in [model.name for model in available()[0]]
    assert not list(place.rglob("*.safetensors"))


def test_nothing_is_fetched_that_nobody_agreed_to(hub, place, capsys, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _question: "n")
    assert main(["models", "get", "streetclip", "--from", str(hub)]) == 2
    assert "CC-BY-NC-4.0" in capsys.readouterr().err
    assert not list(place.rglob("*"))


def test_without_the_extra_a_sentence_says_what_to_install(hub, place, monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(store.HubError, match=r"pip install 'where-am-i\[hub\]'"):
        get(hub, "streetclip")
    with pytest.raises(store.HubError, match=r"pip install 'where-am-i\[hub\]'"):
        sources.Hub(entry("streetclip"))


def test_a_changed_byte_is_refused_when_the_model_is_opened(hub, place):
    get(hub, "streetclip")
    weights = store.folder_of("streetclip") / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ReleaseError, match="not the file that was fetched"):
        geoloc.load("streetclip")
    assert models.verify() == {"streetclip": ("model.safetensors",)}


def test_a_model_is_served_on_no_other_revision_than_it_was_made_on(hub, place, tmp_path):
    get(hub, "streetclip")
    card = (place / "streetclip" / CARD).read_text()
    other = stand_in.clip(tmp_path / "newer", seed=1)
    models.remove("streetclip")
    get(other.parent.parent, "streetclip")
    (place / "streetclip" / CARD).write_text(card)
    with pytest.raises(ReleaseError):
        geoloc.load("streetclip")


def test_weights_that_were_published_as_a_pickle_are_kept_as_safetensors(hub, place, tmp_path):
    source = tmp_path / "pickled" / "geolocal" / "StreetCLIP"
    source.mkdir(parents=True)
    for file in (hub / "geolocal" / "StreetCLIP").iterdir():
        if file.suffix == ".safetensors":
            torch.save(load_file(file), source / "pytorch_model.bin")
        else:
            (source / file.name).write_bytes(file.read_bytes())
    get(tmp_path / "pickled", "streetclip")
    folder = store.folder_of("streetclip")
    assert store.fetched("streetclip").converted and not (folder / "pytorch_model.bin").exists()
    assert geoloc.load("streetclip").predict(small.photos(1)[0])


def test_a_pickle_that_holds_more_than_weights_is_refused(tmp_path):
    torch.save({"weights": print}, tmp_path / "a.bin")
    reason = convert.converted(tmp_path / "a.bin", tmp_path / "a.safetensors")
    assert reason and not (tmp_path / "a.safetensors").exists()


def test_every_entry_of_the_catalogue_names_licence_size_and_sources():
    for known in catalogue():
        assert known.licence and known.licence_link and known.megabytes and known.paper
        assert all(figure.source.startswith("https://") for figure in known.figures)
    assert entry("geolocal/StreetCLIP") is entry("streetclip")


@pytest.mark.parametrize("name", ["no-such-model", "../../etc", "a/b/c"])
def test_a_name_that_is_no_repository_is_refused(name):
    with pytest.raises(store.HubError, match="none of the published models"):
        entry(name)
