"""Whether an explanation is true: the model's answer has to follow the map.

`trial` puts the map of one photo to the test; a card's `records` tell of many.
"""

from geoloc.explain.faithfulness.blur import SIGMA, blurred
from geoloc.explain.faithfulness.curves import (
    STEPS,
    PerturbationCurves,
    Score,
    Trial,
    brightest_tenth,
    centre_map,
    measure,
    random_map,
    trial,
)
from geoloc.explain.faithfulness.scores import country_score, pin_score

__all__ = [
    "SIGMA",
    "STEPS",
    "PerturbationCurves",
    "Score",
    "Trial",
    "blurred",
    "brightest_tenth",
    "centre_map",
    "country_score",
    "measure",
    "pin_score",
    "random_map",
    "trial",
]
