"""ZIPs that anybody may have made: what is read, and what each trick comes to."""

import io
import os
import stat
import struct
import tracemalloc
import zipfile
import zlib

import pytest

from pages.jobs import archive
from pages.jobs.archive import (
    MAX_ENTRIES,
    ArchiveError,
    folder_files,
    uploaded_files,
    zip_files,
)
from pages.jobs.reasons import Reason
from tests.pages.jobs.geotagged import jpeg, zipped

PHOTO = jpeg(None)


def entries(data: bytes) -> list[tuple[str, bytes | Reason]]:
    """Each file's name with its bytes, or why it was left out."""
    return [(entry.name, entry.data or entry.reason) for entry in zip_files(data).entries]


def one(name: str, data: bytes = PHOTO, mode: int = 0, method: int = zipfile.ZIP_STORED) -> bytes:
    """A ZIP of one file, with a Unix mode."""
    stream = io.BytesIO()
    info = zipfile.ZipInfo(name)
    info.filename = name  # ZipInfo itself would tidy it up
    info.external_attr = mode << 16
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(info, data, method)
    return stream.getvalue()


def patched(data: bytes, field: int, layout: str, value: int) -> bytes:
    """A ZIP with another number in the first record of its list of files."""
    made = bytearray(data)
    struct.pack_into(layout, made, data.index(b"PK\x01\x02") + field, value)
    return bytes(made)


def with_records(count: int) -> bytes:
    """A ZIP whose list names its one file so many times."""
    data = one("a.jpg")
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    record = data[start:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, count * len(record), start, 0)
    return data[:start] + record * count + tail


def damaged() -> bytes:
    data = bytearray(one("a.jpg"))
    data[200] ^= 0xFF
    return bytes(data)


ZEROS = bytes(20_000_000)

TRICKS = {
    "a bomb": (one("a.jpg", ZEROS, method=zipfile.ZIP_DEFLATED), Reason.SUSPICIOUS),
    "a bomb that lies about its size": (
        patched(one("a.jpg", ZEROS, method=zipfile.ZIP_DEFLATED), 24, "<L", 1000),
        Reason.DAMAGED,
    ),
    "a file that claims 4 GB": (patched(one("a.jpg"), 24, "<L", 2**32 - 2), Reason.TOO_LARGE),
    "a ZIP in the ZIP": (one("a.zip", zipped([("a.jpg", PHOTO)])), Reason.NESTED),
    "a path upwards": (one("../../a.jpg"), Reason.OUTSIDE),
    "a path upwards on Windows": (one("..\\..\\a.jpg"), Reason.OUTSIDE),
    "a path upwards from a drive": (one("C:\\..\\a.jpg"), Reason.OUTSIDE),
    "a path upwards from the root": (one("/../a.jpg"), Reason.OUTSIDE),
    "a locked text": (patched(one("notes.txt"), 8, "<H", 1), Reason.NOT_A_PHOTO),
    "a link": (one("a.jpg", b"/etc/passwd", stat.S_IFLNK | 0o777), Reason.LINK),
    "a device": (one("a.jpg", b"", stat.S_IFCHR | 0o666), Reason.LINK),
    "a password": (patched(one("a.jpg"), 8, "<H", 1), Reason.ENCRYPTED),
    "another packing": (one("a.jpg", method=zipfile.ZIP_LZMA), Reason.METHOD),
    "an unknown packing": (patched(one("a.jpg"), 10, "<H", 77), Reason.METHOD),
    "a text": (one("notes.txt", b"hello"), Reason.NOT_A_PHOTO),
    "a broken byte": (damaged(), Reason.DAMAGED),
}


@pytest.mark.parametrize(("data", "reason"), TRICKS.values(), ids=TRICKS)
def test_a_trick_is_left_out_with_its_reason(data, reason):
    assert [said for _, said in entries(data)] == [reason]


