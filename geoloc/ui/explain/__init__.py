"""The page *Explain*: which parts of a photo go with an answer, and whether that is true."""

from geoloc.ui.explain.page import explain

__all__ = ["explain"]
