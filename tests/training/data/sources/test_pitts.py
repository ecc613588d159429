"""The reader of Pitts250k and Pitts30k, on MATLAB structures as NetVLAD's authors give them."""

import numpy as np
import pytest
from scipy.io import savemat

from training.data.sources import SourceError, detect, read

PLACE = (584232.89, 4477102.78)
"""UTM zone 17: 40.44031, -80.0068."""

DATABASE = [
    f"000/00000{pano}_pitch{p}_yaw{y}.jpg" for pano in (0, 1) for p in (1, 2) for y in (1, 7)
]
QUERIES = ["000/000000_pitch1_yaw3.jpg"]


def cells(names):
    column = np.empty((len(names), 1), dtype=object)
    column[:, 0] = names
    return column


def structure(path, names=DATABASE, queries=QUERIES, shift=0.0):
    """A `dbStruct` with NetVLAD's fields in their order."""
    at = np.array(PLACE)[:, None] + shift
    fields = {
        "whichSet": "train",
        "dbImageFns": cells(names),
        "utmDb": np.repeat(at, len(names), axis=1),
        "qImageFns": cells(queries),
        "utmQ": np.repeat(at + 30, len(queries), axis=1),
        "numImages": float(len(names)),
        "numQueries": float(len(queries)),
        "posDistThr": 25.0,
        "posDistSqThr": 625.0,
        "nonTrivPosDistSqThr": 100.0,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    savemat(path, {"dbStruct": fields})


def release(root, name="pitts30k", folder="datasets"):
    for number, split in enumerate(("train", "val", "test")):
        names = [file.replace("000/0", f"00{number}/{number}") for file in DATABASE]
        queries = [file.replace("000/0", f"00{number}/{number}") for file in QUERIES]
        structure(root / folder / f"{name}_{split}.mat", names, queries, shift=500.0 * number)
        for file in [*names, *(f"queries_real/{query}" for query in queries)]:
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).touch()
    return root


@pytest.mark.parametrize("name", ["pitts250k", "pitts30k"])
@pytest.mark.parametrize("folder", ["datasets", "."])
def test_database_and_queries_are_read_with_the_releases_splits(tmp_path, name, folder):
    assert detect(release(tmp_path, name, folder)) == name
    table, problems = read("auto", tmp_path)
    assert not problems
    assert table["split"].value_counts().to_dict() == {"train": 9, "val": 9, "test": 9}
    first = table[table["path"] == str(tmp_path / DATABASE[0])].iloc[0]
    assert (first["lat"], first["lon"]) == pytest.approx((40.44031, -80.0068), abs=1e-6)
    assert first["country"] == "US" and np.isnan(first["heading"])


def test_the_views_of_a_panorama_share_a_group_and_a_query_of_its_number_does_not(tmp_path):
    table = read("pitts30k", release(tmp_path)).table
    groups = table[table["split"] == "train"].groupby("group").size()
    assert groups.to_dict() == {"000/000000": 4, "000/000001": 4, "queries_real/000/000000": 1}


def test_a_missing_photo_is_counted(tmp_path):
    (release(tmp_path) / DATABASE[0]).unlink()
    table, problems = read("pitts30k", tmp_path)
    assert len(table) == 26
    assert problems.reasons == {"photo is missing": [DATABASE[0]]}


def test_a_name_that_leaves_the_folder_is_not_followed(tmp_path):
    secret = tmp_path / "secret.jpg"
    secret.touch()
    root = release(tmp_path / "set")
    structure(root / "datasets" / "pitts30k_val.mat", ["../secret.jpg", str(secret)], [])
    table, problems = read("pitts30k", root)
    assert not table["path"].str.contains("secret").any()
    assert len(problems.reasons["photo is missing"]) == 2


def test_a_split_that_is_not_there_is_left_out(tmp_path):
    (release(tmp_path) / "datasets" / "pitts30k_test.mat").unlink()
    assert set(read("pitts30k", tmp_path).table["split"]) == {"train", "val"}


def test_where_both_sets_are_described_one_must_be_chosen(tmp_path):
    release(tmp_path, "pitts30k")
    release(tmp_path, "pitts250k")
    with pytest.raises(SourceError, match="(?s)--source pitts250k.*--source pitts30k"):
        detect(tmp_path)
    assert len(read("pitts30k", tmp_path).table) == 27


def test_a_structure_of_another_kind_is_refused(tmp_path):
    savemat(tmp_path / "pitts30k_train.mat", {"dbStruct": {"whichSet": "train"}})
    with pytest.raises(SourceError, match="not built like NetVLAD's"):
        read("pitts30k", tmp_path)
