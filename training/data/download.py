"""Large files from the internet: resumed where they broke off, checked, and unpacked with care."""

from __future__ import annotations

import hashlib
import http.client
import os
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from tqdm import tqdm

_CHUNK = 1 << 20
_TIMEOUT_S = 60
_ATTEMPTS = 6
PAUSE_S = 2.0
"""The first pause after a connection broke; each further one is twice as long."""


class DownloadError(RuntimeError):
    """A file cannot be had; the message says why and what to do."""


def size_of(url: str) -> int | None:
    """The bytes that a server says a file has, None if it does not say.

    Raises:
        DownloadError: if the server does not answer, or has no such file.
    """
    try:
        with _opened(urllib.request.Request(url, method="HEAD")) as answer:
            said = answer.headers.get("Content-Length")
    except (OSError, http.client.HTTPException) as error:
        raise DownloadError(
            f"{url} cannot be reached ({error}). Check the connection to the internet, and run "
            "the same command again."
        ) from error
    return None if said is None else int(said)


def download(url: str, path: Path, md5: str | None = None) -> None:
    """Download a file, going on with what an earlier attempt left beside `path`.

    Args:
        url: http, https or file.
        path: where it is put, in one move once it is whole.
        md5: what it has to have.

    Raises:
        DownloadError: if the server does not answer or has no such file, the connection breaks
            again and again, or what came is not what `md5` says.
    """
    part = path.with_name(path.name + ".part")
    before, idle = _length(part), 0
    while not _attempt(url, part):
        idle = 0 if _length(part) > before else idle + 1
        before = _length(part)
        if idle == _ATTEMPTS:
            raise DownloadError(
                f"The connection to {url} broke {idle} times. Run the same command again later: "
                f"it goes on after the {before / 1e9:.2f} GB that are here."
            )
        time.sleep(PAUSE_S * 2**idle)
    if md5 is not None and _md5(part) != md5:
        part.unlink()
        raise DownloadError(
            f"{url} is not the file that was expected: its MD5 is not {md5}. It was removed. Run "
            "the command again; if it happens again, the file has changed at its source."
        )
    os.replace(part, path)
    _tag(part).unlink(missing_ok=True)


def _attempt(url: str, part: Path) -> bool:
    """Append what is missing; whether the file is whole now."""
    have, tag = _length(part), _tag(part)
    request = urllib.request.Request(url)
    # Without a tag there is no telling whether the file at the source is still the same.
    if have and tag.is_file():
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", tag.read_text())
    try:
        with _opened(request) as answer:
            resumed = answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
            version = answer.headers.get("ETag") or answer.headers.get("Last-Modified")
            tag.unlink(missing_ok=True) if version is None else tag.write_text(version)
            said = answer.headers.get("Content-Length")
            missing = None if said is None else int(said)
            have = have if resumed else 0
            return _write(answer, part, have, missing)
    except urllib.error.HTTPError as error:
        if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            return False
        if error.headers.get("Content-Range") == f"bytes */{have}":
            return True
        part.unlink()
        return False
    except (OSError, http.client.HTTPException):
        return False


def _write(answer: IO[bytes], part: Path, have: int, missing: int | None) -> bool:
    total = None if missing is None else have + missing
    with (
        part.open("r+b" if have else "wb") as file,
        tqdm(
            total=total, initial=have, desc=part.stem, unit="B", unit_scale=True, disable=None
        ) as bar,
    ):
        file.seek(have)
        while chunk := answer.read(_CHUNK):
            file.write(chunk)
            bar.update(len(chunk))
        return total is None or file.tell() == total


def _opened(request: urllib.request.Request) -> http.client.HTTPResponse:
    try:
        return urllib.request.urlopen(request, timeout=_TIMEOUT_S)
    except urllib.error.HTTPError as error:
        if error.code in (403, 404, 410):
            raise DownloadError(
                f"{request.full_url} cannot be had (HTTP {error.code}): it may have moved. Look "
                "at the data set's page."
            ) from error
        raise


def _length(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _tag(part: Path) -> Path:
    """What the server called the version of the file that `part` is the beginning of."""
    return part.with_name(part.name + ".version")


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def unpack(archive: Path, folder: Path, most: int) -> None:
    """Unpack the regular files of a .zip or .tgz; links, devices and paths that lead out are left.

    Args:
        archive: the file.
        folder: where its files are put.
        most: bytes that may be written.

    Raises:
        DownloadError: if the archive is damaged, or holds more than `most` bytes.
    """
    written = 0
    try:
        bar = tqdm(_members(archive), f"unpacking {archive.name}", unit="file", disable=None)
        for name, file in bar:
            path = PurePosixPath(name.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts:
                continue
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with file, target.open("wb") as out:
                while chunk := file.read(_CHUNK):
                    written += out.write(chunk)
                    if written > most:
                        raise DownloadError(
                            f"{archive} unpacks to more than {most / 1e9:.1f} GB, which it should "
                            "not. Remove it and run the command again."
                        )
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise DownloadError(f"{archive} cannot be unpacked ({error}).") from error


def _members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as held:
            for info in held.infolist():
                if not info.is_dir():
                    yield info.filename, held.open(info)
        return
    # As a stream: a compressed archive cannot be jumped about in without reading it again.
    with tarfile.open(archive, "r|*") as held:
        for member in held:
            file = held.extractfile(member) if member.isreg() else None
            if file is not None:
                yield member.name, file
