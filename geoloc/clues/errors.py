"""Why signs can't be read here."""

from __future__ import annotations


class CluesError(Exception):
    """Signs can't be read; `str()` is an English sentence for users.

    Attributes:
        code: by which a message in another language is found.
        parameters: what that message names.
    """

    def __init__(self, code: str, sentence: str, **parameters: str) -> None:
        super().__init__(sentence.format(**parameters))
        self.code = code
        self.parameters = parameters


def not_installed(error: ImportError) -> CluesError:
    """What to say where a package of the extra `signs` is missing."""
    return CluesError(
        "signs-not-installed",
        "Reading signs needs the package {package}, which is not installed. "
        'Install the extra: pip install "where-am-i[signs]".',
        package=error.name or "rapidocr",
    )
