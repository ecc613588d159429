"""Leases: who may hold a file beside whom."""

import pytest

from geoloc.lease import Lease, LeaseError, is_held


@pytest.mark.parametrize("shared", [True, False])
def test_a_lease_is_held_until_it_is_released(tmp_path, shared):
    lease = Lease(tmp_path / "lock", shared)
    assert is_held(tmp_path / "lock")
    lease.release()
    assert not is_held(tmp_path / "lock")


def test_shared_leases_stand_beside_each_other(tmp_path):
    with Lease(tmp_path / "lock", shared=True), Lease(tmp_path / "lock", shared=True):
        assert is_held(tmp_path / "lock")
    assert not is_held(tmp_path / "lock")


def test_a_lease_that_is_not_shared_stands_alone(tmp_path):
    with Lease(tmp_path / "lock"), pytest.raises(LeaseError, match="another process"):
        Lease(tmp_path / "lock")


def test_a_lease_ends_with_what_it_was_taken_for(tmp_path):
    with pytest.raises(ValueError), Lease(tmp_path / "lock"):
        raise ValueError
    assert not is_held(tmp_path / "lock")
