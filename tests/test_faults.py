"""A few kills at random moments with each run of the tests; `make faults` makes hundreds."""

import pytest

from benchmarks.faults.__main__ import killed
from benchmarks.faults.locating import Locating
from benchmarks.faults.publishing import Publishing
from benchmarks.faults.training import Training


@pytest.mark.parametrize("kind", [Training, Publishing, Locating])
def test_what_is_killed_leaves_nothing_corrupt_or_mixed(kind, tmp_path):
    outcome = killed(kind, kills=2, folder=tmp_path)
    assert not outcome.wrong and (outcome.kills, outcome.ends) >= (2, 1)
