"""The one result of every explanation: a grid of numbers over what a network sees of a photo."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geoloc.photo.inputs import BAND, InputSpec


@dataclass(frozen=True)
class Cam:
    """What one method says of one photo: which parts go with an answer.

    Where `bias` is known, `values.mean() + bias` is the country's logit: of a layer's linear model,
    or of the network itself.

    Attributes:
        values: float32 (h, w), spread evenly over what `spec` shows of the photo; evidence for
            (> 0) and against (< 0) the country, or how much a part counts where the map is not one
            country's.
        layer: where in the network.
        country: ISO 3166-1 alpha-2; None if the map is not one country's.
        probability: what is explained gives the country, in [0, 1]; None without a country.
        bias: what the logit has beyond the map's mean; None where it is no such sum.
        method: `name` of the explainer.
        against: the country whose map was subtracted, in a contrast.
        spec: what the network sees of a photo; `spec.part(pixels)` is what the map lies over.

    Example:
        >>> cam = Cam(np.float32([[1, -1], [0, 2]]), "conv_3", "FR", 0.5, bias=0.25)
        >>> float(cam.values.mean() + cam.bias)
        0.75
    """

    values: np.ndarray
    layer: str
    country: str | None
    probability: float | None
    bias: float | None = None
    method: str = "probes"
    against: str | None = None
    spec: InputSpec = BAND


def contrast(cam: Cam, other: Cam) -> Cam:
    """Why one country and not another: the difference of their maps.

    Its mean plus its bias is the difference of the two logits, where these are known.

    Raises:
        ValueError: if the maps are not of one method and layer, or not of two countries.
    """
    if (cam.method, cam.layer) != (other.method, other.layer):
        raise ValueError(f"{cam.method} after {cam.layer} is not {other.method} of {other.layer}")
    if None in (cam.country, other.country):
        raise ValueError(f"{cam.method} is not of a country: there is nothing to compare")
    bias = None if cam.bias is None or other.bias is None else cam.bias - other.bias
    return replace(
        cam,
        values=cam.values - other.values,
        bias=bias,
        against=other.country,
    )
