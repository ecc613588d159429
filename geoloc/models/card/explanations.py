"""What a card says of a model's explanations, and of the photos that excite it most."""

from __future__ import annotations

from geoloc.models.card.part import Count, Part, Probability


class Areas(Part):
    """Means over photos; shares of probability, or metres of a pin.

    Attributes:
        deletion: the lower, the better.
        insertion: the higher, the better.
        gain: insertion less deletion.
        tenth: what is lost when the brightest tenth is blurred.
    """

    deletion: float
    insertion: float
    gain: float
    tenth: float


class Record(Part):
    """How far a model follows one method's maps.

    Attributes:
        method: `name` of the explainer.
        layer: where in the network.
        photos: how many it was measured on, spread over as many places as there are.
        map: of the method.
        random: of random maps of as many cells.
        centre: of a map that marks the middle of every photo.
        over_random: the method's gain less the random maps' with its 95 % interval, for which whole
            places are drawn again.
        over_centre: the same beside the middle.
        untrained: rank correlation in [-1, 1] of its maps with those of the same network with
            random weights.
    """

    method: str
    layer: str
    photos: Count
    map: Areas
    random: Areas
    centre: Areas
    over_random: tuple[float, float, float]
    over_centre: tuple[float, float, float]
    untrained: float

    @property
    def beats_random(self) -> bool:
        """Whether it is better than random maps beyond the luck of the photos."""
        return self.over_random[1] > 0

    @property
    def beats_centre(self) -> bool:
        """Whether it is better than marking the middle, beyond the luck of the photos."""
        return self.over_centre[1] > 0


class Explanations(Part):
    """How faithful a model's explanations are.

    Attributes:
        on: the split.
        photos: how many.
        steps: of the curves.
        blur: sigma in pixels of what takes an area away.
        methods: one of each method and layer.
    """

    on: str
    photos: Count
    steps: Count | None = None
    blur: float | None = None
    methods: tuple[Record, ...] = ()


class TopActivating(Part):
    """Of each country, the photos that excite a model most.

    Attributes:
        split: which photos were looked through.
        photo_folder: SHA-256 of which file has which number there.
        countries: by ISO code, numbers of photos with their probabilities, the strongest first.
    """

    split: str
    photo_folder: str
    countries: dict[str, tuple[tuple[Count, Probability], ...]] = {}
