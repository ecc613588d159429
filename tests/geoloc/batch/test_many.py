"""`geoloc locate --out`: many photos into one file, whatever stops it on the way."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from geoloc.batch.pool import Pool
from geoloc.batch.reading import Reading
from geoloc.batch.sources import photos_in
from geoloc.cli import STOPPED, main
from geoloc.photo import read_photo
from geoloc.photo.inputs import Framing, frame
from geoloc.results.locate import Locator, PlaceAnswer
from geoloc.results.sink import SinkError, open_sink
from geoloc.tasks.base import task_of
from tests.geoloc.batch.rows import ENDINGS, rows

UNREAD = "4b.jpg"


def locate(*arguments: str | Path) -> int:
    return main(["locate", *map(str, arguments)])


def named(row: dict[str, Any]) -> str:
    return Path((row.get("properties") or row)["photo"]).name


@pytest.fixture(scope="module")
def whole(shelf, street, tmp_path_factory) -> dict[str, Path]:
    """By ending, a file of all photos that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    files = {ending: folder / f"all{ending}" for ending in ENDINGS}
    for file in files.values():
        told = ("--out", file, "--recursive", "--workers", 1, "--batch", 4)
        assert locate(street, *told, "--checkpoints", shelf) == 2
    return files


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_photo_has_its_rows_in_order_and_one_that_is_none_says_why(whole, ending):
    table = rows(whole[ending])
    names = list(dict.fromkeys(map(named, table)))
    assert names == [*(f"{n}.jpg" for n in range(5)), UNREAD, "5.jpg", "6.jpg", "7.jpg"]
    (unread,) = (row for row in table if named(row) == UNREAD)
    assert "not a photo" in (unread.get("properties") or unread)["error"]


def test_a_run_leaves_pytorch_the_threads_that_it_had(shelf, street, tmp_path):
    before = torch.get_num_threads()
    torch.set_num_threads(before + 1)
    try:
        locate(street / "2.jpg", "--out", tmp_path / "one.jsonl", "--checkpoints", shelf)
        assert torch.get_num_threads() == before + 1
    finally:
        torch.set_num_threads(before)


def test_a_row_is_the_line_that_the_command_prints_for_the_photo_alone(
    whole, shelf, street, capsys
):
    locate("--json", "--checkpoints", shelf, street / "2.jpg")
    alone = json.loads(capsys.readouterr().out)
    (row,) = (row for row in rows(whole[".jsonl"]) if named(row) == "2.jpg")
    assert row.keys() == alone.keys() - {"ms"}
    assert row["photo"] == alone["photo"] and row["exif"] == alone["exif"]
    for model, countries in alone["countries"].items():
        chances = {one["code"]: one["p"] for one in row["countries"][model]}
        assert chances == pytest.approx({one["code"]: one["p"] for one in countries}, abs=1e-4)
    assert row["cities"]["town"]["lat"] == pytest.approx(alone["cities"]["town"]["lat"], abs=1e-4)


def test_all_formats_say_the_same(whole):
    table, lines = rows(whole[".parquet"]), rows(whole[".jsonl"])
    by_csv = rows(whole[".csv"])
    assert [(row["photo"], row["model"] or "") for row in table] == [
        (row["photo"], row["model"]) for row in by_csv
    ]
    assert [row["probability"] for row in table if row["model"] == "ant"] == [
        line["countries"]["ant"][0]["p"] for line in lines if line["countries"]
    ]


