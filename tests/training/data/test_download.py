"""Downloads that break off and go on, against a server on this machine; archives from strangers."""

import hashlib
import io
import tarfile
import zipfile

import numpy as np
import pytest

from tests.training.data.server import serving
from training.data import download as downloads
from training.data.download import DownloadError, download, size_of, unpack

DATA = np.random.default_rng(0).bytes(100_000)
MD5 = hashlib.md5(DATA).hexdigest()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(downloads, "PAUSE_S", 0.0)
    with serving({"a.bin": DATA}) as running:
        yield running


def test_a_file_is_downloaded_whole_and_nothing_lies_beside_it(server, tmp_path):
    assert size_of(server.url("a.bin")) == len(DATA)
    download(server.url("a.bin"), tmp_path / "a.bin", MD5)
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]


def test_a_file_on_this_machine_has_an_address_too(tmp_path):
    (tmp_path / "there.bin").write_bytes(DATA)
    url = (tmp_path / "there.bin").as_uri()
    assert size_of(url) == len(DATA)
    download(url, tmp_path / "here.bin", MD5)
    assert (tmp_path / "here.bin").read_bytes() == DATA


def test_a_broken_connection_goes_on_where_it_broke(server, tmp_path):
    server.most = [30_000, 50_000]
    download(server.url("a.bin"), tmp_path / "a.bin", MD5)
    assert server.asked == [None, "bytes=30000-", "bytes=80000-"]


def test_a_killed_download_goes_on_when_it_is_started_again(server, tmp_path, monkeypatch):
    server.most = [30_000]
    with monkeypatch.context() as patch:
        patch.setattr(downloads.time, "sleep", _killed)
        with pytest.raises(KeyboardInterrupt):
            download(server.url("a.bin"), tmp_path / "a.bin")
    assert not (tmp_path / "a.bin").exists()
    download(server.url("a.bin"), tmp_path / "a.bin", MD5)
    assert server.asked == [None, "bytes=30000-"]
    assert (tmp_path / "a.bin").read_bytes() == DATA


def test_a_download_killed_after_its_last_byte_asks_for_no_byte_again(
    server, tmp_path, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(downloads, "_md5", _killed)
        with pytest.raises(KeyboardInterrupt):
            download(server.url("a.bin"), tmp_path / "a.bin", MD5)
    download(server.url("a.bin"), tmp_path / "a.bin", MD5)
    assert server.asked == [None, "bytes=100000-"]
    assert (tmp_path / "a.bin").read_bytes() == DATA


def _killed(*_):
    raise KeyboardInterrupt


@pytest.mark.parametrize("version", ['"2"', None])
def test_a_file_that_changed_or_has_no_version_is_begun_anew(
    server, tmp_path, version, monkeypatch
):
    server.version = '"1"' if version else None
    server.most = [30_000]

    def change(_):
        server.version = version
        server.files["a.bin"] = DATA[::-1]

    monkeypatch.setattr(downloads.time, "sleep", change)
    download(server.url("a.bin"), tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == DATA[::-1]


def test_another_file_than_the_one_expected_is_removed(server, tmp_path):
    with pytest.raises(DownloadError, match="not the file that was expected"):
        download(server.url("a.bin"), tmp_path / "a.bin", "0" * 32)
    assert not list(tmp_path.glob("a.bin*.part")) and not (tmp_path / "a.bin").exists()


def test_a_missing_file_is_said_at_once(server, tmp_path):
    with pytest.raises(DownloadError, match="HTTP 404"):
        download(server.url("b.bin"), tmp_path / "b.bin")
    with pytest.raises(DownloadError, match="HTTP 404"):
        size_of(server.url("b.bin"))


def test_a_connection_that_always_breaks_is_given_up_with_what_to_do(server, tmp_path):
    server.most = [10_000] + [0] * 50
    with pytest.raises(DownloadError, match="goes on after the 0.00 GB that are here"):
        download(server.url("a.bin"), tmp_path / "a.bin")
    assert (tmp_path / "a.bin.part").stat().st_size == 10_000


def test_a_server_that_is_not_there_is_said(tmp_path):
    with pytest.raises(DownloadError, match="cannot be reached"):
        size_of("http://127.0.0.1:1/a.bin")


def tgz(path, entries):
    """A tar archive of (name, bytes, kind)."""
    with tarfile.open(path, "w:gz") as archive:
        for name, data, kind in entries:
            info = tarfile.TarInfo(name)
            info.type, info.size = kind, len(data) if kind == tarfile.REGTYPE else 0
            info.linkname = "/etc/passwd"
            archive.addfile(info, io.BytesIO(data))
    return path


def zipped(path, entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


def files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir())


@pytest.mark.parametrize("kind", ["tgz", "zip"])
def test_an_archive_is_unpacked_with_its_folders(tmp_path, kind):
    entries = [("set/train/FR/1.jpg", b"one"), ("set/test/FR/2.jpg", b"two")]
    archive = tmp_path / f"a.{kind}"
    if kind == "tgz":
        tgz(archive, [(*entry, tarfile.REGTYPE) for entry in entries])
    else:
        zipped(archive, entries)
    unpack(archive, tmp_path / "out", most=1000)
    assert files(tmp_path / "out") == ["set/test/FR/2.jpg", "set/train/FR/1.jpg"]
    assert (tmp_path / "out" / "set/train/FR/1.jpg").read_bytes() == b"one"


OUTSIDE = ["../out.jpg", "set/../../out.jpg", "/tmp/where-am-i-out.jpg", "..\\out.jpg"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_path_that_leads_out_is_not_followed(tmp_path, name):
    inside = tmp_path / "a" / "b"
    tgz(tmp_path / "a.tgz", [(name, b"x", tarfile.REGTYPE), ("in.jpg", b"y", tarfile.REGTYPE)])
    unpack(tmp_path / "a.tgz", inside, most=1000)
    zipped(tmp_path / "a.zip", [(name, b"x"), ("in.jpg", b"y")])
    unpack(tmp_path / "a.zip", inside, most=1000)
    assert files(tmp_path) == ["a.tgz", "a.zip", "a/b/in.jpg"]


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_links_and_devices_are_left_in_the_archive(tmp_path, kind):
    tgz(tmp_path / "a.tgz", [("link", b"", kind), ("in.jpg", b"y", tarfile.REGTYPE)])
    unpack(tmp_path / "a.tgz", tmp_path / "out", most=1000)
    assert files(tmp_path / "out") == ["in.jpg"]


@pytest.mark.parametrize(("number", "size"), [(20, 100_000), (1, 3_000_000)])
@pytest.mark.parametrize("kind", ["tgz", "zip"])
def test_a_bomb_is_stopped(tmp_path, kind, number, size):
    bomb = [(f"{n}.jpg", bytes(size)) for n in range(number)]
    if kind == "tgz":
        tgz(tmp_path / "a.tgz", [(*entry, tarfile.REGTYPE) for entry in bomb])
    else:
        zipped(tmp_path / "a.zip", bomb)
    with pytest.raises(DownloadError, match="unpacks to more than"):
        unpack(tmp_path / f"a.{kind}", tmp_path / "out", most=250_000)
    written = sum(path.stat().st_size for path in (tmp_path / "out").iterdir())
    assert written <= 250_000 + (1 << 20)


@pytest.mark.parametrize("name", ["a.tgz", "a.zip"])
def test_a_damaged_archive_is_said(tmp_path, name):
    (tmp_path / name).write_bytes(b"no archive" * 100)
    with pytest.raises(DownloadError, match="cannot be unpacked"):
        unpack(tmp_path / name, tmp_path / "out", most=1000)
