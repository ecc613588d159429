"""table, fetch, balance: what is in a data set, and what a recipe makes of it."""

from __future__ import annotations

import argparse

from geoloc.balance import described
from training import data as datasets
from training.commands.train import box_of, countries_of
from training.data import fetch as downloads
from training.data.fetch import FetchError
from training.loop import recipe


def table(asked: argparse.Namespace) -> int:
    """Print what is in a data set, what is skipped and why."""
    print(datasets.look(asked.data, asked.source, box_of(asked)).told())
    return 0


def fetch(asked: argparse.Namespace) -> int:
    """Download a data set, or list those that are known."""
    if asked.name is None:
        print(downloads.listed())
        return 0
    if asked.to is None:
        raise FetchError("--to is missing: the folder that the data set is put into.")
    downloads.fetch(asked.name, asked.to, sure=asked.yes)
    return 0


def balance(asked: argparse.Namespace) -> int:
    """Print, and plot if asked, the sizes of a recipe's classes before and after."""
    chosen = recipe.load(asked.recipe)
    data = datasets.load(asked.data, asked.source)
    countries_of(data, chosen)  # refuses what can't be trained on
    counts = data.countries()["train"]
    print(described.report(counts, chosen.balance))
    if asked.plot:
        from geoloc.draw.charts import class_sizes  # plotly, which no other command needs

        plot = class_sizes(counts, described.items(counts, chosen.balance), asked.log)
        asked.plot.parent.mkdir(parents=True, exist_ok=True)
        plot.write_html(asked.plot)
    return 0
