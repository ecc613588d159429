"""The one error that reading a photo raises."""


class PhotoError(ValueError):
    """A file that cannot be answered; `str()` says to its owner what happened and what to do."""
