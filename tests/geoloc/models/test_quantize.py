"""Weights on disk: what becomes smaller, and how little that changes."""

import pytest
import torch

from geoloc.models import quantize
from geoloc.models.quantize import LARGE, SCALE, restored, stored

WEIGHTS = {
    "body.weight": torch.randn(1024, LARGE // 1024, generator=torch.Generator().manual_seed(0)),
    "head.weight": torch.randn(4, 8),
    "norm.running_var": torch.tensor([1e6, 1e-6]),
    "norm.scale": torch.randn(2, 2),
}


def test_only_large_matrices_are_stored_in_8_bits():
    kept = stored(WEIGHTS)
    assert {key: value.dtype for key, value in kept.items()} == {
        "body.weight": torch.int8,
        "body.weight" + SCALE: torch.float32,
        "head.weight": torch.float16,
        "norm.running_var": torch.float32,
        "norm.scale": torch.float16,
    }


def test_what_was_stored_comes_back_within_half_a_step():
    back = restored(stored(WEIGHTS))
    assert back.keys() == WEIGHTS.keys()
    assert all(value.dtype == torch.float32 for value in back.values())
    body = WEIGHTS["body.weight"]
    step = body.abs().amax(dim=1, keepdim=True) / 127
    assert ((back["body.weight"] - body).abs() <= 0.501 * step).all()
    assert torch.equal(back["norm.running_var"], WEIGHTS["norm.running_var"])
    assert torch.allclose(back["norm.scale"], WEIGHTS["norm.scale"], rtol=1e-3)


def test_an_output_without_weights_stays_without():
    assert not restored(stored({"w": torch.zeros(2, LARGE)}))["w"].any()


@pytest.mark.parametrize("of_rows", [None, 3])
def test_bits_without_a_scale_for_each_output_are_refused(monkeypatch, of_rows):
    monkeypatch.setattr(quantize, "LARGE", 1)
    kept = stored({"w": torch.randn(4, 2)})
    del kept["w" + SCALE]
    if of_rows:
        kept["w" + SCALE] = torch.ones(of_rows)
    with pytest.raises(ValueError, match="w has no scale"):
        restored(kept)
