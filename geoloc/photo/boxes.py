"""The boxes of an ISO base media file that tell of its picture: ISO 14496-12 and ISO 23008-12.

Only the list of items and their properties are walked, to know what no library tells: whether the
container turns its picture, all EXIF blocks, and where the parts lie that a picture can do without.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

_TURNS = frozenset((b"irot", b"imir"))
_CHANGES = _TURNS | {b"clap"}
_XMP_TYPE = b"application/rdf+xml"
# libheif stops at a thousand items; a forged list must not be a long one.
_MOST = 10_000
_MAX_BLOCK = 4_000_000

Span = tuple[int, int]


@dataclass
class Container:
    """What the boxes of a file tell.

    Attributes:
        turns: whether the container itself says how the primary picture is turned.
        angle: where the quarter turns of the primary picture stand, if nothing else changes it.
        exif: the EXIF blocks as stored, without what ISO puts before their TIFF header.
        xmp: the XMP packet, if there is one.
        codec: the bytes of each AV1 configuration.
        metadata: where the types of the items stand that hold EXIF and XMP.
        profiles: where the types of the properties stand that tell of colours.
        alphas: where the types of the references stand by which a picture is transparent.
    """

    turns: bool = False
    angle: int | None = None
    exif: list[bytes] = field(default_factory=list)
    xmp: bytes | None = None
    codec: list[bytes] = field(default_factory=list)
    metadata: list[int] = field(default_factory=list)
    profiles: list[int] = field(default_factory=list)
    alphas: list[int] = field(default_factory=list)


def read_container(data: bytes) -> Container:
    """Read the boxes of a file as far as they can be followed."""
    container = Container()
    try:
        for name, start, end in _boxes(data, 0, len(data)):
            if name == b"meta":
                _Meta(data, container).read(start + 4, end)
                break
    except (struct.error, IndexError, ValueError):
        # The decoder judges the picture; what was read until here is as the camera wrote it.
        pass
    return container


def patched(data: bytes, places: list[int]) -> bytes:
    """A copy in which the four letters at each of these places say `skip`."""
    if not places:
        return data
    copy = bytearray(data)
    for at in places:
        copy[at : at + 4] = b"skip"
    return bytes(copy)


class _Meta:
    """The walk over one `meta` box."""

    def __init__(self, data: bytes, container: Container) -> None:
        self._data = data
        self._container = container
        self._kinds: dict[int, bytes] = {}
        self._places: dict[int, list[tuple[int, int, int]]] = {}
        self._properties: list[tuple[bytes, int]] = []
        self._owned: dict[int, list[int]] = {}
        self._sources: dict[int, int] = {}
        self._store = 0

    def read(self, start: int, end: int) -> None:
        primary = None
        for name, at, stop in _boxes(self._data, start, end):
            if name == b"pitm":
                primary = self._number(at + 4, 4 if self._data[at] else 2)
            elif name == b"iinf":
                self._infos(at, stop)
            elif name == b"iloc":
                self._locations(at, stop)
            elif name == b"iref":
                self._references(at, stop)
            elif name == b"iprp":
                self._property_box(at, stop)
            elif name == b"idat":
                self._store = at
        if primary is not None:
            self._container.turns = self._turns(primary)
            changes = [each for each in self._owned_by(primary) if each[0] in _CHANGES]
            if [kind for kind, _at in changes] == [b"irot"]:
                self._container.angle = changes[0][1]
        self._metadata()

    def _infos(self, start: int, end: int) -> None:
        at = start + (8 if self._data[start] else 6)
        for name, entry, stop in _boxes(self._data, at, end):
            version = self._data[entry]
            if name != b"infe" or version < 2:
                continue
            wide = 4 if version > 2 else 2
            item = self._number(entry + 4, wide)
            place = entry + 4 + wide + 2
            kind = self._data[place : place + 4]
            if kind == b"mime" and _XMP_TYPE not in self._data[place + 4 : stop]:
                continue
            self._kinds[item] = kind
            if kind in (b"Exif", b"mime"):
                self._container.metadata.append(place)

    def _locations(self, start: int, end: int) -> None:
        version = self._data[start]
        sizes = self._number(start + 4, 2)
        offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
        index_size = sizes & 15 if version else 0
        wide = 4 if version > 1 else 2
        count, at = self._number(start + 6, wide), start + 6 + wide
        for _item in range(min(count, _MOST)):
            item, at = self._number(at, wide), at + wide
            method, at = (self._number(at, 2) & 15, at + 2) if version else (0, at)
            base, at = self._number(at + 2, base_size), at + 2 + base_size
            extents, at = self._number(at, 2), at + 2
            for _extent in range(min(extents, _MOST)):
                at += index_size
                offset, at = self._number(at, offset_size), at + offset_size
                length, at = self._number(at, length_size), at + length_size
                self._places.setdefault(item, []).append((method, base + offset, length))
                if at > end:
                    raise ValueError("past the end")

    def _references(self, start: int, end: int) -> None:
        wide = 4 if self._data[start] else 2
        for name, at, _stop in _boxes(self._data, start + 4, end):
            if name == b"auxl":
                self._container.alphas.append(at - 4)
            if name == b"dimg":
                self._sources[self._number(at, wide)] = self._number(at + wide + 2, wide)

    def _property_box(self, start: int, end: int) -> None:
        for name, at, stop in _boxes(self._data, start, end):
            if name == b"ipco":
                for kind, first, last in _boxes(self._data, at, stop):
                    self._properties.append((kind, first))
                    self._property(kind, first, last)
            elif name == b"ipma":
                self._associations(at, stop)

    def _property(self, kind: bytes, start: int, end: int) -> None:
        if kind == b"av1C":
            self._container.codec.append(self._data[start:end][:4])
        if kind == b"colr":
            self._container.profiles.append(start - 4)

    def _associations(self, start: int, end: int) -> None:
        version, wide_index = self._data[start], self._data[start + 3] & 1
        wide = 4 if version else 2
        count, at = self._number(start + 4, 4), start + 8
        for _entry in range(min(count, _MOST)):
            item, owned, at = self._number(at, wide), self._data[at + wide], at + wide + 1
            for _property in range(owned):
                index = self._number(at, 2) & 0x7FFF if wide_index else self._data[at] & 0x7F
                self._owned.setdefault(item, []).append(index)
                at += 2 if wide_index else 1
            if at > end:
                raise ValueError("past the end")

    def _owned_by(self, item: int) -> list[tuple[bytes, int]]:
        """Type, and where the content begins, of each property of an item."""
        indices = self._owned.get(item, ())
        return [self._properties[at - 1] for at in indices if 0 < at <= len(self._properties)]

    def _turns(self, item: int) -> bool:
        if any(kind in _TURNS for kind, _at in self._owned_by(item)):
            return True
        # An item that is another one turned, and that one may be turned as well.
        source = self._sources.get(item)
        if self._kinds.get(item) != b"iden" or source is None:
            return False
        return source != item and self._turns(source)

    def _metadata(self) -> None:
        for item, kind in self._kinds.items():
            if kind not in (b"Exif", b"mime"):
                continue
            block = b"".join(map(self._extent, self._places.get(item, [])[:16]))
            if kind == b"mime":
                self._container.xmp = self._container.xmp or block or None
            elif len(block) > 4:
                self._container.exif.append(_after_offset(block))

    def _extent(self, place: tuple[int, int, int]) -> bytes:
        method, offset, length = place
        if method > 1:
            return b""
        start = offset + (self._store if method else 0)
        return self._data[start : start + min(length or _MAX_BLOCK, _MAX_BLOCK)]

    def _number(self, at: int, size: int) -> int:
        if at + size > len(self._data):
            raise ValueError("past the end")
        return int.from_bytes(self._data[at : at + size], "big")


def _after_offset(block: bytes) -> bytes:
    """The TIFF structure in an item: four bytes tell how far behind them its header stands."""
    start = 4 + int.from_bytes(block[:4], "big")
    if block[start : start + 2] in (b"II", b"MM"):
        return block[start:]
    # Some writers leave out the offset, or the `Exif` that it passes over.
    return block if block[:2] in (b"II", b"MM") or block.startswith(b"Exif\x00") else block[4:]


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Type, and first and last byte of the content, of each box."""
    for _box in range(_MOST):
        if at + 8 > end:
            return
        size, name, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        stop = end if size == 0 else at + size
        if size and size < head:
            raise ValueError("a box shorter than its head")
        yield name, at + head, min(stop, end)
        at = stop
