"""The cards of countries and cities: everything that a model claims about itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from geoloc.city.mixture import Mixture
from geoloc.geo import Box, City
from geoloc.geo.cells import Cells
from geoloc.models.card.calibration import CityCalibration, CountryCalibration, Input, Network
from geoloc.models.card.city_scores import CityScores
from geoloc.models.card.confusion import Confusion
from geoloc.models.card.country_scores import CountryScores
from geoloc.models.card.explanations import Explanations, Record, TopActivating
from geoloc.models.card.origin import Curves, DataPart, Provenance, Published, RecipePart
from geoloc.models.card.part import Part, Probability
from geoloc.models.card.scores import SPLITS, Scores
from geoloc.models.multi_view import MultiView

FORMAT = 2

ENSEMBLE = "ensemble"
"""What the card of an ensemble names as its network."""

PLACE = "place"
"""The network that weighs a city's cells and describes photos."""

_CODE = re.compile("[A-Z]{2}")
_SHA256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class ProbePart(Part):
    """The linear models after one layer.

    Attributes:
        strength: the inverse regularisation that val preferred.
    """

    strength: float | None = None


class CityPart(Part):
    """A city's name and box, and the cells that it was cut into.

    Attributes:
        name: short, for files and addresses.
        title: for people.
        box: what a position's x and y are shares of.
        country: ISO code, None if unknown.
        cells: west, south, east and north side of each in the box's unit square.
    """

    name: str
    title: str
    box: Box
    country: str | None = None
    cells: tuple[tuple[float, float, float, float], ...] | None = None


class Card(Part):
    """What the cards of all tasks hold.

    Attributes:
        format: of the card.
        name: of the model, which its folder has as well.
        title: for people.
        task: its name, as `geoloc.tasks.base` knows it.
        network: which, and of which shape.
        input: what it sees of a photo.
        data: what it learnt from.
        recipe: how; None for an ensemble, which is fitted.
        curves: training, a row an epoch.
        best_epoch: the epoch whose weights were released.
        metrics: by split.
        explanations: how faithful its explanations are.
        top_activating: of each class, the photos that excite it most.
        provenance: when, where and with what it was trained.
        published: where its network was published; None for one that was trained here.
        files: SHA-256 of each file beside the card, None in one that was lifted from format 1.
    """

    format: Literal[2] = 2
    name: str
    title: str
    task: str
    network: Network
    input: Input = Input()
    data: DataPart
    recipe: RecipePart | None = None
    curves: tuple[dict[str, int | float], ...] = ()
    best_epoch: int | None = None
    metrics: Mapping[str, Scores] = {}
    explanations: Explanations | None = None
    top_activating: TopActivating | None = None
    provenance: Provenance = Provenance()
    published: Published | None = None
    files: dict[str, _SHA256] | None = None

    @model_validator(mode="after")
    def _curves_count_epochs(self) -> Card:
        if not all("epoch" in row for row in self.curves):
            raise ValueError("a row of the curves has no epoch")
        return self

    @property
    def labels(self) -> tuple[str, ...]:
        """What its network's outputs stand for, one each; none if they are no classes."""
        return ()

    @property
    def scores(self) -> Scores | None:
        """The scores by which it speaks, those of `split`; None if nothing was measured."""
        return None if self.split is None else self.metrics[self.split]

    @cached_property
    def version(self) -> str:
        """SHA-256 of all that it says, the weights' digest among it, in hex."""
        return hashlib.sha256(self.model_dump_json(exclude_unset=True).encode()).hexdigest()

    @property
    def split(self) -> str | None:
        """The first of `SPLITS` that it has scores of, None if it has none."""
        return next((split for split in SPLITS if split in self.metrics), None)

    @property
    def records(self) -> dict[tuple[str, str], Record]:
        """How far the model follows its explanations, by method and layer."""
        methods = self.explanations.methods if self.explanations else ()
        return {(record.method, record.layer): record for record in methods}

    @property
    def training_curves(self) -> Curves | None:
        """How training went, None if the card does not tell."""
        rows = self.curves
        if not rows:
            return None
        measures = [key for key in rows[0] if key != "epoch" and all(key in row for row in rows)]
        return Curves(
            epochs=tuple(int(row["epoch"]) for row in rows),
            measured={key: tuple(row[key] for row in rows) for key in measures},
            best=self.best_epoch,
        )


