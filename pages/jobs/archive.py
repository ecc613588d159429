"""The files of an untrusted ZIP, or of a folder, one at a time and in bounded memory.

Nothing is unpacked to disk and no name is used as a path. What a small ZIP can unpack to: Fifield,
"A better zip bomb", WOOT 2019.
"""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from geoloc.geo import LatLon
from geoloc.photo import MAX_BYTES, is_photo, is_photo_name, starts_like_photo
from geoloc.photo.folder import AlbumPhoto
from pages.jobs.directory import tolerable
from pages.jobs.reasons import Reason
from pages.language import _

MAX_ENTRIES = 5_000
MAX_UNPACKED = 500_000_000
_MAX_DIRECTORY = 2_000_000
_CHUNK = 1 << 20
_MAGIC = 256
_ZIP = b"PK"
# Deflate reaches 1032; photos, packed already, stay near 1. Small drawings may do better.
_MAX_RATIO, _SMALL = 50, 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")


class ArchiveError(ValueError):
    """A ZIP or folder that is not read at all; `str()` says why and what to do."""


@dataclass(frozen=True)
class Entry:
    """One file.

    Attributes:
        name: for people to recognise it by.
        data: its bytes; None if it is left out.
        reason: why it is left out.
        position: where it was taken by a table that lists it; else its own data says.
        heading: the same of the degrees clockwise from north that it looks.
    """

    name: str
    data: bytes | None = None
    reason: Reason | None = None
    position: LatLon | None = None
    heading: float | None = None


@dataclass(frozen=True)
class Files:
    """The files' names, to be shown, and the files, which can be gone through once."""

    names: tuple[str, ...]
    entries: Iterator[Entry]

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.names)


class _Bounded(io.BytesIO):
    """Bytes that are only read in small parts."""

    def read(self, size: int | None = -1) -> bytes:
        left = len(self.getbuffer()) - self.tell()
        # zipfile reads the list of files in one go, and makes objects of a kilobyte of it.
        if min(left, left if size is None or size < 0 else size) > _MAX_DIRECTORY:
            raise ArchiveError(_too_many())
        return super().read(size)


def zip_files(data: bytes) -> Files:
    """The files of a ZIP.

    Args:
        data: the ZIP's bytes.

    Raises:
        ArchiveError: if it is no ZIP, is damaged, or lists more than `MAX_ENTRIES` files, or files
            that overlap.
    """
    if not data.startswith(_ZIP):
        raise ArchiveError(
            _(
                "This is not a ZIP archive. Put the photos into one: select them in your file "
                "manager and choose “Compress” or “Send to ZIP folder”."
            )
        )
    try:
        archive = _opened(data)
        infos = [
            i
            for i in archive.infolist()
            if not (i.filename.endswith("/") or _is_hidden(i.filename))
        ]
    except ArchiveError:
        raise
    # Bytes that anybody may have written break zipfile in many ways: it is the file that is wrong.
    except Exception as error:
        raise ArchiveError(
            _("This ZIP is damaged or incomplete, and no file can be read from it. Make it again.")
        ) from error
    if len(infos) > MAX_ENTRIES:
        raise ArchiveError(_too_many())
    # Files that share their bytes are how a bomb unpacks without end.
    if sum(info.compress_size for info in infos) > len(data):
        raise ArchiveError(
            _(
                "This ZIP lists files that overlap, as no ordinary program writes them. Make it "
                "again."
            )
        )
    return Files(tuple(_shown(info.filename) for info in infos), _unpacked(archive, infos))


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(_Bounded(data))
    except ArchiveError:
        raise
    except Exception:
        return zipfile.ZipFile(_Bounded(tolerable(data, MAX_ENTRIES + 1)))


def uploaded_files(uploaded: Sequence[tuple[str, bytes]]) -> Files:
    """Files as they were dropped: photos, and ZIPs whose files are taken in their place.

    Raises:
        ArchiveError: if one is a ZIP that can't be read, or if there are more than `MAX_ENTRIES`.
    """
    parts = [
        zip_files(data)
        if data.startswith(_ZIP) or name.lower().endswith(".zip")
        else Files((_shown(name),), iter([_dropped(name, data)]))
        for name, data in uploaded
    ]
    names = tuple(chain.from_iterable(part.names for part in parts))
    if len(names) > MAX_ENTRIES:
        raise ArchiveError(_too_many())
    return Files(names, chain.from_iterable(part.entries for part in parts))


def _dropped(name: str, data: bytes) -> Entry:
    name = _shown(name)
    if name.lower().endswith(_ARCHIVES):
        return Entry(name, reason=Reason.NESTED)
    if len(data) > MAX_BYTES:
        return Entry(name, reason=Reason.TOO_LARGE)
    if not (is_photo_name(name) or starts_like_photo(data[:_MAGIC])):
        return Entry(name, reason=Reason.NOT_A_PHOTO)
    return Entry(name, data=data)


