"""What a visitor asks for, and the controls to ask it with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator

from geoloc.countries import alphabetical, name
from geoloc.draw.overlay import COLOUR_MAPS, legend
from geoloc.explain import Explainer, ProbeCam, layer_title
from geoloc.tasks.country import CountryPrediction
from pages.explain import text
from pages.language import _
from pages.shared.links import remembered, remembered_selectbox
from pages.shared.registry import Shelf, Shelved

SIGNED = "signed"
"""Colours that tell what speaks for a country from what speaks against it."""

_PAGE = "explained"


@dataclass(frozen=True)
class Look:
    """How maps are drawn.

    Attributes:
        colours: a colour map, or `SIGNED`.
    """

    colours: str

    @property
    def signed(self) -> bool:
        return self.colours == SIGNED

    @property
    def ends(self) -> tuple[str, str]:
        """What the first and the last of the colours mean."""
        low, high = text.SIGNED_ENDS if self.signed else text.ENDS
        return _(low), _(high)


@dataclass(frozen=True)
class Controls:
    """Where controls are drawn: the country, and behind a button what few visitors change."""

    country: DeltaGenerator
    more: DeltaGenerator


def pick_model(shelf: Shelf, box: DeltaGenerator) -> Shelved:
    """One of all models, as the page's address says: ?model=NAME.

    At first it is the one chosen on *Locate*; where nobody chose one there, the first whose layers
    have linear models of their own, because its maps are plain sums.
    """
    models = {model.checkpoint.folder.name: model for model in (*shelf.countries, *shelf.cities)}
    chosen = remembered_selectbox(
        _PAGE,
        "model",
        list(models),
        _first(shelf, list(models)),
        _(text.MODEL),
        lambda n: models[n].title,
        box,
    )
    return models[chosen]


def _first(shelf: Shelf, names: Sequence[str]) -> str:
    located = located_model()
    if located in names and located != names[0]:
        return located
    plain_sums = (m for m in shelf.countries if ProbeCam.fits(m.checkpoint))
    return next((model.checkpoint.folder.name for model in plain_sums), names[0])


def located_model() -> str | None:
    """The model that the visitor chose on *Locate*."""
    return remembered("locate", "model")


def pick_country(prediction: CountryPrediction, headline: str, box: DeltaGenerator) -> str:
    """One of the model's countries: ?country=CODE; at first the one that *Locate* names, if known.

    Args:
        prediction: the model's own.
        headline: the country that *Locate* names.
        box: where it is drawn.
    """
    codes = alphabetical(prediction.codes)
    default = headline if headline in codes else prediction.codes[0]
    return remembered_selectbox(_PAGE, "country", codes, default, _(text.COUNTRY), name, box)


def pick_against(country: str, prediction: CountryPrediction, box: DeltaGenerator) -> str | None:
    """Another country to compare with, or none."""
    codes = ["", *(code for code in alphabetical(prediction.codes) if code != country)]
    told = remembered_selectbox(
        _PAGE,
        "against",
        codes,
        "",
        _(text.AGAINST),
        lambda c: name(c) if c else _(text.NO_OTHER),
        box,
    )
    return told or None


def pick_method(explainers: Sequence[Explainer], box: DeltaGenerator) -> Explainer:
    """One of the methods that fit the model, the first of them at first: ?method=NAME."""
    by_name = {explainer.name: explainer for explainer in explainers}
    chosen = remembered_selectbox(
        _PAGE,
        "method",
        list(by_name),
        next(iter(by_name)),
        _(text.METHOD),
        lambda n: _(by_name[n].title),
        box,
    )
    return by_name[chosen]


def pick_layers(explainer: Explainer, box: DeltaGenerator) -> list[str]:
    """Some of the method's layers; all at first, and if none is chosen."""
    if len(explainer.layers) < 2:
        return list(explainer.layers)
    kind = explainer.classifier.card.network.name
    chosen = box.segmented_control(
        _(text.LAYERS),
        explainer.layers,
        format_func=layer_title,
        selection_mode="multi",
        default=explainer.layers,
        key=f"explained layers {kind} {explainer.name}",
    )
    return [layer for layer in explainer.layers if layer in (chosen or explainer.layers)]


def pick_look(signed: bool, box: DeltaGenerator) -> Look:
    """The colours; signed ones only where maps have signs."""
    colours = [*COLOUR_MAPS, SIGNED] if signed else list(COLOUR_MAPS)
    chosen = box.selectbox(
        _(text.COLOURS),
        colours,
        format_func=lambda code: _(text.SIGNED) if code == SIGNED else code,
        key=f"explained colours {signed}",
    )
    return Look(chosen)


def show_legend(look: Look, ends: tuple[str, str], box: DeltaGenerator) -> None:
    """The colours from one end to the other."""
    bar = legend(signed=True) if look.signed else legend(look.colours)
    meaning = f"{ends[0]} – {ends[1]}"
    box.container(key="legend").image(bar, width="stretch", alt="", caption=meaning)
