"""ablate: variants of one recipe, compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from geoloc.files import write_atomically
from training.arguments import Ablate
from training.evaluation import ablation
from training.loop import recipe as recipes
from training.loop.build import build_network, build_trainer
from training.loop.fit import Trainer
from training.loop.recipe import Recipe
from training.release import countries_of, country_dependencies


def ablate(arguments: Ablate) -> dict[str, Any]:
    """Train variants of a recipe, and compare them on val.

    Returns:
        The comparison, as `training.evaluation.ablation.comparison` gives it.

    Raises:
        DataError: if the data can't be trained on.
        RecipeError: if the recipe or a variant can't be followed.

    Example:
        >>> from training import Ablate, ablate
        >>> arguments = Ablate(data=Path("photos"), only=("none", "abcd"), seeds=(0,))
        >>> [row["name"] for row in ablate(arguments)["variants"]]  # doctest: +SKIP
        ['none', 'abcd']
    """
    base = recipes.load(arguments.recipe)
    if arguments.epochs is not None:
        base = recipes.changed(base, {"fit": {"epochs": arguments.epochs}})
    variants = ablation.load(arguments.variants, arguments.only)
    data, workspace = arguments.load(base.selection, base.input), arguments.workspace

    def build(recipe: Recipe, folder: Path) -> Trainer:
        task = countries_of(data, recipe)
        network = build_network(recipe, task, workspace.checkpoints)
        dependencies = country_dependencies(recipe, data, workspace)
        device = workspace.device
        return build_trainer(recipe, task, network, data.frames, dependencies, folder, device)

    study = ablation.Study(base, variants, arguments.seeds)
    comparison = ablation.ablate(study, data, arguments.runs / "ablation", build)
    if arguments.write:
        write_atomically(arguments.write, (json.dumps(comparison, indent=1) + "\n").encode())
    return comparison
