"""The classes before and after balancing, as numbers for a card and as a table for people."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geoloc.balance import Balance, Growth
from geoloc.countries import name


def items(counts: Mapping[str, int], balance: Balance) -> dict[str, float]:
    """Items of each country in an epoch on average.

    Args:
        counts: training photos by country, none zero.
        balance: the method.
    """
    sizes = balance.sizes(_array(counts))
    return {code: round(float(size), 2) for code, size in zip(counts, sizes, strict=True)}


def imbalance(sizes: Mapping[str, float]) -> float:
    """How many times as large as the smallest class the largest is."""
    return max(sizes.values()) / min(sizes.values())


def report(counts: Mapping[str, int], balance: Balance) -> str:
    """A table with a row a country, the largest first, and the totals below.

    Args:
        counts: training photos by country, none zero.
        balance: the method; the table has its shares, its weights or its offset where it has some.
    """
    counts = dict(sorted(counts.items(), key=lambda entry: -entry[1]))
    after, columns = items(counts, balance), _columns(_array(counts), balance)
    lines = [["country", "photos", *columns, "factor", "items"]]
    for i, (code, photos) in enumerate(counts.items()):
        own = [f"{values[i]:.2f}" for values in columns.values()]
        lines.append([name(code), *_sizes(photos, own, after[code])])
    total = _sizes(sum(counts.values()), [""] * len(columns), sum(after.values()))
    lines.append(["all", *total])
    even = f"largest / smallest: {imbalance(counts):.1f} before, {imbalance(after):.1f} after"
    return f"method {balance.method}\n{_aligned(lines)}\n{even}"


def _array(counts: Mapping[str, int]) -> np.ndarray:
    return np.array(list(counts.values()))


def _sizes(before: int, between: list[str], after: float) -> list[str]:
    return [f"{before:,}", *between, f"{after / before:.2f}", f"{after:,.0f}"]


def _columns(counts: np.ndarray, balance: Balance) -> dict[str, list[float]]:
    """What a method has beside sizes: values by class, by the column's title."""
    columns: dict[str, list[float]] = {}
    if isinstance(balance, Growth):
        shares = balance.shares(counts.tolist())
        columns = {part: [getattr(share, part) for share in shares] for part in "abcd"}
    weights, offset = balance.weights(counts), balance.offset(counts)
    if (weights != 1.0).any():
        columns["weight"] = weights.tolist()
    if offset.any():
        columns["offset"] = offset.tolist()
    return columns


def _aligned(lines: list[list[str]]) -> str:
    first, *others = (max(map(len, column)) for column in zip(*lines, strict=True))
    return "\n".join(
        "  ".join([line[0].ljust(first), *map(str.rjust, line[1:], others)]) for line in lines
    )
