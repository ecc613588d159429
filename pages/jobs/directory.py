"""The list of files of a ZIP, put right where one odd record would cost all the others.

Python's zipfile reads the list as a whole, and stops at the first record with a name that is not in
the encoding that it claims, with a block of extras that contradicts itself, or for a newer program.
Layout: PKWARE's APPNOTE.TXT 6.3.10, 4.3.12 and 4.5.
"""

from __future__ import annotations

import struct

_RECORD, _END = b"PK\x01\x02", b"PK\x05\x06"
_RECORD_BYTES, _END_BYTES = 46, 22
_MAX_COMMENT = 65_535
_UTF8 = 0x800
_OLDEST = 20
_UNKNOWN_EXTRA = 0xFFFF


def tolerable(data: bytes, most: int) -> bytes:
    """The same ZIP with odd records made plain, so that each costs at most its own file.

    Args:
        data: of the ZIP.
        most: how many records are looked at.
    """
    end = data.rfind(_END, max(0, len(data) - _MAX_COMMENT - _END_BYTES))
    if not 0 <= end <= len(data) - _END_BYTES:
        return data
    (size,) = struct.unpack_from("<L", data, end + 12)
    made, at = bytearray(data), end - size
    for _record in range(most):
        if not 0 <= at <= end - _RECORD_BYTES or data[at : at + 4] != _RECORD:
            break
        name, extra, comment = struct.unpack_from("<3H", data, at + 28)
        begin = at + _RECORD_BYTES
        _make_plain(made, at, bytes(data[begin : begin + name]), begin + name, extra)
        at = begin + name + extra + comment
    return bytes(made)


def _make_plain(made: bytearray, at: int, name: bytes, extras: int, size: int) -> None:
    version, flags = made[at + 6], struct.unpack_from("<H", made, at + 8)[0]
    if version > _OLDEST:
        struct.pack_into("<H", made, at + 6, _OLDEST)
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        # Every byte is a letter of the encoding that holds without this flag.
        struct.pack_into("<H", made, at + 8, flags & ~_UTF8)
    if size >= 4:
        # One block that nobody knows: what the extras say of sizes is then not believed.
        struct.pack_into("<2H", made, extras, _UNKNOWN_EXTRA, size - 4)
