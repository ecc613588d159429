"""All methods for country models, and those of them that fit one."""

from __future__ import annotations

from typing import TypeVar

from geoloc.explain.explainer import Explainer
from geoloc.explain.gradient_attention import GradientAttention
from geoloc.explain.gradients import GradCam
from geoloc.explain.last_block import LastBlock
from geoloc.explain.occlusion import Occlusion
from geoloc.explain.probes import ProbeCam
from geoloc.explain.rollout import Rollout
from geoloc.tasks.country import CountryClassifier

Method = TypeVar("Method", bound=type[Explainer])

_METHODS: dict[str, type[Explainer]] = {}


def register_method(method: Method) -> Method:
    """Offer a method for every country model that it fits.

    Args:
        method: with a `name` that no other one has.

    Raises:
        ValueError: if another method has its name.

    Example:
        >>> from geoloc.explain import GradCam, register_method
        >>> @register_method
        ... class Positive(GradCam):
        ...     name = "positive"
        ...     title = "Grad-CAM above zero"
        ...     signed = False
        ...
        ...     def read(self, batch, classes):
        ...         readings = super().read(batch, classes).items()
        ...         return {k: replace(r, values=r.values.clamp(min=0)) for k, r in readings}
    """
    other = _METHODS.get(method.name)
    if other is not None and other.__qualname__ != method.__qualname__:
        raise ValueError(f"there is a method named {method.name!r} already: choose another name")
    _METHODS[method.name] = method
    return method


for _method in (ProbeCam, LastBlock, GradCam, GradientAttention, Rollout, Occlusion):
    register_method(_method)


def all_methods() -> tuple[type[Explainer], ...]:
    """All methods, in the order in which they are offered."""
    return tuple(_METHODS.values())


def explainers(classifier: CountryClassifier) -> tuple[Explainer, ...]:
    """The methods that fit a country model, ready to explain; none for an ensemble."""
    fitting = (kind(classifier) for kind in all_methods() if kind.fits(classifier.checkpoint))
    return tuple(explainer for explainer in fitting if explainer.layers)