def test_a_bomb_takes_no_memory():
    bomb = TRICKS["a bomb that lies about its size"][0]
    tracemalloc.start()
    entries(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


REFUSED = {
    "no ZIP": (PHOTO, "not a ZIP"),
    "nothing": (b"", "not a ZIP"),
    "half a ZIP": (one("a.jpg")[:-30], "damaged or incomplete"),
    "only the letters PK": (b"PK\x03\x04" + bytes(100), "damaged or incomplete"),
    "too many files": (with_records(MAX_ENTRIES + 1), "more files than are read"),
    "files that overlap": (with_records(50), "overlap"),
    "a list of files too large to look at": (with_records(100_000), "more files than are read"),
}


@pytest.mark.parametrize(("data", "says"), REFUSED.values(), ids=REFUSED)
def test_some_files_are_refused_as_a_whole(data, says):
    with pytest.raises(ArchiveError, match=says):
        zip_files(data)


def test_a_long_list_of_files_is_refused_before_it_is_read():
    data = with_records(100_000)
    tracemalloc.start()
    with pytest.raises(ArchiveError):
        zip_files(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * len(data)


def test_photos_are_read_by_whatever_folder_they_lie_in():
    data = zipped([("a.jpg", PHOTO), ("My photos/b.JPG", PHOTO + b"x"), ("./c.heic", b"c")])
    assert entries(data) == [("a.jpg", PHOTO), ("b.JPG", PHOTO + b"x"), ("c.heic", b"c")]


ROOTED = ["/a.jpg", "//a.jpg", "/sdcard/DCIM/a.jpg", "\\a.jpg", "C:\\a.jpg", "c:/Photos/a.jpg"]
ROOTED += ["C:a.jpg", "\\\\server\\share\\a.jpg", "\\\\?\\D:\\a.jpg"]


@pytest.mark.parametrize("name", ROOTED)
def test_a_slash_or_a_drive_before_a_name_is_no_part_of_it(name):
    assert entries(one(name)) == [("a.jpg", PHOTO)]


@pytest.mark.parametrize("name", ["IMG_0001", "a.jpg_original", "photo.tmp"])
def test_a_photo_is_known_by_its_first_bytes_where_its_name_does_not_say(name, tmp_path):
    assert entries(one(name)) == [(name, PHOTO)]
    (tmp_path / name).write_bytes(PHOTO)
    assert [entry.data for entry in folder_files(tmp_path).entries] == [PHOTO]


def test_photos_and_zips_can_be_dropped_together():
    dropped = [("a.jpg", PHOTO), ("more.zip", zipped([("b.jpg", PHOTO)])), ("c.txt", b"text")]
    files = uploaded_files([*dropped, ("d.rar", b"Rar!")])
    assert files.count == 4
    assert [(entry.name, entry.data or entry.reason) for entry in files.entries] == [
        ("a.jpg", PHOTO),
        ("b.jpg", PHOTO),
        ("c.txt", Reason.NOT_A_PHOTO),
        ("d.rar", Reason.NESTED),
    ]
    with pytest.raises(ArchiveError, match="not a ZIP"):
        uploaded_files([("e.zip", PHOTO)])


def test_packed_photos_are_unpacked():
    assert entries(one("a.jpg", method=zipfile.ZIP_DEFLATED)) == [("a.jpg", PHOTO)]


def test_what_systems_leave_behind_is_not_even_counted():
    data = zipped([("__MACOSX/._a.jpg", b"x"), (".DS_Store", b"x"), ("f/", b""), ("a.jpg", PHOTO)])
    assert zip_files(data).count == 1


def test_a_name_is_only_shown_and_shown_safely():
    (name, _), *_ = entries(one("d/\u202e\x1b[2J" + 100 * "long" + ".jpg"))
    assert name.isprintable() and len(name) <= 60 and name.endswith(".jpg")


def test_what_all_files_unpack_to_is_bounded(monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED", 2 * len(PHOTO) + 1)
    said = [said for _, said in entries(zipped([(f"{n}.jpg", PHOTO) for n in range(4)]))]
    assert said == [PHOTO, PHOTO, Reason.TOO_MUCH, Reason.TOO_MUCH]


@pytest.mark.parametrize("spoilt", range(0, 300, 7))
def test_a_spoilt_zip_gives_entries_or_one_sentence(spoilt):
    data = bytearray(zipped([("a.jpg", PHOTO[:100]), ("b.jpg", zlib.compress(PHOTO)[:100])]))
    data[spoilt % len(data)] ^= 0x5A
    try:
        assert all(isinstance(said, bytes | Reason) for _, said in entries(bytes(data)))
    except ArchiveError as error:
        assert str(error)


def test_a_folder_is_read_with_the_folders_inside_it_and_without_links(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jpg").write_bytes(PHOTO)
    (tmp_path / "b.txt").touch()
    (tmp_path / ".hidden.jpg").write_bytes(PHOTO)
    (tmp_path / "link.jpg").symlink_to("/etc/passwd")
    (tmp_path / "round").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.jpg")
    files = folder_files(tmp_path)
    assert files.count == 4
    assert {entry.name: entry.data or entry.reason for entry in files.entries} == {
        "b.txt": Reason.NOT_A_PHOTO,
        "link.jpg": Reason.LINK,
        "pipe.jpg": Reason.LINK,
        "a.jpg": PHOTO,
    }


def test_a_folder_of_too_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_ENTRIES", 2)
    for number in range(3):
        (tmp_path / f"{number}.jpg").touch()
    with pytest.raises(ArchiveError, match="more than 2 files"):
        folder_files(tmp_path)
