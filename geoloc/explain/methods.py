"""All methods for country models, and those of them that fit one."""

from __future__ import annotations

from geoloc.explain.explainer import Explainer
from geoloc.explain.gradient_attention import GradientAttention
from geoloc.explain.gradients import GradCam
from geoloc.explain.last_block import LastBlock
from geoloc.explain.probes import ProbeCam
from geoloc.explain.rollout import Rollout
from geoloc.tasks.country import CountryClassifier

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
