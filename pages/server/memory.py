"""How the C library keeps memory: in two heaps, and not in eight a processor.

Each visitor's run is a thread, and a heap that a thread left keeps what it had: of twelve visitors
at once, 412 MB with the library's own number, 177 MB with two.
"""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX = -8
_HEAPS = 2


def share_heaps() -> bool:
    """Let threads share two heaps from now on; whether this C library can (glibc)."""
    if sys.platform != "linux":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(_ARENA_MAX, _HEAPS))