class _Countries(Card):
    """What the cards of all models that answer which country hold.

    Attributes:
        classes: ISO codes in the order of the outputs.
        calibration: what makes logits probabilities.
        probes: by layer, the linear models behind its CAMs.
    """

    task: Literal["country"]
    classes: Annotated[tuple[str, ...], Field(min_length=1, max_length=1000)]
    calibration: CountryCalibration = CountryCalibration()
    metrics: dict[str, CountryScores] = {}
    probes: dict[str, ProbePart] = {}

    @model_validator(mode="after")
    def _parts_are_of_its_classes(self) -> _Countries:
        count, calibration = len(self.classes), self.calibration
        if len(set(self.classes)) < count or not all(map(_CODE.fullmatch, self.classes)):
            raise ValueError("the classes are not ISO codes of two capitals, each once")
        if calibration.bias is not None and len(calibration.bias) != count:
            raise ValueError(f"the bias is not made of {count} numbers")
        if calibration.prior is not None and len(calibration.prior) != count:
            raise ValueError(f"the prior is not made of {count} numbers")
        for scores in self.metrics.values():
            scores.confusion(self.classes)
        self.multi_view  # noqa: B018 - raises what is wrong with it
        return self

    @property
    def labels(self) -> tuple[str, ...]:
        return self.classes

    @property
    def scores(self) -> CountryScores | None:
        """The scores by which it speaks, those of `split`; None if nothing was measured."""
        return None if self.split is None else self.metrics[self.split]

    @property
    def confusion(self) -> Confusion | None:
        """Its answers by true country, None if they were not counted."""
        return None if self.scores is None else self.scores.confusion(self.classes)

    @property
    def bias(self) -> np.ndarray:
        """What is added to the logits after the temperature, float64 (N,)."""
        return self.calibration.bias_of(len(self.classes))

    @property
    def multi_view(self) -> MultiView:
        """How answers to several photos of one place become one."""
        fitted, count = self.calibration.multi_view, len(self.classes)
        if fitted is None:
            return MultiView.plain(count, self.calibration.conformal_threshold)
        if len(fitted.prior) != count:
            raise ValueError(f"the prior has {len(fitted.prior)} parts, and {count} are needed")
        return MultiView(np.array(fitted.prior), fitted.gamma, fitted.conformal_threshold)


class CountryCard(_Countries):
    """The card of a network that answers which country."""

    @model_validator(mode="after")
    def _has_an_output_a_class(self) -> CountryCard:
        outputs = self.network.shape.get("outputs")
        if outputs != len(self.classes):
            raise ValueError(
                f"the network has {outputs} outputs, and {len(self.classes)} are needed"
            )
        return self


class EnsembleCard(_Countries):
    """The card of an ensemble, which has no network of its own.

    Attributes:
        members: the weight of each model that it answers by, by the name of its folder.
    """

    members: Annotated[dict[str, Probability], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _members_lie_beside_it(self) -> EnsembleCard:
        # A name that leads to another folder would have files read that nobody published.
        for name in self.members:
            if name in ("", ".", "..") or re.search(r"[/\\\0]", name):
                raise ValueError(f"{name!r} is not the name of a folder beside it")
        if not abs(sum(self.members.values()) - 1) < 1e-3:
            raise ValueError("the weights of its members do not add up to 1")
        return self


class CityCard(Card):
    """The card of a network that answers where in a city.

    Attributes:
        city: which, and its box.
        calibration: what makes its answer a density.
    """

    task: Literal["city"]
    city: CityPart
    calibration: CityCalibration = CityCalibration()
    metrics: dict[str, CityScores] = {}

    @model_validator(mode="after")
    def _has_outputs_for_a_place(self) -> CityCard:
        shape = self.network.shape
        if self.network.name == PLACE:
            if shape.get("cells") != len(self.cells):
                raise ValueError(f"the city has {len(self.cells)} cells, the network others")
        elif self.city.cells is not None and self.published is not None:
            if shape.get("outputs") != len(self.cells):
                raise ValueError(f"the city has {len(self.cells)} cells, the network others")
        elif shape.get("outputs") != 2:
            raise ValueError(f"the network has {shape.get('outputs')} outputs, and 2 are needed")
        return self

    @property
    def scores(self) -> CityScores | None:
        """The scores by which it speaks, those of `split`; None if nothing was measured."""
        return None if self.split is None else self.metrics[self.split]

    @property
    def place(self) -> City:
        """The city as other modules know it."""
        city = self.city
        return City(city.name, city.title, city.box, city.country)

    @property
    def cells(self) -> Cells:
        """What the city was cut into, for a network that weighs its parts."""
        if self.city.cells is None:
            raise ValueError("the city has no cells")
        return Cells.from_card(self.city.box, self.city.cells)

    @property
    def mixture(self) -> Mixture:
        """How what the model says becomes probabilities."""
        return self.calibration.mixture or Mixture.uncalibrated(self.city.box)

    @property
    def ood_threshold(self) -> float | None:
        """How much like a city's training views a photo is that may be from there."""
        return None if self.calibration.ood is None else self.calibration.ood.threshold
