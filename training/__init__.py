"""From photos to a checkpoint: data sets, balance, training, evaluation. `python -m training`.

Each command is a function of its arguments here as well:

    from training import TrainCountry, train_country

    model = train_country(TrainCountry(data=Path("photos"), recipe="cnn-alone", name="mine"))
"""

from training.arguments import (
    Ablate,
    BalanceClasses,
    Calibrate,
    EmbedGallery,
    Evaluate,
    Explain,
    Fetch,
    FetchBackbone,
    Figures,
    FitEnsemble,
    FitOod,
    FitProbes,
    Table,
    TrainCity,
    TrainCountry,
    TrainWorld,
)
from training.commands.ablate import ablate
from training.commands.additions import fetch_backbone, fit_ensemble, fit_ood, fit_probes
from training.commands.data_sets import balance_classes, fetch, read_table
from training.commands.measure import evaluate, figures
from training.release import calibrate, embed_gallery, explain, train_city, train_country
from training.world.train import train_world

__all__ = [
    "Ablate",
    "BalanceClasses",
    "Calibrate",
    "EmbedGallery",
    "Evaluate",
    "Explain",
    "Fetch",
    "FetchBackbone",
    "Figures",
    "FitEnsemble",
    "FitOod",
    "FitProbes",
    "Table",
    "TrainCity",
    "TrainCountry",
    "TrainWorld",
    "ablate",
    "balance_classes",
    "calibrate",
    "embed_gallery",
    "evaluate",
    "explain",
    "fetch",
    "fetch_backbone",
    "figures",
    "fit_ensemble",
    "fit_ood",
    "fit_probes",
    "read_table",
    "train_city",
    "train_country",
    "train_world",
]
