"""What was fitted on val, and what a network is shown: how its numbers become an answer."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Field, model_validator

from geoloc.city.mixture import Mixture
from geoloc.models.card.origin import Source
from geoloc.models.card.part import Count, Part, Probability
from geoloc.photo.inputs import (
    BLACK,
    HEIGHT,
    LARGEST,
    ONE,
    WIDTH,
    Colour,
    CropMethod,
    Crops,
    InputSpec,
    Interpolation,
)
from geoloc.verdict import VerdictBounds

Positive = Annotated[float, Field(gt=0)]
"""A number above 0."""

_MOST = 2**20  # no shape that this project can serve has a larger number in it


class Network(Part):
    """Which network, and of which shape.

    Attributes:
        name: as networks are registered, or "ensemble".
        shape: what it is built with.
        parameters: how many numbers training sets.
        backbone_sha256: of the file with the frozen backbone that it was tuned on.
    """

    name: str
    shape: dict[str, Any] = {}
    parameters: Count | None = None
    backbone_sha256: str | None = None

    @model_validator(mode="after")
    def _can_be_built(self) -> Network:
        large = [key for key, value in self.shape.items() if _size(value) > _MOST]
        if large:
            raise ValueError(f"{large[0]} of the network is larger than any network here")
        return self


def _size(value: Any) -> float:
    return abs(value) if isinstance(value, int | float) else 0


class Tta(Part):
    """The views of a photo whose answers are averaged.

    Attributes:
        offsets: rows by which each view lies below the band, as far as the photo reaches.
        mirror: whether each is looked at mirrored as well.
    """

    offsets: Annotated[tuple[int, ...], Field(min_length=1, max_length=32)]
    mirror: bool


class Input(Part):
    """What a network sees of a photo.

    Attributes:
        width, height: in pixels.
        method: which part of a photo, as `InputSpec` calls it.
        crop: the same in words.
        range: of the values before they are standardised.
        mean, std: (x - mean) / std by colour is what the network is given; 0 and 1 for one that
            standardises photos itself.
        interpolation: how photos are made smaller.
        tta: the views whose answers are averaged, None for the one in the middle.
    """

    width: Annotated[int, Field(gt=0, le=LARGEST)] = WIDTH
    height: Annotated[int, Field(gt=0, le=LARGEST)] = HEIGHT
    method: CropMethod = "band"
    crop: str | None = None
    range: tuple[float, float] = (0.0, 1.0)
    mean: Colour = BLACK
    std: Colour = ONE
    interpolation: Interpolation = "area"
    tta: Tta | None = None

    @model_validator(mode="after")
    def _can_be_made(self) -> Input:
        self.spec  # noqa: B018 - raises what is wrong with it
        return self

    @classmethod
    def of(cls, spec: InputSpec) -> Input:
        """What a card says of an input."""
        return cls(**spec.described)

    @property
    def spec(self) -> InputSpec:
        """The input itself."""
        return InputSpec(
            self.height, self.width, self.method, self.mean, self.std, self.interpolation
        )

    @property
    def crops(self) -> Crops:
        """The views of a photo that are averaged."""
        if self.tta is None:
            return Crops(spec=self.spec)
        return Crops(self.tta.offsets, self.tta.mirror, self.spec)


class MultiViewCalibration(Part):
    """How a country model's answers to the views of one place become one.

    Attributes:
        prior: what the model answers on average, (N,), all above 0; adds up to 1.
        gamma: how the evidence grows with the number of views.
        conformal_threshold: of country sets of several views.
    """

    prior: tuple[Positive, ...]
    gamma: Probability = 0.0
    conformal_threshold: Probability | None = None


class KindFound(Part):
    """How many pictures of one kind were told from street photos.

    Attributes:
        pictures: how many were shown.
        found: the share of them.
    """

    pictures: Count
    found: Probability


class PictureOod(Part):
    """From which score on a picture is no street photo (`geoloc.ood`).

    Attributes:
        method: in words.
        threshold: what a share `passed` of street photos of unseen sources does not exceed.
        passed: that share.
        found: the share of other pictures that do, the mean over their kinds.
        by_kind: the same of each kind.
    """

    method: str | None = None
    threshold: float
    passed: Probability | None = None
    found: Probability | None = None
    by_kind: dict[str, KindFound] = {}


class SetScores(Part):
    """How the country sets of one source's photos came out.

    Attributes:
        photos: how many.
        set_coverage: how often they hold the truth.
        set_size: countries in a set on average.
    """

    photos: Count
    set_coverage: Probability
    set_size: float


class CountryCalibration(Part):
    """What makes logits probabilities: softmax(logits / temperature + bias).

    Attributes:
        on: the split that it was fitted on, None if it was not.
        temperature: Guo et al. 2017, arXiv:1706.04599.
        prior_weight: how much of the classes' prior `bias` holds.
        prior_power: the power of `prior` that probabilities are divided by.
        prior: each class's share of what training showed, (N,); add up to 1.
        bias: (N,), None for none.
        conformal_threshold: the probability mass that country sets fill (Romano et al. 2020,
            arXiv:2006.02544), None if it was not fitted.
        set_coverage: how often these sets shall hold the truth.
        multi_view: how several photos of one place become one answer, None for their plain mean.
        sources: those that it was fitted on, if nothing was trained on them; empty where photos of
            the same sources were trained on.
        left_out: of each of them, the sets that a fit on the others makes.
        verdict: from which probabilities on an answer is more than a wild guess.
        ood: what is no street photo; None for a model that can't tell.
    """

    on: str | None = None
    temperature: Positive = 1.0
    prior_weight: float | None = None
    prior_power: float | None = None
    prior: tuple[Probability, ...] | None = None
    bias: tuple[float, ...] | None = None
    conformal_threshold: Probability | None = None
    set_coverage: Probability | None = None
    multi_view: MultiViewCalibration | None = None
    sources: tuple[str, ...] = ()
    left_out: dict[str, SetScores] = {}
    verdict: VerdictBounds | None = None
    ood: PictureOod | None = None

    def bias_of(self, classes: int) -> np.ndarray:
        """What is added to the logits after the temperature, float64 (N,)."""
        return np.zeros(classes) if self.bias is None else np.array(self.bias)


class Ood(Part):
    """From which similarity on a photo may be of the city.

    Attributes:
        threshold: the least similarity to the training views.
        kept: the share of the city's own photos that reach it.
        elsewhere: the data set of other places that it was measured on.
    """

    threshold: float
    kept: Probability | None = None
    elsewhere: Source | None = None


class CityCalibration(Part):
    """What makes what a city model says a density.

    Attributes:
        on: the split that it was fitted on, None if it was not.
        temperature: of the logits, 1 for a city: `mixture` has its own.
        mixture: the parts of the density, None if none was fitted.
        ood: None for a network without reference views.
    """

    on: str | None = None
    temperature: Positive = 1.0
    mixture: Mixture | None = None
    ood: Ood | None = None
