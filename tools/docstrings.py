"""Lets the documentation show the `Example:` of a docstring as code, not as running text.

Google's style calls the section so, and griffe, which reads docstrings for mkdocstrings,
`Examples:`.
"""

from typing import Any

from griffe import Extension, Object


class Examples(Extension):
    """Reads `Example:` as griffe's own name for it."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Rename the section before it is parsed."""
        if obj.docstring:
            obj.docstring.value = obj.docstring.value.replace("\nExample:\n", "\nExamples:\n")
