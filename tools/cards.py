"""Released cards and their schema, brought up to date.

`python -m tools.cards lift` rewrites cards of format 1 in format 2, with the SHA-256 of the files
beside them, which it does not touch; `python -m tools.cards schema` writes docs/card.schema.json.
"""

from __future__ import annotations

import sys

from geoloc.models.card import schema
from geoloc.models.release import CARD, load
from geoloc.settings import CHECKPOINTS, PROJECT

SCHEMA = PROJECT / "docs" / "card.schema.json"


def lift() -> None:
    """Rewrite every released card."""
    for card in sorted(CHECKPOINTS.glob(f"[!.]*/{CARD}")):
        print(load(card.parent).publish().folder)


def write_schema() -> None:
    """Write the JSON Schema of cards."""
    SCHEMA.write_text(schema(), encoding="utf-8")


if __name__ == "__main__":
    {"lift": lift, "schema": write_schema}[sys.argv[1]]()
