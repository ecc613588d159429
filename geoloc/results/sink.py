"""A file that answers are appended to, whole rows only, and that a later run can go on with.

What was appended stays, whatever becomes of the process; what a killed one left half written is cut
off before the next one goes on. Rows come in the order of the photos, so which photos are answered
is what the file itself says.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geoloc.errors import GeolocError
from geoloc.results.fields import columns
from geoloc.results.locate import Locator, PlaceAnswer
from geoloc.tasks.base import tasks


class SinkError(GeolocError):
    """A file of answers that can't be written, or not gone on with, and what to do."""


@dataclass(frozen=True)
class Names:
    """Whose answers a file holds.

    Attributes:
        models: by task, in the order in which they answer.
        shares: the columns of the classes that they know, sorted.
    """

    models: dict[str, tuple[str, ...]]
    shares: tuple[str, ...]

    @classmethod
    def of(cls, locator: Locator) -> Names:
        by_task = {task.name: models for task, models in locator.models.items()}
        shares = {
            name
            for task in tasks()
            for model in by_task.get(task.name, ())
            for name in task.share_names(model)
        }
        return cls(
            {name: tuple(m.checkpoint.name for m in models) for name, models in by_task.items()},
            tuple(sorted(shares)),
        )

    @property
    def of_all(self) -> tuple[str, ...]:
        """The models of all tasks."""
        return tuple(name for task in tasks() for name in self.models.get(task.name, ()))

    @property
    def columns(self) -> list[str]:
        """The names of a table's columns."""
        return [*columns(), *self.shares]


class Sink(ABC):
    """A file of answers; a context manager that closes it.

    Args:
        path: of it.
        names: whose answers it holds.
        resume: whether to go on with what is there.

    Raises:
        SinkError: if something is there, and shall not be gone on with.
    """

    def __init__(self, path: Path, names: Names, resume: bool = False) -> None:
        self.path, self.names = path, names
        if path.exists() and not resume:
            raise SinkError(
                "already_there",
                "{file} is there already. Go on with it by --resume, or name another file.",
                file=path.name,
            )
        path.parent.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Sink:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def skip(self, paths: Iterator[str]) -> int:
        """Take from some paths those whose rows are there, and give their number.

        Raises:
            SinkError: if the rows are of other photos, or of other models.
        """
        number = 0
        for number, name in enumerate(self.whole(), start=1):
            path = next(paths, None)
            if path is None or self.written_as(path) != name:
                raise SinkError(
                    "other_photos",
                    "{file} can't be gone on with: its photo {number:,} is {name}, and now {other} "
                    "comes there. Name the photos as before, or another file.",
                    file=self.path.name,
                    number=number,
                    name=name,
                    other="none" if path is None else self.written_as(path),
                )
        return number

    def other_models(self, models: Sequence[str]) -> SinkError:
        """What is wrong with a file that other models answered."""
        return SinkError(
            "other_models",
            "{file} can't be gone on with: {models} answered there. Ask the same models again, or "
            "name another file.",
            file=self.path.name,
            models=", ".join(models) or "nobody",
        )

    @abstractmethod
    def whole(self) -> Iterator[str]:
        """The name of each photo whose rows are there; what is left half written is cut off.

        Raises:
            SinkError: if it is no such file, or of other models.
        """

    @abstractmethod
    def written_as(self, path: str) -> str:
        """How a photo's path stands in the file."""

    @abstractmethod
    def append(self, answers: Sequence[PlaceAnswer]) -> None:
        """Write all rows of some answers, each of one photo; they are there when this returns."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file."""


def open_sink(path: Path, locator: Locator, resume: bool = False) -> Sink:
    """The sink of a file, by its ending: jsonl, csv, geojson or parquet.

    Args:
        path: of the file; of a folder of parts, for parquet.
        locator: whose answers come.
        resume: whether to go on with what is there.

    Raises:
        SinkError: if there is no such format, or something is there that shall not be gone on with.
    """
    from geoloc.results.line_sink import CsvSink, GeoJsonSink, JsonLinesSink
    from geoloc.results.parquet_sink import ParquetSink

    kinds: dict[str, type[Sink]] = {
        ".jsonl": JsonLinesSink,
        ".csv": CsvSink,
        ".geojson": GeoJsonSink,
        ".parquet": ParquetSink,
    }
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise SinkError(
            "unknown_format",
            "{file} has no ending that says what to write: it is one of {endings}.",
            file=path.name,
            endings=", ".join(kinds),
        )
    return kind(path, Names.of(locator), resume)
