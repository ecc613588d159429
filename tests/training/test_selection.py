"""Which photos are learnt from: countries with enough photos, sources that are kept unseen."""

import pandas as pd

from training.selection import EVERYTHING, Selection
from training.table import Problems, from_columns


def table() -> pd.DataFrame:
    """FR has 3 training photos of 2 sources, IT 3 of one, PL 1; each has one of elsewhere."""
    rows = [
        *[("FR", "a", "train")] * 2,
        ("FR", "b", "train"),
        *[("IT", "a", "train")] * 3,
        ("PL", "b", "train"),
        *[(code, "c", "elsewhere") for code in ("FR", "IT", "PL")],
        ("FR", "b", "test"),
    ]
    country, source, split = zip(*rows, strict=True)
    files = [f"/{i}.jpg" for i in range(len(rows))]
    return from_columns(files, files, country=country, source=source, split=split)


def test_everything_is_the_table_as_it_is():
    assert EVERYTHING.of(table(), Problems()).equals(table())


def test_a_country_with_too_few_photos_or_sources_is_left_out_of_all_splits_and_noted():
    problems = Problems()
    assert set(Selection(photos=3).of(table(), problems).country) == {"FR", "IT"}
    assert len(problems) == 2
    assert set(Selection(photos=3, sources=2).of(table(), Problems()).country) == {"FR"}


def test_an_unseen_source_trains_nothing_and_keeps_its_test():
    found = Selection(unseen=("b",)).of(table(), Problems())
    assert found[found.source == "b"].split.tolist() == ["val", "val", "test"]


def test_a_card_tells_it_again():
    chosen = Selection(20, 2, ("a", "b"))
    assert Selection.of_card(chosen.as_card()) == chosen