CUTS = (0.0, 0.02, 0.3, 0.5, 0.77, 0.99)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_that_breaks_off_anywhere_is_gone_on_with_to_the_same_rows(
    ending, cut, whole, shelf, street, tmp_path
):
    file = tmp_path / f"some{ending}"
    locator = Locator(shelf)
    paths = list(photos_in([str(street)], recursive=True))
    answers = [locator.locate([path]) for path in paths]
    sink = open_sink(file, locator)
    for answer in answers[:7]:
        sink.append([answer])
    # As a process that is killed leaves it: nothing is closed.
    written = next(file.glob(".part*")) if ending == ".parquet" else file
    written.write_bytes(written.read_bytes()[: int(cut * written.stat().st_size)])
    with open_sink(file, locator, resume=True) as again:
        done = again.skip(iter(paths))
        assert done <= 7 and (done > 0) == (cut >= 0.3)
        again.append(answers[done:])
    assert list(map(named, rows(file))) == list(map(named, rows(whole[ending])))
    with open_sink(file, locator, resume=True) as complete:
        assert complete.skip(iter(paths)) == len(paths)


def test_ctrl_c_keeps_what_was_written_and_the_next_run_goes_on(
    whole, shelf, street, tmp_path, monkeypatch, capsys
):
    file, told = tmp_path / "some.csv", ["--recursive", "--workers", 1, "--checkpoints", shelf]
    each = Locator.locate_each

    def interrupted(self, files, *rest) -> list[PlaceAnswer]:
        if Path(files[0].name).name == "4.jpg":
            raise KeyboardInterrupt
        return each(self, files, *rest)

    monkeypatch.setattr(Locator, "locate_each", interrupted)
    assert locate(street, "--out", file, "--batch", 2, *told) == STOPPED
    assert len(set(map(named, rows(file)))) == 4
    monkeypatch.undo()
    assert locate(street, "--out", file, *told) == 2
    assert "--resume" in capsys.readouterr().err
    assert locate(street, "--out", file, "--resume", *told) == 2
    assert list(map(named, rows(file))) == list(map(named, rows(whole[".csv"])))


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_of_other_photos_or_other_models_is_not_gone_on_with(ending, whole, shelf, street):
    before = {
        path: path.read_bytes()
        for path in whole[ending].parent.rglob(f"*{ending}")
        if path.is_file()
    }
    with pytest.raises(SinkError, match="now .*other.jpg comes"):
        open_sink(whole[ending], Locator(shelf), resume=True).skip(iter(["other.jpg"]))
    with pytest.raises(SinkError, match="answered there|other models"):
        open_sink(whole[ending], Locator(shelf, ["bee"]), resume=True).skip(
            photos_in([str(street)], recursive=True)
        )
    assert all(path.read_bytes() == data for path, data in before.items())


@pytest.mark.parametrize("name", ["list.txt", "table.csv", "table.parquet"])
def test_photos_are_read_from_lists_and_tables_beside_them(name, street):
    names = ["2.jpg", "deeper/7.jpg", "0.jpg"]
    file = street / name
    if name.endswith(".parquet"):
        table = pyarrow.table({"id": [1, 2, 3], "path": names})
        pyarrow.parquet.write_table(table, file)
    elif name.endswith(".csv"):
        file.write_text("".join(f"{n};{path}\n" for n, path in [("id", "path"), *enumerate(names)]))
    else:
        file.write_text("\n".join(names))
    assert list(photos_in([str(file)])) == [str(street / path) for path in names]
    file.unlink()


def test_a_bucket_is_listed_and_read_like_a_folder(street):
    address = f"file://{street}"
    paths = list(photos_in([address], recursive=True))
    assert [Path(path).name for path in paths][-1] == "7.jpg" and paths[0].startswith(address)
    with Pool(1, Reading()) as pool:
        errors = [outcome.error for _path, outcome in pool.read([paths[0], "file:///no.jpg"], 2)]
    assert errors[0] is None and "can't be fetched" in errors[1]


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(2, Reading()) as pool:
        yield pool


