"""All methods for country models, and those of them that fit one."""

from __future__ import annotations

from geoloc.cam.explainer import Explainer
from geoloc.cam.gradient_attention import GradientAttention
from geoloc.cam.gradients import GradCam
from geoloc.cam.last_block import LastBlock
from geoloc.cam.probes import ProbeCam
from geoloc.cam.rollout import Rollout
from geoloc.predict import CountryClassifier

METHODS: tuple[type[Explainer], ...] = (
    ProbeCam,
    LastBlock,
    GradCam,
    GradientAttention,
    Rollout,
)
"""In the order in which they are offered."""


def explainers(classifier: CountryClassifier) -> tuple[Explainer, ...]:
    """The methods that fit a country model, ready to be asked; none for an ensemble."""
    fitting = (kind(classifier) for kind in METHODS if kind.fits(classifier.checkpoint))
    return tuple(explainer for explainer in fitting if explainer.layers)
