"""Writes what was measured into README and documentation: `python -m tools.figures`.

It comes from the models' cards and stands between markers, `<!-- countries -->` and
`<!-- /countries -->`; what lies outside them is written by people.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from geoloc.models.hub.catalogue import catalogue
from geoloc.models.registry import available
from geoloc.models.release import Release
from geoloc.settings import CHECKPOINTS, PROJECT
from training.evaluation.figures import in_words, markdown

OWN = "own-"
TABLES = ("countries", "cities", "world", "multi_view")
ELSEWHERE = "elsewhere"
ZOO = ("models", "published")
PAGES = {
    "README.md": ("measured",),
    "docs/results.md": (*TABLES, ELSEWHERE),
    "docs/model-zoo.md": ZOO,
}
"""The parts of each page that are written here."""


def parts(checkpoints: Sequence[Release]) -> dict[str, str]:
    """Each part's text, by the name of its markers."""
    tables = markdown(checkpoints).strip().split("\n\n")
    return {
        ELSEWHERE: _elsewhere(checkpoints),
        "measured": "\n".join(f"- {line}" for line in in_words(checkpoints)),
        "models": _models(checkpoints),
        "published": _published(),
        **dict(zip(TABLES, tables, strict=True)),
    }


def written(text: str, names: Sequence[str], by_name: dict[str, str]) -> str:
    """A page with some of the parts as they are now.

    Raises:
        ValueError: if it has not the markers of each of them once.
    """
    for name in names:
        part = by_name[name]
        text, count = re.subn(
            f"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)",
            lambda match, part=part: f"{match[1]}{part}{match[2]}",
            text,
            flags=re.DOTALL,
        )
        if count != 1:
            raise ValueError(f"the markers of {name} are needed once, and there {count} times")
    return text


def _elsewhere(checkpoints: Sequence[Release]) -> str:
    """The country models on sources that nothing was trained or chosen on."""
    countries = [model for model in checkpoints if model.task == "country"]
    return markdown(countries, "elsewhere").strip().split("\n\n")[0]


def _models(checkpoints: Sequence[Release]) -> str:
    lines = ["| name | model | task | parameters | size | trained |", "| --- " * 6 + "|"]
    for checkpoint in checkpoints:
        card, files = checkpoint.card, checkpoint.folder.iterdir()
        size = sum(file.stat().st_size for file in files) / 1e6
        cells = (
            f"`{checkpoint.name}`",
            checkpoint.title,
            checkpoint.task,
            f"{card.network.parameters or 0:,}",
            "" if checkpoint.members else f"{size:.1f} MB",
            _origin(checkpoint),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _published() -> str:
    lines = ["| name | model | licence | size | input | published figures |", "| --- " * 6 + "|"]
    for entry in catalogue():
        figures = "; ".join(
            f"{100 * figure.value:.1f} % {figure.what} ([{figure.on}]({figure.source}))"
            for figure in entry.figures
        )
        cells = (
            f"`{entry.name}`",
            f"[{entry.title}]({entry.link}) ([paper]({entry.paper}))",
            f"[{entry.licence}]({entry.licence_link})" + ", on request" * entry.gated,
            f"{entry.megabytes:,} MB",
            f"{entry.input} x {entry.input}",
            figures or "none of places",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _origin(checkpoint: Release) -> str:
    if checkpoint.members:
        return "answers of " + ", ".join(f"`{name}`" for name in checkpoint.members)
    recipe, shape = checkpoint.card.recipe, checkpoint.card.network.shape
    if shape.get("tune", "whole") != "whole":
        return f"beside the frozen weights of `{shape['backbone']}`"
    if recipe is None:
        return ""
    start = {None: "from random weights", "published": "from published weights"}
    origin = start.get(recipe.start, f"from `{recipe.start}`")
    taught = ", ".join(f"`{name}`" for name in recipe.teachers or ())
    return f"{origin}, taught by {taught}" if taught else origin


def released() -> list[Release]:
    """The models that come with the repository: none that somebody trained here, or fetched."""
    here = [model for model in available()[0] if model.folder.parent == CHECKPOINTS]
    return [model for model in here if not model.name.startswith(OWN)]


def main() -> int:
    """Write them."""
    by_name = parts(released())
    for page, names in PAGES.items():
        file = PROJECT / page
        text = written(file.read_text(encoding="utf-8"), names, by_name)
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
