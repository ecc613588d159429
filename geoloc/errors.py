"""What the library says when something is wrong: a code for programs, a sentence for people.

Sentences are English. Whoever shows them in another language looks up the template, and fills in
the parameters: both stand where the error is raised, and reach whoever catches it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Notice:
    """One thing to be said; `str()` says it in English.

    Attributes:
        code: what is said, for programs; the same in every language and release.
        template: the English sentence, with places for values as `str.format` has them. Without
            parameters, braces stay as they are.
        parameters: the values; a notice or an error among them is part of what is said.

    Example:
        >>> notice = Notice("too_large", "This file has {size} MB.", {"size": 31})
        >>> str(notice)
        'This file has 31 MB.'
        >>> notice.code
        'too_large'
    """

    code: str
    template: str
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.template.format(**self.parameters) if self.parameters else self.template


def joined(notices: Sequence[Notice | str], separator: str = " ") -> Notice:
    """Several notices, or names that need no words, as one that says them one after the other.

    Example:
        >>> str(joined([Notice("one", "First."), Notice("two", "Then.")]))
        'First. Then.'
    """
    parts = {f"part_{number}": notice for number, notice in enumerate(notices)}
    return Notice("several", separator.join(f"{{{name}}}" for name in parts), parts)


class GeolocError(ValueError):
    """Something was given that cannot be used; `str()` says what, and what to do about it.

    Attributes:
        notice: code, template and parameters.

    Example:
        >>> try:
        ...     raise GeolocError("too_large", "This file has {size} MB.", size=31)
        ... except GeolocError as error:
        ...     error.code, str(error)
        ('too_large', 'This file has 31 MB.')
    """

    def __init__(self, code: str, template: str, /, **parameters: Any) -> None:
        # What pickle calls the class with; the parameters travel in `__dict__`.
        super().__init__(code, template)
        self.notice = Notice(code, template, parameters)

    def __str__(self) -> str:
        return str(self.notice)

    @property
    def code(self) -> str:
        """What is wrong, for programs; the same in every language and release."""
        return self.notice.code

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The values in the sentence."""
        return self.notice.parameters
