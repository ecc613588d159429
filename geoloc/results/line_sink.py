"""Sinks whose file is text, a record a line: JSON lines, CSV, and GeoJSON.

Records stand between a head and a tail; the tail is written anew after each append, so that the
file is whole whenever nobody is writing to it.
"""

from __future__ import annotations

import csv
import json
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from geoloc.results.csv_table import BOM, LINE_END, csv_line, csv_row
from geoloc.results.fields import flat_rows
from geoloc.results.geojson import feature
from geoloc.results.json_list import record
from geoloc.results.locate import PlaceAnswer
from geoloc.results.names import cell, harmless
from geoloc.results.sink import Names, Sink, SinkError


class LineSink(Sink):
    """A file of records, each on a line.

    Attributes:
        comma: what stands between two records, before the end of the line.
        end: of a line.
        foot: what stands on the lines after the last.
    """

    comma: ClassVar[str] = ""
    end: ClassVar[str] = "\n"
    foot: ClassVar[str] = ""

    def __init__(self, path: Path, names: Names, resume: bool = False) -> None:
        super().__init__(path, names, resume)
        self._head = self.head.encode()
        self._file = path.open("r+b" if path.exists() else "w+b")
        self._end, self._records = len(self._head), 0
        if not path.stat().st_size:
            self._write_at(0, self._head + self._tail)

    @property
    def _tail(self) -> bytes:
        return ((self.end if self._records else "") + self.foot).encode()

    @property
    def head(self) -> str:
        """What stands before the first record."""
        return ""

    @abstractmethod
    def lines(self, answer: PlaceAnswer) -> list[str]:
        """The records of an answer, without the ends of their lines."""

    @abstractmethod
    def photo_of(self, line: str) -> tuple[str, tuple[str, ...], bool]:
        """A record's photo, the models whose answers it holds, and whether these are all.

        Raises:
            ValueError: if it is no whole record.
        """

    def written_as(self, path: str) -> str:
        return harmless(path)

    def whole(self) -> Iterator[str]:
        self._file.seek(0)
        begun = self._file.read(len(self._head))
        if not self._head.startswith(begun):
            raise SinkError(
                "other_head",
                "{file} can't be gone on with: it was begun as another file, or for other models. "
                "Name another file.",
                file=self.path.name,
            )
        self._write_at(0, self._head)
        parts: list[tuple[str, tuple[str, ...]]] = []
        for line in iter(self._file.readline, b""):
            text = line.rstrip(b"\r\n").removesuffix(self.comma.encode())
            try:
                if not line.endswith(b"\n"):
                    raise ValueError("half a line")
                name, models, is_all = self.photo_of(text.decode("utf-8"))
            except ValueError:
                break
            parts.append((name, models))
            answered = tuple(model for _name, of_part in parts for model in of_part)
            if is_all or len(answered) >= len(self.models) or parts[0][0] != name:
                self._refuse_others(answered, is_all)
                yield name
                self._records += 1
                self._end = self._file.tell() - len(line) + len(text)
                parts = []
        self._file.truncate(self._end)
        self._write_at(self._end, self._tail)

    @property
    def models(self) -> tuple[str, ...]:
        """The models that a photo's records name."""
        return self.names.of_all

    def _refuse_others(self, answered: tuple[str, ...], is_all: bool) -> None:
        # A photo that could not be read names no model.
        if answered != self.models and not (is_all and not answered):
            raise self.other_models(answered)

    def append(self, answers: Sequence[PlaceAnswer]) -> None:
        lines = [line for answer in answers for line in self.lines(answer)]
        between = self.comma + self.end
        text = between.join(lines).encode()
        before = between.encode() if self._records else b""
        # In one call: a process that is killed in it leaves a beginning of this behind.
        self._records += len(lines)
        self._write_at(self._end, before + text + self._tail)
        self._end += len(before) + len(text)

    def _write_at(self, place: int, data: bytes) -> None:
        self._file.seek(place)
        self._file.write(data)
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class JsonLinesSink(LineSink):
    """JSON lines: what `geoloc locate --json` writes."""

    def lines(self, answer: PlaceAnswer) -> list[str]:
        return [json.dumps(record(answer, together=False))]

    @property
    def models(self) -> tuple[str, ...]:
        return self.names.models.get("country", ())

    def photo_of(self, line: str) -> tuple[str, tuple[str, ...], bool]:
        fields = _fields(line)
        return str(fields.get("photo")), tuple(fields.get("countries") or ()), True


class GeoJsonSink(LineSink):
    """GeoJSON: a collection with a feature a line."""

    comma = ","
    foot = "]}\n"

    @property
    def head(self) -> str:
        return '{"type": "FeatureCollection", "features": [\n'

    def lines(self, answer: PlaceAnswer) -> list[str]:
        return [json.dumps(feature(answer), ensure_ascii=False, allow_nan=False)]

    @property
    def models(self) -> tuple[str, ...]:
        return self.names.models.get("country", ())

    def photo_of(self, line: str) -> tuple[str, tuple[str, ...], bool]:
        properties = _fields(line).get("properties") or {}
        return (
            str(properties.get("photo")),
            tuple(one["model"] for one in properties.get("answers", ())),
            True,
        )


class CsvSink(LineSink):
    """A CSV for spreadsheets: a row a photo and model; one for a photo that could not be read."""

    end = LINE_END

    @property
    def head(self) -> str:
        return BOM + csv_line(self.names.columns) + LINE_END

    def lines(self, answer: PlaceAnswer) -> list[str]:
        return [csv_row(self.names.columns, row) for row in flat_rows(answer)]

    def written_as(self, path: str) -> str:
        return cell(path)

    def photo_of(self, line: str) -> tuple[str, tuple[str, ...], bool]:
        (cells,) = csv.reader([line])
        if len(cells) != len(self.names.columns):
            raise ValueError("not a whole row")
        row = dict(zip(self.names.columns, cells, strict=True))
        models = (row["model"],) if row["model"] else ()
        return row["photo"], models, bool(row["error"])


def _fields(line: str) -> dict[str, Any]:
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value
