"""table, fetch, balance: what is in a data set, and what a recipe makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geoloc.balance import Balance, described
from training import data as datasets
from training.arguments import BalanceClasses, Fetch, Table
from training.data import Data
from training.data import fetch as downloads
from training.data.fetch import FetchError
from training.loop import recipe as recipes
from training.release import countries_of


def read_table(arguments: Table) -> Data:
    """Read a data set, of which a split may be empty; `summary` says what is in it.

    Raises:
        DataError: if no photo lies in the box, or the disk has no room for the decoded photos.
        SourceError: if the folder holds no data set.
        TableError: if the table breaks a rule.

    Example:
        >>> from training import Table, read_table
        >>> print(read_table(Table(data=Path("photos"))).summary())  # doctest: +SKIP
    """
    return datasets.look(arguments.data, arguments.source, arguments.box)


def fetch(arguments: Fetch, agree: Callable[[], bool] = lambda: True) -> str:
    """Download a data set; gives what can be done with it next, or which there are.

    Args:
        arguments: which, and where to.
        agree: whether to go on, once the terms and the size were logged; `yes` doesn't ask.

    Raises:
        FetchError: if that says no, the disk has too little room, or a file cannot be had.

    Example:
        >>> from training import Fetch, fetch
        >>> "country211" in fetch(Fetch())
        True
    """
    if arguments.name is None:
        return downloads.listed()
    if arguments.to is None:
        raise FetchError("--to is missing: the folder that the data set is put into.")
    return downloads.fetch(arguments.name, arguments.to, agree=_yes if arguments.yes else agree)


def _yes() -> bool:
    return True


@dataclass(frozen=True)
class ClassSizes:
    """How large a recipe makes each country's class.

    Attributes:
        counts: training photos by country.
        balance: the recipe's method.
    """

    counts: dict[str, int]
    balance: Balance

    @property
    def items(self) -> dict[str, Any]:
        """Photos that an epoch shows on average, by country."""
        return described.items(self.counts, self.balance)

    def report(self) -> str:
        """As text for a terminal."""
        return described.report(self.counts, self.balance)


def balance_classes(arguments: BalanceClasses) -> ClassSizes:
    """The sizes of a recipe's classes before and after; plotted too where a file is named.

    Raises:
        DataError: if the data can't be trained on.
        RecipeError: if there is no such recipe.

    Example:
        >>> from training import BalanceClasses, balance_classes
        >>> balance_classes(BalanceClasses(data=Path("photos"))).counts  # doctest: +SKIP
        {'DE': 8, 'FR': 24}
    """
    recipe = recipes.load(arguments.recipe)
    data = arguments.load(recipe.selection)
    countries_of(data, recipe)  # refuses what can't be trained on
    sizes = ClassSizes(data.countries()["train"], recipe.balance)
    if arguments.plot:
        _plot(sizes, arguments.plot, arguments.log)
    return sizes


def _plot(sizes: ClassSizes, file: Path, log: bool) -> None:
    from geoloc.draw.charts import class_sizes  # plotly, which no other command needs

    file.parent.mkdir(parents=True, exist_ok=True)
    class_sizes(sizes.counts, sizes.items, log).write_html(file)
