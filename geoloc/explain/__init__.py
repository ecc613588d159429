"""Class activation maps: which parts of a photo go with an answer.

`explainers(classifier)` gives the methods that fit a country model, `register_method` adds one;
`PinCam` is a city model's; all answer with a `Cam`. A map shows activation that goes with a
country, not why the model decided: `geoloc.explain.faithfulness` tests how far the model follows
it.

The package can be called: `geoloc.explain(model, photo)` is `geoloc.api.explain`.
"""

import sys
from types import ModuleType
from typing import Any

from geoloc.explain.cam import Cam, contrast
from geoloc.explain.explainer import Explainer, Reading
from geoloc.explain.gradients import GradCam
from geoloc.explain.layer_title import layer_title
from geoloc.explain.methods import all_methods, explainers, register_method
from geoloc.explain.pin import PinCam
from geoloc.explain.probes import ProbeCam
from geoloc.explain.terms import Term, Terms

__all__ = [
    "Cam",
    "Explainer",
    "GradCam",
    "PinCam",
    "ProbeCam",
    "Reading",
    "Term",
    "Terms",
    "all_methods",
    "contrast",
    "explainers",
    "layer_title",
    "register_method",
]


class _Callable(ModuleType):
    """A package that shares its name with a function."""

    def __call__(self, *arguments: Any, **named: Any) -> Cam:
        from geoloc.api import explain  # imports this package

        return explain(*arguments, **named)


sys.modules[__name__].__class__ = _Callable
