"""The page *Compare*: any models side by side on the same photos."""

from geoloc.ui.compare.page import compare

__all__ = ["compare"]
