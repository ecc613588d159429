"""Photos compared part by part: what is alike is found wherever it lies, and bits suffice."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from geoloc.city.rerank import ABOVE_ROAD, PatchCode, Patches, parts_of


def scenes(count: int, channels: int = 64, seed: int = 0) -> torch.Tensor:
    torch.manual_seed(seed)
    return torch.randn(count, channels, 4, 6) + torch.linspace(-3, 3, channels)[:, None, None]


def plain(maps: torch.Tensor) -> PatchCode:
    return PatchCode.plain(parts_of(maps).mean(dim=(0, 1)))


def patches(maps: torch.Tensor) -> Patches:
    code = plain(maps)
    return Patches(code, code.signs(maps))


def test_a_photo_is_like_itself_and_unlike_what_has_nothing_of_it():
    maps = scenes(6)
    every = torch.arange(6).expand(6, 6)
    similar = patches(maps).similar(maps, every)
    same = similar.diagonal()
    assert same.min() > 0.9 and same.max() < 1.1
    assert (similar - torch.diag(same)).max() < 0.6


def test_parts_are_found_wherever_they_moved():
    maps = scenes(5)
    known, every = patches(maps), torch.arange(5).expand(5, 5)
    similar = known.similar(maps.roll(2, dims=3), every)
    assert similar.argmax(dim=1).tolist() == [0, 1, 2, 3, 4]
    assert torch.allclose(similar, known.similar(maps, every), atol=1e-4)


def test_the_road_is_not_compared():
    maps = scenes(3)
    other = maps.clone()
    other[:, :, round(ABOVE_ROAD * 4) :] = 0
    assert torch.equal(parts_of(maps), parts_of(other))
    assert parts_of(maps).shape == (3, 18, 64)


@given(st.integers(1, 70), st.integers(0, 100))
def test_directions_have_length_one_and_bits_are_their_signs(channels, seed):
    maps = scenes(2, channels, seed)
    code = plain(maps)
    directions, signs = code.directions(parts_of(maps)), code.signs(maps)
    assert torch.allclose(directions.norm(dim=2), torch.ones(2, 18), atol=1e-4)
    assert signs.shape == (2, 18, -(-channels // 8))
    bits = np.unpackbits(signs, axis=2, count=channels)
    assert np.array_equal(bits == 1, directions.numpy() > 0)


def test_what_all_photos_share_says_nothing():
    maps = scenes(40)
    code, shifted = plain(maps), plain(maps + 5)
    before, after = code.directions(parts_of(maps)), shifted.directions(parts_of(maps + 5))
    assert torch.allclose(before, after, atol=1e-4)


def test_the_parts_of_a_plain_code_count_alike_and_those_a_gate_opens_for_count_more():
    parts = parts_of(scenes(2))
    code = plain(scenes(2))
    assert torch.allclose(code.weights(parts), torch.full((2, 18), 1 / 18))
    parts[:, 4, 3] += 100
    opened = PatchCode(code.mean, code.projection, torch.eye(64)[3])
    weights = opened.weights(parts)
    assert weights.argmax(dim=1).tolist() == [4, 4]
    assert torch.allclose(weights.sum(dim=1), torch.ones(2))


def test_stored_patches_compare_as_before():
    maps = scenes(4)
    known = patches(maps)
    again = Patches.from_tensors(known.to_tensors())
    rows = torch.tensor([[0, 1], [2, 3], [3, 0], [1, 2]])
    assert torch.equal(again.similar(maps, rows), known.similar(maps, rows))


def test_views_may_have_none():
    assert Patches.from_tensors({"descriptors": torch.zeros(2, 8)}) is None


def test_a_part_of_patches_alone_is_refused():
    told = patches(scenes(2)).to_tensors()
    del told["patches.mean"]
    with pytest.raises(KeyError, match="mean"):
        Patches.from_tensors(told)


def test_patches_of_another_size_than_their_code_are_refused():
    code = plain(scenes(2))
    with pytest.raises(ValueError, match="8 bytes each"):
        Patches(code, np.zeros((2, 18, 7), np.uint8))
    with pytest.raises(ValueError, match="one size"):
        PatchCode(torch.zeros(3), torch.eye(4), torch.zeros(3))
    with pytest.raises(ValueError, match="one size"):
        PatchCode(torch.zeros(3), torch.eye(3), torch.zeros(4))
