"""probes, ood, ensemble, trunk: what is fitted to models after training, and fetched before it."""

from __future__ import annotations

from pathlib import Path

from geoloc.models import release as checkpoints
from geoloc.models.registry import available
from geoloc.models.release import Release, ReleaseError
from geoloc.tasks.country import CountryClassifier
from training import data as datasets
from training import ood as outside
from training.arguments import FetchBackbone, FitEnsemble, FitOod, FitProbes
from training.calibration import ensemble as ensembles
from training.calibration import probes as linear
from training.evaluation import evaluate as evaluation
from training.evaluation.answers import Answers, truth_of
from training.release import measured_anew, record
from training.selection import EVERYTHING


def fit_probes(arguments: FitProbes) -> Release:
    """Fit the linear models that a network's activation maps are drawn from; gives the model.

    Raises:
        ReleaseError: if there is no such model, or it is no network of countries.
        DataError: if it doesn't know the data's countries.

    Example:
        >>> from training import FitProbes, fit_probes
        >>> arguments = FitProbes(name="cnn", data=Path("photos"))
        >>> fit_probes(arguments).has_probes  # doctest: +SKIP
        True
    """
    model = arguments.model()
    if not model.classes or model.members:
        raise ReleaseError(
            "not_of_countries",
            "{model} is no network of countries: it has no maps to read.",
            model=model.name,
        )
    data = arguments.load_for(model)
    classifier = CountryClassifier(model, arguments.device)
    fitted = linear.fit_layers(classifier, data.frames, truth_of(model, data))
    strengths = {layer: {"strength": probe.strength} for layer, probe in fitted.items()}
    model = model.with_probes(linear.tensors(fitted)).changed(probes=strengths)
    return measured_anew(model, data, arguments.device)


def fit_ood(arguments: FitOod) -> Release:
    """Fit what tells street photos from other pictures, on a network's embeddings; gives the model.

    Raises:
        ReleaseError: if there is no such model, it is no network of countries, or it was trained
            on every source.

    Example:
        >>> from training import FitOod, fit_ood
        >>> arguments = FitOod(name="lite0", data=Path("photos"))
        >>> fit_ood(arguments).card.calibration.ood.found  # doctest: +SKIP
        0.97
    """
    model = arguments.model()
    if not model.classes or model.members:
        raise ReleaseError(
            "not_of_countries",
            "{model} is no network of countries: it has no embeddings to judge by.",
            model=model.name,
        )
    data = arguments.load_for(model)
    if not data.selection.unseen:
        raise ReleaseError(
            "no_unseen_source",
            "{model} was trained on every source: none says how street photos of others score. "
            "Name some as unseen in the recipe's [selection], and train again.",
            model=model.name,
        )
    classifier = CountryClassifier(model, arguments.device)
    detector, measured = outside.fit(classifier, data, arguments.others)
    calibration = model.country_card.calibration.changed(ood=measured)
    return model.with_ood(detector).changed(calibration=calibration).publish()


def fit_ensemble(arguments: FitEnsemble) -> Release:
    """Fit on val how country models answer as one; gives the ensemble.

    Raises:
        ReleaseError: if a member is missing, or there are fewer than two of this data.

    Example:
        >>> from training import FitEnsemble, fit_ensemble
        >>> arguments = FitEnsemble(data=Path("photos"), members=("cnn", "lite0"))
        >>> fit_ensemble(arguments).members  # doctest: +SKIP
        {'cnn': 0.2, 'lite0': 0.8}
    """
    folder = arguments.checkpoints
    if arguments.members:
        models = [checkpoints.load(folder / name) for name in arguments.members]
    else:
        models = available(folder)[0]
    # All are of the same data, so that what one of them chose is what all did.
    chosen = [datasets.selection_of(model.card.data) for model in models if model.classes]
    data = arguments.load(chosen[0] if chosen else EVERYTHING)
    answers = Answers(arguments.device)
    members = ensembles.members_among(models, data)
    model = ensembles.build(folder / arguments.name, members, data, answers)
    return record(model, "val", evaluation.measure(model, data, "val", answers)).publish()


def fetch_backbone(arguments: FetchBackbone) -> Path:
    """Fetch a backbone that others trained; gives its file.

    Raises:
        RecipeError: if there is no such backbone, or it can't be fetched.

    Example:
        >>> from training import FetchBackbone, fetch_backbone
        >>> fetch_backbone(FetchBackbone(name="tf_efficientnet_lite0")).name  # doctest: +SKIP
        'tf_efficientnet_lite0.in1k.safetensors'
    """
    from training.loop import finetuning  # imports timm, which only such networks need

    return finetuning.fetch(arguments.name, arguments.checkpoints)
