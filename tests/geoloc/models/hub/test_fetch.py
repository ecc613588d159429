"""Fetching from a hub that answers on this machine: resumed, checked, and nothing left behind."""

from __future__ import annotations

import errno
import hashlib
import json
from collections import namedtuple
from collections.abc import Iterator

import huggingface_hub.constants
import pytest

from geoloc.models.hub import fetch, sources, store
from geoloc.models.hub.catalogue import entry
from tests.geoloc.models.hub.test_get import agreed
from tests.training.data.server import Server, serving

REPO, COMMIT = "geolocal/StreetCLIP", "a" * 40
WEIGHTS = "model.safetensors"


@pytest.fixture
def server(hub, place, monkeypatch) -> Iterator[Server]:
    """The stand-in's StreetCLIP behind the hub's addresses."""
    folder = hub / REPO
    contents = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    siblings = [
        {
            "rfilename": name,
            "size": len(content),
            "blobId": hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest(),
        }
        for name, content in contents.items()
    ]
    weights = next(each for each in siblings if each["rfilename"] == WEIGHTS)
    digest = hashlib.sha256(contents[WEIGHTS]).hexdigest()
    weights["lfs"] = {"sha256": digest, "size": weights["size"], "pointerSize": 130}
    info = {"id": REPO, "sha": COMMIT, "siblings": siblings, "cardData": {"license": "other"}}
    files = {f"{REPO}/resolve/{COMMIT}/{name}": content for name, content in contents.items()}
    files[f"api/models/{REPO}?blobs=true"] = json.dumps(info).encode()
    with serving(files) as server:
        server.version = None
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", server.url("").rstrip("/"))
        address = server.url("{repo_id}/resolve/{revision}/{filename}")
        monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", address)
        yield server


def fetched() -> store.Fetched:
    return fetch.fetch(entry("streetclip"), agreed)


def test_what_is_fetched_is_recorded_with_its_commit_and_every_files_digest(hub, server):
    model = fetched()
    assert (model.revision, model.licence) == (COMMIT, "CC-BY-NC-4.0")
    assert model.files[WEIGHTS].sha256 == store.sha256_of(hub / REPO / WEIGHTS)
    assert "README.md" not in model.files and "tokenizer.json" in model.files
    assert not list(model.changed_files())


def test_a_killed_fetch_goes_on_where_it_ended(server, monkeypatch):
    put = sources.Hub.put

    def killed(self, name, path):
        put(self, name, path)
        if name == WEIGHTS:
            path.write_bytes(path.read_bytes()[:1000])
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(sources.Hub, "put", killed)
        fetched()
    server.asked.clear()
    fetched()
    assert [asked for asked in server.asked if asked] == ["bytes=1000-"]
    assert len(server.asked) == 2, "the description, and the rest of the weights"


def test_what_was_exchanged_on_the_way_is_thrown_away(server, place):
    address = f"{REPO}/resolve/{COMMIT}/{WEIGHTS}"
    whole = server.files[address]
    server.files[address] = whole[:-1] + bytes([whole[-1] ^ 1])
    with pytest.raises(store.HubError, match="not what was published"):
        fetched()
    assert not list(place.rglob(f"*{WEIGHTS}*")) and store.all_fetched() == []
    server.files[address] = whole
    assert fetched()


def test_without_a_network_a_sentence_says_what_to_do(server, monkeypatch):
    for offline, endpoint in ((True, "http://127.0.0.1:9"), (False, "http://127.0.0.1:9")):
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", offline)
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", endpoint)
        with pytest.raises(store.HubError, match="can't be reached.*--from FOLDER"):
            fetched()


def _full_at_once(monkeypatch) -> None:
    usage = namedtuple("usage", "total used free")(1, 1, 0)
    monkeypatch.setattr(fetch.shutil, "disk_usage", lambda _folder: usage)


def _full_on_the_way(monkeypatch) -> None:
    def put(self, name, path):
        path.write_bytes(b"begun")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sources.Hub, "put", put)


@pytest.mark.parametrize("fill", [_full_at_once, _full_on_the_way])
def test_a_full_disk_leaves_nothing_behind(server, place, monkeypatch, fill):
    fill(monkeypatch)
    with pytest.raises(store.HubError, match="make room") as caught:
        fetched()
    assert caught.value.code == "disk_full"
    assert not [path for path in place.rglob("*") if path.is_file() and path.suffix != ".lease"]
