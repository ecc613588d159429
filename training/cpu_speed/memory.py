"""Keeping memory between batches instead of giving it back to the system after each.

The C library returns large blocks at once, and the system fills new ones with zeros, page by page,
which takes time from the network. A training run asks for the same blocks again and again.
"""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h
_NEVER = 2**31 - 1


def keep() -> None:
    """Let this process keep what it frees, where the C library is glibc; elsewhere do nothing."""
    try:
        tune = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    tune(_MMAP_THRESHOLD, _NEVER)
    tune(_TRIM_THRESHOLD, _NEVER)
