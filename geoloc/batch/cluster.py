"""The same answers on a cluster: Ray Data hands photos to networks on many machines.

Paths go in, from a folder, a bucket, a list or a table; Parquet files come out, with the rows and
columns of `geoloc.results.parquet_sink`, in any order. Ray asks another worker about the photos of
one that dies. Every machine needs geoloc, the models, and access to the photos.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from geoloc.batch.errors import BatchError
from geoloc.batch.pool import Pool
from geoloc.batch.reading import Reading
from geoloc.batch.run import Run
from geoloc.results import arrow
from geoloc.results.locate import Locator, Read
from geoloc.results.sink import Names
from geoloc.settings import CHECKPOINTS

BATCHES = 4
"""Of a worker between two looks at whether it still lives: what a dead one had is asked again."""

ROWS = 20_000
"""Of a Parquet file, at least."""


@dataclass(frozen=True)
class Models:
    """Which models answer, for each worker to open.

    Attributes:
        folder: where they lie, on every machine.
        names: of them; none for all.
        fast: one look at each photo.
    """

    folder: Path = CHECKPOINTS
    names: tuple[str, ...] = ()
    fast: bool = False

    def open(self) -> Locator:
        return Locator(self.folder, self.names, fast=self.fast)


class Answerer:
    """What one worker of the cluster holds: the models, and a process that reads photos for it."""

    def __init__(self, models: Models, run: Run) -> None:
        self.locator, self.run = models.open(), run
        self.names = Names.of(self.locator)
        reading = Reading(self.locator.framing, run.fast, run.memory)
        self.pool = Pool(1, reading, run.seconds)

    def __call__(self, batch: Any) -> Any:
        """Rows of answers for a table with the column `path`."""
        paths = batch.column("path").to_pylist()
        outcomes = [outcome for _path, outcome in self.pool.read(paths, ahead=len(paths))]
        files = [Read(p, o.photo, o.error) for p, o in zip(paths, outcomes, strict=True)]
        answers = self.locator.locate_each(files, [o.ms for o in outcomes], self.run.among)
        return arrow.library().Table.from_batches([arrow.rows(answers, self.names)])


def locate_on_cluster(
    paths: Iterable[str], out: str, models: Models, run: Run, address: str = "auto"
) -> None:
    """Answer photos on a Ray cluster.

    Args:
        paths: of the photos, as every machine of the cluster sees them.
        out: a new folder, or an address such as s3://bucket/answers, for Parquet files.
        models: that answer.
        run: how; its workers are those of the cluster, each with a processor of its own.
        address: of the cluster; "local" starts one on this machine for as long as it takes.

    Raises:
        BatchError: if Ray is not installed.
        ReleaseError: if a model that was named can't be used.

    Example:
        >>> from geoloc.batch.sources import photos_in
        >>> paths = photos_in(["s3://photos"], recursive=True)
        >>> locate_on_cluster(paths, "s3://answers", Models(), Run(workers=64))  # doctest: +SKIP
    """
    ray = _ray()
    if Path(out).exists():
        raise BatchError(
            "out_exists",
            "{file} is there already. Name another folder: a cluster goes on with none.",
            file=out,
        )
    ray.init(address=address, ignore_reinit_error=True, log_to_driver=False)
    pa = arrow.library()
    kind = pa.schema([("path", pa.string())])
    blocks = [pa.table([block], schema=kind) for block in _blocks(paths, BATCHES * run.batch)]
    photos = ray.data.from_arrow(blocks or [kind.empty_table()])
    photos.map_batches(
        Answerer,
        fn_constructor_args=(models, run),
        batch_size=run.batch,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(size=run.workers),
        num_cpus=1,
        # The workers may have all processors; who waits for one to write would wait for ever.
    ).write_parquet(out, min_rows_per_file=ROWS, ray_remote_args={"num_cpus": 0})


def unread(out: str) -> int:
    """How many photos of a finished run could not be read."""
    dataset = arrow.library("pyarrow.dataset")
    return dataset.dataset(out, format="parquet").count_rows(
        filter=dataset.field("error").is_valid()
    )


def _blocks(paths: Iterable[str], size: int) -> Iterator[Sequence[str]]:
    source = iter(paths)
    while block := list(islice(source, size)):
        yield block


def _ray() -> Any:
    try:
        import_module("ray.data")
        return import_module("ray")
    except ImportError as error:
        raise BatchError(
            "no_ray",
            "A cluster needs Ray, which is not installed here. Type: pip install "
            '"where-am-i[cluster]"',
        ) from error
