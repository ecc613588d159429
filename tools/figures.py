"""Writes the tables of measured scores into the documentation: `python -m tools.figures`.

They come from the models' cards and stand between markers, `<!-- countries -->` and
`<!-- /countries -->`; what lies outside them is written by people.
"""

from __future__ import annotations

import re
import sys

from geoloc.models.registry import available
from geoloc.settings import PROJECT
from training.evaluation.figures import markdown

TABLES = ("countries", "cities", "multi_view")
PAGE = PROJECT / "docs" / "results.md"


def written(text: str) -> str:
    """A page with the tables of the cards as they are now."""
    tables = markdown(available()[0]).strip().split("\n\n")
    for name, table in zip(TABLES, tables, strict=True):
        text, count = re.subn(
            f"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)",
            lambda match, table=table: f"{match[1]}{table}{match[2]}",
            text,
            flags=re.DOTALL,
        )
        if count != 1:
            raise ValueError(
                f"{PAGE.name} needs the markers of {name} once, and has them {count} times"
            )
    return text


def main() -> int:
    """Write them."""
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