def listed_files(photos: Sequence[AlbumPhoto]) -> Files:
    """Photos of the server's folder, with the positions that its table knows."""
    return Files(
        tuple(_shown(photo.path.name) for photo in photos),
        (
            replace(_from_disk(photo.path), position=photo.position, heading=photo.heading)
            for photo in photos
        ),
    )


def folder_files(folder: Path) -> Files:
    """The files in a folder and in those inside it.

    Raises:
        ArchiveError: if there are more than `MAX_ENTRIES`.
    """
    paths: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        paths += (Path(place, name) for name in sorted(names) if not _is_hidden(name))
        if len(paths) > MAX_ENTRIES:
            raise ArchiveError(
                _(
                    "This folder holds more than {most:,} files, and no more are read. Choose one "
                    "of the folders inside it, or train on the command line.",
                    most=MAX_ENTRIES,
                )
            )
    return Files(tuple(_shown(path.name) for path in paths), map(_from_disk, paths))


def _unpacked(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> Iterator[Entry]:
    budget = MAX_UNPACKED
    for info in infos:
        name = _shown(info.filename)
        reason = _objection(info) or (Reason.TOO_MUCH if info.file_size > budget else None)
        if reason:
            yield Entry(name, reason=reason)
            continue
        named = is_photo_name(info.filename)
        try:
            data = _content(archive, info, named)
        except Exception:
            yield Entry(name, reason=Reason.DAMAGED if named else Reason.NOT_A_PHOTO)
            continue
        if data is None:
            yield Entry(name, reason=Reason.NOT_A_PHOTO)
            continue
        budget -= info.file_size
        yield Entry(name, data=data)


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, named: bool) -> bytes | None:
    """A file's bytes; None if neither its name (`named`) nor its first bytes are a photo's."""
    content = bytearray()
    with archive.open(info) as file:
        if not named:
            content += file.read(_MAGIC)
            if not starts_like_photo(bytes(content)):
                return None
        # zipfile stops at the size that the list of files tells, whatever the file unpacks to.
        while chunk := file.read(_CHUNK):
            content += chunk
    return bytes(content)


def _objection(info: zipfile.ZipInfo) -> Reason | None:
    """Why a file of an archive is not even unpacked; what it is by its name comes last."""
    mode = info.external_attr >> 16
    if _leads_out(info.filename):
        return Reason.OUTSIDE
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Reason.LINK
    if info.filename.lower().endswith(_ARCHIVES):
        return Reason.NESTED
    reason = _unreadable(info)
    if reason is None or is_photo_name(info.filename):
        return reason
    # Of what is no photo by its name nobody wants to hear that it is locked or large.
    return Reason.NOT_A_PHOTO


def _unreadable(info: zipfile.ZipInfo) -> Reason | None:
    if info.flag_bits & 1:
        return Reason.ENCRYPTED
    if info.compress_type not in _METHODS:
        return Reason.METHOD
    if info.file_size > MAX_BYTES:
        return Reason.TOO_LARGE
    if info.file_size > max(_SMALL, _MAX_RATIO * info.compress_size):
        return Reason.SUSPICIOUS
    return None


def _from_disk(path: Path) -> Entry:
    name = _shown(path.name)
    if path.name.lower().endswith(_ARCHIVES):
        return Entry(name, reason=Reason.NESTED)
    try:
        about = path.lstat()
        if not stat.S_ISREG(about.st_mode):
            return Entry(name, reason=Reason.LINK)
        if not is_photo(path):
            return Entry(name, reason=Reason.NOT_A_PHOTO)
        if about.st_size > MAX_BYTES:
            return Entry(name, reason=Reason.TOO_LARGE)
        return Entry(name, data=path.read_bytes())
    except OSError:
        return Entry(name, reason=Reason.UNREADABLE)


def _is_hidden(name: str) -> bool:
    """Whether it is what systems leave beside files: "._a.jpg", ".DS_Store", "__MACOSX/..."."""
    parts = _parts(name)
    return "__MACOSX" in parts or any(part[0] == "." for part in parts if part.strip("."))


def _parts(name: str) -> list[str]:
    """A name's folders and file, without the slash or the drive at its beginning."""
    return re.split(r"[/\\]+", re.sub(r"^[/\\]*(?:[?.][/\\]+)?(?:[A-Za-z]:)?[/\\]*", "", name))


def _leads_out(name: str) -> bool:
    # Where a name begins, at "/" or at a drive, does not matter: nothing is unpacked to it.
    return ".." in _parts(name)


def _shown(name: str) -> str:
    last = _parts(name)[-1]
    text = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in last
    )
    return (text or "?") if len(text) <= 60 else f"{text[:40]}…{text[-19:]}"


def _too_many() -> str:
    return _(
        "These are more files than are read at once: at most {most:,}. Add them one part after the "
        "other.",
        most=MAX_ENTRIES,
    )
