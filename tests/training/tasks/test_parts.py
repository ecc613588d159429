"""What tells a city's places apart is learnt from its training views, and only where it can be."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from geoloc.city.rerank import PatchCode
from training.tasks import parts
from training.tasks.parts import TrainingViews

PLACES, TWICE, CHANNELS = 120, 3, 16


def street(places: int = PLACES, seed: int = 0) -> TrainingViews:
    """Views of pairs of spots along a street, three a spot: half of the channels tell the pair,
    the louder half the weather; of the six parts of a view only the first three show the place."""
    torch.manual_seed(seed)
    where = torch.randn(places // 2, 8).repeat_interleave(2, dim=0)
    where = where.repeat_interleave(TWICE, dim=0)[:, None].expand(-1, 6, -1).clone()
    where[:, 3:] = torch.randn(len(where), 3, 8)
    seen = torch.cat([where, 2 * torch.randn(len(where), 6, 8)], dim=2)
    spots = np.arange(places)
    metres = np.repeat(spots // 2 * 100.0 + spots % 2 * 10.0, TWICE)
    return TrainingViews(
        seen,
        F.normalize(torch.randn(len(where), 8), dim=1),
        np.column_stack([metres, np.zeros_like(metres)]),
        np.full(len(metres), np.nan),
        metres.astype(str),
    )


def found(code: PatchCode, seen: TrainingViews) -> float:
    """The share of views that of all views of other spots find one 10 m away."""
    directions, weights = code.directions(seen.parts), code.weights(seen.parts)
    alike = torch.einsum("apc,bqc->abpq", directions, directions).amax(dim=3)
    alike = (alike * weights[:, None]).sum(dim=2)
    metres = torch.from_numpy(seen.xy_m[:, 0])
    apart = (metres[:, None] - metres[None]).abs()
    best = alike.masked_fill(apart == 0, -torch.inf).argmax(dim=1)
    return float((apart[torch.arange(len(best)), best] <= 10).double().mean())


@pytest.fixture
def quickly(monkeypatch):
    monkeypatch.setattr(parts, "_STEPS", 60)
    monkeypatch.setattr(parts, "_RATE", 0.02)


def test_views_find_their_place_by_what_was_learnt_and_not_without_it(quickly):
    seen, unseen = street(), street(seed=1)
    code = parts.learn(seen, near_m=4.0, turned=60.0)
    plain = PatchCode.plain(code.mean)
    assert found(code, seen) > 0.5 > 3 * found(plain, seen)
    assert found(code, unseen) > 0.5 > 3 * found(plain, unseen)


def test_learning_twice_gives_the_same_code(quickly):
    first, second = (parts.learn(street(), 4.0, 60.0) for _ in range(2))
    assert torch.equal(first.projection, second.projection)
    assert torch.equal(first.gate, second.gate)


def test_few_views_teach_nothing_and_the_plain_code_stays():
    seen = street(40)
    code, plain = parts.learn(seen, 4.0, 60.0), PatchCode.plain(seen.parts.mean(dim=(0, 1)))
    assert torch.equal(code.projection, plain.projection) and not code.gate.any()


def test_a_view_of_the_same_block_is_no_answer_and_one_that_looks_elsewhere_none_either():
    seen = street()
    same, others = parts._candidates(seen, 12.0, 60.0)
    assert set(same[30]) == {33, 34, 35}
    assert not set(others[30]) & set(range(30, 36)) and len(others[30]) == 100
    headings = np.arange(len(seen)) % TWICE * 120.0
    turned = TrainingViews(seen.parts, seen.descriptors, seen.xy_m, headings, seen.blocks)
    assert set(parts._candidates(turned, 12.0, 60.0)[0][30]) == {33}


def test_of_a_large_city_views_that_lie_side_by_side_are_learnt_from(monkeypatch):
    monkeypatch.setattr(parts, "MOST", 50)
    rng = np.random.default_rng(0)
    everywhere = rng.uniform(0, 1000, (2000, 2))
    some = everywhere[parts.side_by_side(everywhere, rng)]
    assert len(some) == 50 and np.ptp(some, axis=0).max() < 400
    few = parts.side_by_side(everywhere[:7], rng)
    assert few.tolist() == list(range(7))
