"""What can be fetched: published models by name, with licence, size and figures, from a data file.

Any other CLIP or SigLIP of a hub can be fetched by its repository's name, such as "laion/CLIP-...".
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field

from geoloc.models.card.part import Part
from geoloc.models.hub.store import HubError

TEMPLATES = (
    "A photo taken in {country}.",
    "A street in {country}.",
    "A Street View photo in {country}.",
)
"""What a photo of a country might be called (Radford et al. 2021, arXiv:2103.00020, 3.1.4)."""

_REPO = re.compile(r"[\w.-]+/[\w.-]+")


class Figure(Part):
    """What others measured.

    Attributes:
        what: was measured.
        value: a share.
        on: the data set.
        source: where it stands, a link.
    """

    what: str
    value: Annotated[float, Field(ge=0, le=1)]
    on: str
    source: str


class Entry(Part):
    """A published model.

    Attributes:
        name: here.
        title: for people.
        repo: its repository on the hub.
        use: it names "countries" by their names alone, places all over the "world", or is a
            "backbone" that heads are trained on.
        licence, licence_link: of its weights; None for what its repository says.
        gated: whether its authors must be asked before it can be fetched.
        megabytes, parameters, input: about, as published; None where only the hub knows.
        templates: of what a photo of a country is called.
        paper: a link.
        figures: measured elsewhere.
        revision: the only commit that is fetched; None for the newest, which is then recorded.
    """

    name: str
    title: str
    repo: str
    use: Literal["countries", "world", "backbone"] = "countries"
    licence: str | None = None
    licence_link: str | None = None
    gated: bool = False
    megabytes: int | None = None
    parameters: int | None = None
    input: int | None = None
    templates: tuple[str, ...] = TEMPLATES
    paper: str | None = None
    figures: tuple[Figure, ...] = ()
    revision: str | None = None

    @property
    def link(self) -> str:
        """Where it is published."""
        return f"https://huggingface.co/{self.repo}"


@cache
def catalogue() -> tuple[Entry, ...]:
    """The published models that are known by name.

    Example:
        >>> catalogue()[0].licence
        'CC-BY-NC-4.0'
    """
    text = files("geoloc.models.hub").joinpath("catalogue.toml").read_text("utf-8")
    return tuple(Entry.model_validate(row) for row in tomllib.loads(text)["model"])


def entry(name: str) -> Entry:
    """A published model by its name, or by its repository's.

    Raises:
        HubError: if it is neither.

    Example:
        >>> entry("streetclip").repo, entry("laion/CLIP-ViT-H-14").name
        ('geolocal/StreetCLIP', 'laion-clip-vit-h-14')
    """
    for known in catalogue():
        if name in (known.name, known.repo):
            return known
    if not _REPO.fullmatch(name):
        raise HubError(
            "not_in_catalogue",
            "{name} is none of the published models known here: {models}. Any CLIP or SigLIP can "
            "be fetched by its repository, such as openai/clip-vit-base-patch16.",
            name=name,
            models=", ".join(known.name for known in catalogue()),
        )
    return Entry(name=name.replace("/", "-").lower(), title=name, repo=name)
