"""The largest picture that is read, in a file of a few kilobytes."""

from __future__ import annotations

import struct
import zlib

SIDE = 8000


def worst_png() -> bytes:
    """64 megapixels of grey in 16 bits, with a colour that is transparent."""
    row = bytes(1 + 2 * SIDE)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _row in range(SIDE)) + packer.flush()
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 16, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"tRNS", b"\0\1"), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
