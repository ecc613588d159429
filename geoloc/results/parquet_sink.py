"""A sink of Parquet: a folder of part files, as other programs write and read them.

A Parquet file can be read only when it is finished. So rows are kept as they come in an Arrow
stream, which can be read as far as it was written, and become a part when there are enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from geoloc.files import replacing
from geoloc.results import arrow
from geoloc.results.locate import PlaceAnswer
from geoloc.results.names import harmless
from geoloc.results.sink import Names, Sink, SinkError

ROWS = 20_000
"""Rows of a part, or a few more: of some megabytes."""

_KEYS = ("photo", "model", "error")


class ParquetSink(Sink):
    """A folder of Parquet files, `part-00000.parquet` and so on."""

    def __init__(self, path: Path, names: Names, resume: bool = False) -> None:
        super().__init__(path, names, resume)
        self._arrow, self._parquet = arrow.library(), arrow.library("pyarrow.parquet")
        self._schema = arrow.schema(names)
        self._rows: list[Any] = []
        self._stream: Any = None
        if path.is_file():
            raise SinkError(
                "no_folder",
                "{file} is a file, and a folder of Parquet files is written. Name another.",
                file=path.name,
            )
        path.mkdir(exist_ok=True)

    def written_as(self, path: str) -> str:
        return harmless(path)

    def whole(self) -> Iterator[str]:
        models, answered = self.names.of_all, list[str]()
        for photo, model, error in self._written():
            if error:
                yield photo
                continue
            answered.append(model)
            if tuple(answered) != models[: len(answered)]:
                raise self.other_models(answered)
            if len(answered) == len(models):
                answered = []
                yield photo

    def _written(self) -> Iterator[tuple[str, str, str | None]]:
        for part in self._parts():
            with self._parquet.ParquetFile(part) as file:
                if not file.schema_arrow.equals(self._schema):
                    raise self.other_models(())
                for batch in file.iter_batches(columns=list(_KEYS)):
                    yield from _keys(batch)
        # A batch of the stream has all rows of its photos: it is there whole or not at all.
        self._rows = list(self._streamed())
        for batch in self._rows:
            yield from _keys(batch)

    def _streamed(self) -> Iterator[Any]:
        if not self._stream_path.is_file():
            return
        try:
            with self._stream_path.open("rb") as file:
                yield from self._arrow.ipc.open_stream(file)
        except (OSError, self._arrow.ArrowInvalid):
            return  # as far as it was written

    def append(self, answers: Sequence[PlaceAnswer]) -> None:
        if self._stream is None:
            self._finish_part()
            self._file = self._stream_path.open("wb")
            self._stream = self._arrow.ipc.new_stream(self._file, self._schema)
        batch = arrow.rows(answers, self.names)
        self._stream.write_batch(batch)
        self._file.flush()
        self._rows.append(batch)
        if sum(len(batch) for batch in self._rows) >= ROWS:
            self._finish_part()

    def _finish_part(self) -> None:
        """Make a part of the rows at hand, of this run or of one that was stopped."""
        stream_path = self._stream_path
        if self._stream is not None:
            self._stream.close()
            self._file.close()
            self._stream = None
        if self._rows:
            table = self._arrow.Table.from_batches(self._rows, self._schema)
            with replacing(self.path / f"part-{len(self._parts()):05d}.parquet") as aside:
                self._parquet.write_table(table, aside, compression="zstd")
        self._rows = []
        stream_path.unlink(missing_ok=True)

    @property
    def _stream_path(self) -> Path:
        """The rows of the next part; what is left of one that is there counts no more."""
        return self.path / f".part-{len(self._parts()):05d}.arrows"

    def _parts(self) -> list[Path]:
        return sorted(self.path.glob("part-*.parquet"))

    def close(self) -> None:
        self._finish_part()
        for leftover in self.path.glob(".part-*.arrows"):
            leftover.unlink()


def _keys(batch: Any) -> Iterator[tuple[str, str, str | None]]:
    return zip(*(batch.column(key).to_pylist() for key in _KEYS), strict=True)
