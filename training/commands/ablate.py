"""ablate: variants of one recipe, compared."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from training import data as datasets
from training.commands.train import built_on_of, countries_of, network_of, trainer_of
from training.evaluation import ablation
from training.loop import recipe
from training.loop.fit import Trainer
from training.loop.recipe import Recipe


def ablate(asked: argparse.Namespace) -> int:
    """Train variants of a recipe, and print and write how they compare on val."""
    base = recipe.load(asked.recipe)
    if asked.epochs is not None:
        base = recipe.changed(base, {"fit": {"epochs": asked.epochs}})
    variants = ablation.load(asked.variants, asked.only)
    data = datasets.load(asked.data, asked.source)

    def built(chosen: Recipe, folder: Path) -> Trainer:
        task = countries_of(data, chosen)
        network = network_of(asked, chosen, task)
        built_on = built_on_of(asked, chosen, task, data)
        return trainer_of(asked, network, chosen, task, data, folder, built_on)

    study = ablation.Study(base, variants, tuple(asked.seeds))
    found = ablation.ablate(study, data, asked.runs / "ablation", built)
    print(f"\n{ablation.markdown(found)}")
    if asked.write:
        asked.write.parent.mkdir(parents=True, exist_ok=True)
        asked.write.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0
