"""What a model claims about itself: card.json, typed.

A card is parsed once, when its folder is opened; whatever is no such thing is refused then, in a
sentence. `docs/card.schema.json` is its JSON Schema.
"""

from geoloc.models.card.calibration import (
    CityCalibration,
    CountryCalibration,
    Input,
    KindFound,
    MultiViewCalibration,
    Network,
    Ood,
    PictureOod,
    SetScores,
    Tta,
)
from geoloc.models.card.cards import (
    ENSEMBLE,
    FORMAT,
    PLACE,
    Card,
    CityCard,
    CityPart,
    CountryCard,
    EnsembleCard,
    ProbePart,
)
from geoloc.models.card.city_scores import CityScores, Errors, OodScores, Region
from geoloc.models.card.confusion import OTHERS, Confusion
from geoloc.models.card.country_scores import (
    Bin,
    Counted,
    CountryScores,
    MultiViewScores,
    OfContinent,
    Pair,
    SourceMean,
    SourceScores,
    VerdictScores,
)
from geoloc.models.card.explanations import Areas, Explanations, Record, TopActivating
from geoloc.models.card.lift import lift
from geoloc.models.card.origin import (
    CountGrid,
    Curves,
    DataPart,
    Provenance,
    Published,
    RecipePart,
    SelectionPart,
    Source,
)
from geoloc.models.card.scores import SPLITS, Scores
from geoloc.models.card.share import Share
from geoloc.models.card.text import CardError, as_json, as_text, of_json, parse, schema
from geoloc.models.card.world import BackbonePart, WorldCalibration, WorldCard, WorldPart
from geoloc.models.card.world_scores import WorldBaseline, WorldScores, WorldSourceScores

__all__ = [
    "Areas",
    "BackbonePart",
    "Bin",
    "Card",
    "CardError",
    "CityCalibration",
    "CityCard",
    "CityPart",
    "CityScores",
    "Confusion",
    "CountGrid",
    "Counted",
    "CountryCalibration",
    "CountryCard",
    "CountryScores",
    "Curves",
    "DataPart",
    "ENSEMBLE",
    "EnsembleCard",
    "Errors",
    "Explanations",
    "FORMAT",
    "Input",
    "KindFound",
    "MultiViewCalibration",
    "MultiViewScores",
    "Network",
    "OTHERS",
    "OfContinent",
    "Ood",
    "OodScores",
    "PLACE",
    "Pair",
    "PictureOod",
    "ProbePart",
    "Provenance",
    "Published",
    "RecipePart",
    "Record",
    "Region",
    "SPLITS",
    "Scores",
    "SelectionPart",
    "SetScores",
    "Share",
    "Source",
    "SourceMean",
    "SourceScores",
    "Tta",
    "TopActivating",
    "VerdictScores",
    "WorldBaseline",
    "WorldCalibration",
    "WorldCard",
    "WorldPart",
    "WorldScores",
    "WorldSourceScores",
    "as_json",
    "as_text",
    "lift",
    "of_json",
    "parse",
    "schema",
]
