"""`python -m training fetch`, against a server on this machine: no data set is downloaded here."""

import hashlib
import io
import shutil
import tarfile
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from geoloc.networks.vision import torchvision
from tests.training.data.server import serving
from training.__main__ import main
from training.data import download, fetch
from training.data.fetch import KNOWN, ArchivePart, Download, Request
from training.data.sources import SOURCES, detect, read


def jpeg(seed: int) -> bytes:
    file = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, "JPEG")
    return file.getvalue()


def country211() -> bytes:
    """The archive with two countries and one photo for each split."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        folders = [f"{s}/{code}" for s in ("train", "valid", "test") for code in ("AD", "FR")]
        for number, folder in enumerate(folders):
            info = tarfile.TarInfo(f"country211/{folder}/{number}.jpg")
            info.size = len(jpeg(number))
            archive.addfile(info, io.BytesIO(jpeg(number)))
    return file.getvalue()


def ucf() -> dict[str, bytes]:
    """The labels and two of the zipped parts."""
    rows = [(40.44 + 0.0011 * n, -79.951234 - 0.0013 * n, 10.0 * n) for n in range(1, 5)]
    labels = io.BytesIO()
    savemat(labels, {"GPS_Compass": np.array(rows)})
    files = {"GPS_Long_Lat_Compass.mat": labels.getvalue()}
    for part in (1, 2):
        zipped = io.BytesIO()
        with zipfile.ZipFile(zipped, "w") as archive:
            for placemark in (2 * part - 1, 2 * part):
                for view in range(6):
                    archive.writestr(f"part{part}/{placemark:06d}_{view}.jpg", jpeg(view))
        files[f"part{part}.zip"] = zipped.getvalue()
    return files


@pytest.fixture
def server(monkeypatch):
    """Both data sets at addresses on this machine."""
    monkeypatch.setattr(download, "PAUSE_S", 0.0)
    archive, parts = country211(), ucf()
    with serving({"country211.tgz": archive, **parts}) as running:
        places = {
            "country211": (
                ArchivePart(running.url("country211.tgz"), hashlib.md5(archive).hexdigest()),
            ),
            "ucf": tuple(ArchivePart(running.url(name)) for name in parts),
        }
        for name, part in places.items():
            monkeypatch.setitem(KNOWN, name, replace(KNOWN[name], parts=part))
        yield running


def test_country211_is_the_file_that_torchvision_knows():
    (part,) = KNOWN["country211"].parts
    known = torchvision.datasets.Country211
    assert (part.url, part.md5) == (known._URL, known._MD5)


def test_country211_is_downloaded_and_read_and_torchvision_reads_it_too(server, tmp_path, capsys):
    assert main(["fetch", "country211", "--to", str(tmp_path), "--yes"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["country211"]
    table, problems = read("auto", tmp_path / "country211")
    assert table["split"].value_counts().to_dict() == {"train": 2, "val": 2, "test": 2}
    assert set(table["country"]) == {"AD", "FR"} and not problems
    theirs = torchvision.datasets.Country211(tmp_path / "country211", split="valid")
    assert theirs.classes == ["AD", "FR"] and len(theirs) == 2
    told = capsys.readouterr().out
    assert f"python -m training table --source folders --data {tmp_path}/country211" in told


def test_ucf_is_downloaded_part_by_part_and_read(server, tmp_path):
    fetch.fetch("ucf", tmp_path)
    assert detect(tmp_path / "ucf") == "ucf"
    assert len(read("ucf", tmp_path / "ucf").table) == 4 * 4


def test_size_source_and_terms_are_said_before_it_is_asked(server, tmp_path, monkeypatch, capsys):
    def asked(question):
        told = capsys.readouterr().out
        assert "https://github.com/openai/CLIP" in told and "Creative Commons" in told
        assert "GB to download" in told and str(tmp_path) in told and "[y/N]" in question
        return "n"

    monkeypatch.setattr("builtins.input", asked)
    assert main(["fetch", "country211", "--to", str(tmp_path)]) == 2
    assert "Nothing was downloaded" in capsys.readouterr().err
    assert server.asked == [] and not list(tmp_path.iterdir())


def test_yes_goes_on(server, tmp_path, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "Yes")
    assert main(["fetch", "country211", "--to", str(tmp_path)]) == 0
    assert (tmp_path / "country211").is_dir()


def test_without_anybody_to_ask_it_says_how_to_go_on(server, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["fetch", "country211", "--to", str(tmp_path)]) == 2
    assert "--yes" in capsys.readouterr().err


def test_what_is_there_is_not_downloaded_again(server, tmp_path, capsys):
    for _ in range(2):
        assert main(["fetch", "country211", "--to", str(tmp_path), "--yes"]) == 0
    assert len(server.asked) == 1 and "already" in capsys.readouterr().out


@pytest.mark.parametrize("moment", ["unpack", "_mark"])
def test_killed_at_any_moment_it_goes_on_without_what_it_has(server, tmp_path, monkeypatch, moment):
    """Killed while the second archive is unpacked, or just after that."""
    before, calls = getattr(fetch, moment), []

    def killed(*args, **kwargs):
        calls.append(args)
        if sum("part2.zip" in str(arg) for call in calls for arg in call) == (
            1 if moment == "unpack" else 2
        ):
            raise KeyboardInterrupt
        return before(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(fetch, moment, killed)
        with pytest.raises(KeyboardInterrupt):
            fetch.fetch("ucf", tmp_path)
    assert not (tmp_path / "ucf").exists()
    asked = len(server.asked)
    assert asked == 3
    fetch.fetch("ucf", tmp_path)
    assert len(server.asked) == asked
    assert len(read("ucf", tmp_path / "ucf").table) == 4 * 4
    assert not list((tmp_path / "ucf").glob(".*"))


def test_a_connection_that_breaks_costs_nothing_that_had_come(server, tmp_path):
    server.most = [1000]
    fetch.fetch("country211", tmp_path)
    assert server.asked == [None, "bytes=1000-"]


def test_a_disk_too_small_is_said_before_anything_is_downloaded(server, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(fetch.FetchError, match="GB are needed.*another disk"):
        fetch.fetch("country211", tmp_path)
    assert server.asked == []


def test_a_source_that_is_gone_is_said(server, tmp_path, capsys):
    server.files.clear()
    assert main(["fetch", "country211", "--to", str(tmp_path), "--yes"]) == 2
    assert "HTTP 404" in capsys.readouterr().err


ON_REQUEST = [name for name, known in KNOWN.items() if isinstance(known, Request)]


@pytest.mark.parametrize("name", ON_REQUEST)
def test_what_needs_an_account_or_leave_comes_with_exact_steps(name, tmp_path, capsys):
    assert main(["fetch", name, "--to", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert KNOWN[name].page in told and "1. " in told
    assert f"--data {tmp_path / name}" in told
    assert not list(tmp_path.iterdir())


def test_without_a_name_the_data_sets_are_listed(capsys):
    assert main(["fetch"]) == 0
    told = capsys.readouterr().out
    assert all(name in told and known.page in told for name, known in KNOWN.items())


def test_without_a_folder_it_is_asked_for(capsys):
    assert main(["fetch", "country211"]) == 2
    assert "--to" in capsys.readouterr().err


def test_every_download_is_encrypted_and_every_source_is_known():
    for known in KNOWN.values():
        if isinstance(known, Download):
            assert all(part.url.startswith("https://") for part in known.parts)
            assert known.source in SOURCES
