"""From files to kept photos: what is stored, what is left out, and what an interruption leaves."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from geoloc.geo import LatLon
from geoloc.photo import read_photo
from pages.jobs import ArchiveError, Collection, Reason, gather, intake, runs
from pages.jobs.archive import Entry, Files, zip_files
from pages.jobs.intake import COPY_SIDE
from tests.geoloc.bad_files import saved, street
from tests.pages.jobs.geotagged import TOWN, exif, jpeg, photos, zipped

HERE, THERE = LatLon(48.81, 2.31), LatLon(48.815, 2.34)


@pytest.fixture
def run(root) -> runs.Run:
    return runs.create()


def given(*files: tuple[str, bytes]) -> Files:
    return zip_files(zipped(files))


def reasons(collection: Collection) -> dict[str, Reason]:
    return {skipped.name: skipped.reason for skipped in collection.skipped}


def test_photos_with_a_position_are_kept_in_small_copies_under_names_of_our_own(run):
    large = jpeg(HERE, side=1000)
    collection = gather(run, given(("../a.jpg", large), ("b b.jpg", large), ("c.jpg", jpeg(THERE))))
    assert [(p.name, p.file) for p in collection.photos] == [
        ("b b.jpg", "00001.jpg"),
        ("c.jpg", "00002.jpg"),
    ]
    kept = collection.photos[0]
    assert (kept.lat, kept.lon) == pytest.approx((HERE.lat, HERE.lon))
    assert sorted(file.name for file in run.photos.iterdir()) == ["00001.jpg", "00002.jpg"]
    copy = Image.open(run.photos / kept.file)
    assert max(copy.size) == COPY_SIDE and not copy.getexif()


def test_a_copy_shows_the_photo_upright_and_in_its_colours(run):
    tags = exif(HERE)
    tags[0x0112] = 6  # stored lying on its side
    stream = io.BytesIO()
    pixels = np.zeros((60, 120, 3), np.uint8)
    pixels[:, :60] = (200, 30, 30)
    Image.fromarray(pixels).save(stream, "JPEG", exif=tags, quality=95)
    (kept,) = gather(run, given(("a.jpg", stream.getvalue()))).photos
    copy = read_photo(run.photos / kept.file).pixels
    assert copy.shape == (120, 60, 3)
    assert copy[30, 30] == pytest.approx((200, 30, 30), abs=12)


def test_each_file_that_cannot_be_used_has_its_reason(run):
    photo = saved(street(), "JPEG", exif=exif(HERE))
    again = saved(street(), "JPEG", exif=exif(HERE), quality=40)
    collection = gather(
        run,
        given(
            ("kept.jpg", photo),
            ("same bytes.jpg", photo),
            ("saved again.jpg", again),
            ("another view.jpg", saved(street().transpose(0), "JPEG", exif=exif(HERE))),
            ("nowhere.jpg", jpeg(None)),
            ("broken.jpg", photo[:-400]),
            ("disguised.jpg", zipped([("a.jpg", photo)])),
            ("film.mov", b"film"),
        ),
    )
    assert [photo.name for photo in collection.photos] == ["kept.jpg", "another view.jpg"]
    assert reasons(collection) == {
        "same bytes.jpg": Reason.DUPLICATE,
        "saved again.jpg": Reason.DUPLICATE,
        "nowhere.jpg": Reason.NO_POSITION,
        "broken.jpg": Reason.UNREADABLE,
        "disguised.jpg": Reason.UNREADABLE,
        "film.mov": Reason.NOT_A_PHOTO,
    }
    details = {skipped.name: skipped.detail for skipped in collection.skipped}
    assert "breaks off before its end" in details["broken.jpg"]
    assert "ZIP archive" in details["disguised.jpg"]


def test_reasons_are_told_by_how_often_they_occur(run):
    files = [("a.txt", b""), ("b.jpg", jpeg(None, 1)), ("c.jpg", jpeg(None, 2))]
    counts = {r: len(s) for r, s in gather(run, given(*files)).by_reason().items()}
    assert list(counts.items()) == [(Reason.NO_POSITION, 2), (Reason.NOT_A_PHOTO, 1)]


def test_a_second_zip_adds_to_the_first_and_knows_what_is_there(run):
    first, second = photos(3), photos(5)
    gather(run, given(*first))
    collection = gather(run, given(*second))
    assert [photo.name for photo in collection.photos] == [name for name, _ in second]
    assert reasons(collection) == {name: Reason.DUPLICATE for name, _ in first}
    assert collection == run.collection()
    assert len({photo.file for photo in collection.photos}) == 5


def test_an_interrupted_reading_leaves_the_run_as_it_was(run):
    gather(run, given(*photos(2)))
    before, files = run.collection(), sorted(run.photos.iterdir())

    def leave(share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gather(run, given(*photos(6, seed=1)), leave)
    assert run.collection() == before and sorted(run.photos.iterdir()) == files


def test_progress_is_told_file_by_file(run):
    told: list[float] = []
    gather(run, given(*photos(4)), told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_no_more_photos_are_kept_than_a_city_may_have(run, monkeypatch):
    monkeypatch.setattr(intake, "MAX_PHOTOS", 3)
    collection = gather(run, given(*photos(5)))
    assert len(collection.photos) == 3
    assert set(reasons(collection).values()) == {Reason.TOO_MANY}


def test_a_run_does_not_collect_files_that_are_left_out_without_end(run, monkeypatch):
    monkeypatch.setattr(intake, "_MAX_SKIPPED", 2)
    for _ in range(2):
        gather(run, given(("a.txt", b""), ("b.txt", b"")))
    with pytest.raises(ArchiveError, match="left out of this city already"):
        gather(run, given(("a.txt", b"")))


def test_no_more_is_stored_than_the_server_has_room_for(run, monkeypatch):
    monkeypatch.setattr(runs, "MAX_BYTES", 400_000)
    collection = gather(run, given(*photos(5)))
    assert len(collection.photos) == 2
    assert set(reasons(collection).values()) == {Reason.NO_ROOM}


def test_a_name_that_lies_does_not_matter(run):
    entry = Entry("../../../../etc/passwd", jpeg(TOWN.center))
    collection = gather(run, Files((entry.name,), iter([entry])))
    assert [photo.file for photo in collection.photos] == ["00001.jpg"]
    assert [file.name for file in run.photos.iterdir()] == ["00001.jpg"]
