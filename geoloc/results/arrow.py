"""Arrow and Parquet, which the extra [parquet] brings, and answers as a table of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from geoloc.errors import GeolocError
from geoloc.results.fields import columns, flat_rows
from geoloc.results.locate import PlaceAnswer
from geoloc.results.names import harmless
from geoloc.results.sink import Names
from geoloc.tasks.base import tasks

_NUMBERS = frozenset({"exif_lat", "exif_lon", "xmp_lat", "xmp_lon", "ms"})


def library(module: str = "pyarrow") -> Any:
    """A module of pyarrow.

    Raises:
        GeolocError: if it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise GeolocError(
            "no_pyarrow",
            "Parquet needs pyarrow, which is not installed here. Type: pip install "
            '"where-am-i[parquet]"',
        ) from error


def schema(names: Names) -> Any:
    """The types of `columns`, and of the shares of classes: float32."""
    pa = library()
    numbers = _NUMBERS.union(*(task.numbers for task in tasks()))
    lists = frozenset[str]().union(*(task.lists for task in tasks()))

    def kind(name: str) -> Any:
        if name == "photos":
            return pa.int32()
        if name in lists:
            return pa.list_(pa.string())
        return pa.float64() if name in numbers else pa.string()

    flat = [(name, kind(name)) for name in columns()]
    return pa.schema([*flat, *((name, pa.float32()) for name in names.shares)])


def rows(answers: Sequence[PlaceAnswer], names: Names) -> Any:
    """A record batch of the answers: a row a photo and model, one if a photo could not be read."""
    pa = library()
    plain = [
        {name: harmless(value) if isinstance(value, str) else value for name, value in row.items()}
        for answer in answers
        for row in flat_rows(answer)
    ]
    return pa.RecordBatch.from_pylist(plain, schema=schema(names))
