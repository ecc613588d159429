"""Class activation maps: which parts of a photo go with an answer.

`explainers(classifier)` gives the methods that fit a country model, `register_method` adds one;
`PinCam` is a city model's; all answer with a `Cam`. A map shows activation that goes with a
country, not why the model decided: `geoloc.explain.faithfulness` tests how far the model follows
it.
"""

from geoloc.explain.cam import Cam, contrast
from geoloc.explain.explainer import Explainer, Reading
from geoloc.explain.gradients import GradCam
from geoloc.explain.layer_title import layer_title
from geoloc.explain.methods import explainers, methods, register_method
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
    "contrast",
    "explainers",
    "layer_title",
    "methods",
    "register_method",
]
