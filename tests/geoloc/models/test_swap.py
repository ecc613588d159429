"""A folder is replaced in one step, whatever readers and killed writers do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from geoloc.models import swap
from geoloc.models.release import CARD, PROBES, WEIGHTS, ReleaseError, load, save
from geoloc.models.swap import replace_folder
from tests.geoloc import small_models

WRITER = """
import sys
from pathlib import Path
from geoloc.models.swap import replace_folder
for number in range(10**6):
    content = str(number).encode() * 20_000
    replace_folder(Path(sys.argv[1]), {"one": content, "other": content})
    print(number, flush=True)
"""


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_folder_has_what_it_was_given_and_what_else_lay_there(tmp_path):
    folder = tmp_path / "model"
    replace_folder(folder, {"card": b"1", "weights": b"2", "views": b"3"})
    (folder / "LICENSE").write_bytes(b"MIT")
    replace_folder(folder, {"card": b"4", "weights": b"5", "views": b""})
    assert content_of(folder) == {"card": b"4", "weights": b"5", "LICENSE": b"MIT"}
    assert list(tmp_path.iterdir()) == [folder]


def test_what_else_lies_there_is_in_the_new_folder_from_its_first_moment(tmp_path, monkeypatch):
    folder, exchange = tmp_path / "model", swap._exchange

    def killed(one: Path, other: Path) -> None:
        exchange(one, other)
        raise KeyboardInterrupt

    replace_folder(folder, {"card": b"1"})
    (folder / "figures").mkdir()
    (folder / "figures" / "a.svg").write_bytes(b"a")
    (folder / "link").symlink_to("nowhere")
    monkeypatch.setattr(swap, "_exchange", killed)
    with pytest.raises(KeyboardInterrupt):
        replace_folder(folder, {"card": b"2"})
    assert (folder / "card").read_bytes() == b"2" and (folder / "link").is_symlink()
    assert (folder / "figures" / "a.svg").read_bytes() == b"a"


def test_where_folders_cannot_change_places_the_old_one_is_renamed_away(tmp_path, monkeypatch):
    monkeypatch.setattr(swap, "_exchanged_by_kernel", lambda one, other: False)
    test_a_folder_has_what_it_was_given_and_what_else_lay_there(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the folder is away for a moment")
def test_a_writer_that_is_killed_leaves_the_old_folder_or_the_new_one(tmp_path):
    folder = tmp_path / "model"
    for patience_s in (0.0, 0.003, 0.011):
        command = [sys.executable, "-c", WRITER, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            for _ in range(3):
                writer.stdout.readline()
            time.sleep(patience_s)
            writer.send_signal(signal.SIGKILL)
        one, other = (folder / "one").read_bytes(), (folder / "other").read_bytes()
        assert one == other and one


def test_what_a_killed_writer_left_goes_when_it_is_old(tmp_path):
    left, busy = tmp_path / ".model.0.partial", tmp_path / ".model.1.partial"
    for each in (left, busy):
        each.mkdir()
    os.utime(left, (0, 0))
    replace_folder(tmp_path / "model", {"card": b"1"})
    assert not left.exists() and busy.exists()


def test_no_reader_sees_weights_beside_the_card_of_others(tmp_path):
    folder = tmp_path / "small"
    models = [(small_models.network(seed=seed), f"Seed {seed}") for seed in (0, 1)]
    weights = {title: network.head[2].bias[0].item() for network, title in models}
    save(folder, models[0][0], small_models.country_card(title=models[0][1]))
    done = threading.Event()

    def publish() -> None:
        for number in range(30):
            network, title = models[number % 2]
            save(folder, network, small_models.country_card(title=title))
        done.set()

    writer = threading.Thread(target=publish)
    writer.start()
    read = replaced = 0
    while not done.is_set() or not read:
        found = load(folder)
        try:
            network = found.network()
        except ReleaseError as error:
            assert "published in its place" in str(error)
            replaced += 1
        else:
            assert network.head[2].bias[0].item() == pytest.approx(weights[found.title], rel=1e-3)
            read += 1
    writer.join()
    assert read


def test_a_file_that_is_not_the_cards_is_refused(tmp_path):
    save(tmp_path / "one", small_models.network(), small_models.country_card())
    save(tmp_path / "two", small_models.network(seed=1), small_models.country_card())
    (tmp_path / "one" / WEIGHTS).write_bytes((tmp_path / "two" / WEIGHTS).read_bytes())
    with pytest.raises(ReleaseError, match="not the file that its card was released with"):
        load(tmp_path / "one").network()


def test_a_file_that_the_card_does_not_name_is_not_part_of_the_model(tmp_path):
    folder = save(tmp_path / "small", small_models.network(), small_models.country_card()).folder
    (folder / PROBES).write_bytes((folder / WEIGHTS).read_bytes())
    assert not load(folder).has_probes


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
@pytest.mark.parametrize("file", [CARD, WEIGHTS])
def test_a_pipe_in_place_of_a_file_is_refused_and_not_waited_for(tmp_path, file):
    folder = save(tmp_path / "small", small_models.network(), small_models.country_card()).folder
    (folder / file).unlink()
    os.mkfifo(folder / file)
    with pytest.raises(ReleaseError, match="no regular file"):
        load(folder).network()


def test_a_card_too_large_to_be_one_is_refused_unread(tmp_path):
    folder = save(tmp_path / "small", small_models.network(), small_models.country_card()).folder
    with (folder / CARD).open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(ReleaseError, match="1,099,511,627,776 bytes"):
        load(folder)