def test_a_worker_that_dies_costs_one_file_a_sentence_and_the_others_nothing(pool, street):
    paths = [str(street / "0.jpg")] * 12
    outcomes = []
    for number, (_path, outcome) in enumerate(pool.read(paths, ahead=4)):
        outcomes.append(outcome)
        if number == 3:
            os.kill(pool._workers[0].process.pid, signal.SIGKILL)
    assert len(outcomes) == 12
    failed = [outcome.error for outcome in outcomes if outcome.error]
    assert len(failed) <= 1 and all("ended the process" in error for error in failed)


def test_a_file_that_takes_too_long_or_too_much_is_left(street):
    with Pool(1, Reading(), seconds=0.0) as pool:
        ((_path, slow),) = pool.read([str(street / "0.jpg")], ahead=1)
    assert slow.photo is None and "took more than" in slow.error
    with Pool(1, Reading(memory=0)) as pool:
        ((_path, large),) = pool.read([str(street / "0.jpg")], ahead=1)
    assert large.photo is None and "memory" in large.error


SMALLER = [
    # size of a JPEG, columns that are needed, size at which it is decoded
    ((1600, 1200), None, (1600, 1200)),
    ((1600, 1200), 360, (800, 600)),
    ((1600, 1200), 240, (400, 300)),
    ((1200, 1600), 240, (300, 400)),
    ((1600, 400), 360, (1600, 400)),
    ((320, 240), 360, (320, 240)),
]


@pytest.mark.parametrize(("size", "columns", "decoded"), SMALLER)
def test_a_jpeg_is_decoded_no_larger_than_networks_need(size, columns, decoded):
    stream = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(stream, "JPEG")
    assert read_photo(stream.getvalue(), columns).pixels.shape == (*decoded[::-1], 3)


WRONG = [
    (["--recursive"], "go with --out"),
    (["--out", "x.csv", "--together"], "writes a file"),
    (["--out", "x.csv", "--ray", "auto"], "--out x.parquet"),
    (["--out", "x.csv", "--batch", "0"], "less than 1"),
]


@pytest.mark.parametrize(("options", "says"), WRONG)
def test_options_that_contradict_each_other_are_refused(options, says, capsys):
    with pytest.raises(SystemExit):
        locate("photo.jpg", *options)
    assert says in capsys.readouterr().err


def test_an_ending_that_is_no_format_is_answered_with_those_that_are(shelf, tmp_path, capsys):
    assert locate("a.jpg", "--out", tmp_path / "x.xlsx", "--checkpoints", shelf) == 2
    assert ".geojson" in capsys.readouterr().err


sides = st.integers(32, 500)


@given(sides, sides, st.sampled_from([Framing(240), Framing(320), Framing(240, whole=True)]))
def test_what_a_worker_sends_gives_the_very_frame(height, width, framing):
    pixels = np.random.default_rng(height).integers(0, 256, (height, width, 3), dtype=np.uint8)
    kept = frame(pixels, framing)
    again = frame(kept.pixels[kept.top : kept.bottom], framing)
    assert (again.top, again.bottom) == (kept.top, kept.bottom)
    assert np.array_equal(again.pixels, kept.pixels)


def test_in_a_hurry_each_photo_is_looked_at_once(shelf):
    slow, fast = Locator(shelf), Locator(shelf, fast=True)
    looks = [
        {model.checkpoint.name: len(model.card.input.crops) for model in models}
        for models in (locator.models[task_of("country")][0].networks for locator in (slow, fast))
    ]
    assert looks == [{"ant": 2, "bee": 1}, {"ant": 1, "bee": 1}]


def test_a_script_without_a_guard_is_told_to_have_one_instead_of_losing_every_photo(tmp_path):
    script = tmp_path / "all.py"
    script.write_text(
        "from geoloc.batch.pool import Pool\n"
        "from geoloc.batch.reading import Reading\n"
        "with Pool(1, Reading()) as pool:\n"
        "    print(list(pool.read(['a.jpg', 'b.jpg'], ahead=2)))\n"
    )
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and not ended.stdout
    assert ended.stderr.rstrip().endswith('belongs below `if __name__ == "__main__":`.')
