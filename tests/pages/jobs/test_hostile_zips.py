"""Hostile ZIPs, through the whole intake: each costs its own file, or is one sentence."""

from __future__ import annotations

import pytest

from pages.jobs import ArchiveError, Reason, gather, runs
from pages.jobs.archive import uploaded_files
from tests.pages.jobs import hostile_zips as hostile
from tests.pages.jobs.geotagged import photos, zipped


@pytest.mark.parametrize("kind", hostile.BESIDE_GOOD)
def test_a_bad_file_costs_itself_and_the_good_one_is_kept(root, kind):
    data = hostile.BESIDE_GOOD[kind]()
    run = runs.create()
    collection = gather(run, uploaded_files([("photos.zip", data)]))
    assert "good.jpg" in [photo.name for photo in collection.photos]
    names = [entry.name for entry in (*collection.photos, *collection.skipped)]
    assert all(name.isprintable() and len(name) <= 60 for name in names)
    assert sorted(file.name for file in run.photos.iterdir()) == [
        photo.file for photo in collection.photos
    ]


@pytest.mark.parametrize("kind", hostile.REFUSED)
def test_a_zip_that_is_none_is_one_sentence(root, kind):
    data = hostile.REFUSED[kind]()
    with pytest.raises(ArchiveError) as refusal:
        gather(runs.create(), uploaded_files([("photos.zip", data)]))
    assert str(refusal.value).endswith(".") and "\n" not in str(refusal.value)


def test_when_time_is_up_what_there_is_is_kept_and_the_rest_is_named(root):
    data = zipped([hostile.GOOD, *photos(4)])
    collection = gather(runs.create(), uploaded_files([("a.zip", data)]), seconds=0)
    assert [photo.name for photo in collection.photos] == ["good.jpg"]
    assert [(left.name, left.reason) for left in collection.skipped] == [
        (f"IMG_{n}.jpg", Reason.OUT_OF_TIME) for n in range(4)
    ]
