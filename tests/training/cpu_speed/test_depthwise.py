"""Depthwise convolutions trained quicker: the same numbers by other kernels."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from training.cpu_speed.depthwise import Depthwise, quick

CPU = torch.device("cpu")


def gradients(convolve, x, weight, stride, padding):
    x, weight = (t.clone().requires_grad_() for t in (x, weight))
    out = convolve(x, weight, None, stride, padding, (1, 1), len(weight))
    torch.manual_seed(1)
    towards = torch.randn_like(out)
    return out, *torch.autograd.grad(out, [x, weight], towards)


def quickly(*args):
    with quick(CPU):
        return F.conv2d(*args)


@settings(deadline=None, max_examples=40)
@given(
    channels=st.integers(2, 9),
    high=st.integers(7, 13),
    wide=st.integers(7, 13),
    kernel=st.sampled_from([(3, 3), (5, 5), (7, 7), (3, 5), (4, 6)]),
    stride=st.sampled_from([(1, 1), (2, 2), (1, 2), (3, 2)]),
    padding=st.sampled_from([(0, 0), (1, 1), (2, 2), (0, 2)]),
)
def test_answers_and_gradients_are_those_of_torch(channels, high, wide, kernel, stride, padding):
    torch.manual_seed(0)
    x = torch.randn(2, channels, high, wide, dtype=torch.float64)
    weight = torch.randn(channels, 1, *kernel, dtype=torch.float64)
    ours = gradients(quickly, x, weight, stride, padding)
    theirs = gradients(F.conv2d, x, weight, stride, padding)
    assert all(torch.allclose(a, b) for a, b in zip(ours, theirs, strict=True))


def test_the_gradients_are_those_of_finite_differences():
    x = torch.randn(2, 3, 6, 7, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(3, 1, 5, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x, w: Depthwise.apply(x, w, (2, 1), (2, 1)), (x, weight))


def test_in_mixed_precision_it_multiplies_in_the_precision_that_was_asked_for():
    layer = torch.nn.Conv2d(8, 8, 5, stride=2, padding=2, groups=8, bias=False)
    with torch.autocast("cpu", torch.bfloat16), quick(CPU):
        out = layer(torch.randn(2, 8, 12, 12))
    out.float().sum().backward()
    assert out.dtype == torch.bfloat16 and layer.weight.grad.dtype == torch.float32
    assert type(out.grad_fn).__name__ == "DepthwiseBackward"


@pytest.mark.parametrize(
    "layer",
    [
        torch.nn.Conv2d(8, 8, 3, padding=1),
        torch.nn.Conv2d(8, 8, 3, padding=1, groups=4),
        torch.nn.Conv2d(8, 16, 3, padding=1, groups=8),
        torch.nn.Conv2d(8, 8, 1, groups=8),
        torch.nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=True),
        torch.nn.Conv2d(8, 8, 3, padding=2, dilation=2, groups=8, bias=False),
        torch.nn.Conv2d(8, 8, 3, padding="same", groups=8, bias=False),
    ],
    ids=["whole", "groups", "multiplied", "1x1", "bias", "dilated", "named padding"],
)
def test_other_convolutions_are_left_alone(layer):
    x = torch.randn(2, 8, 9, 9)
    with quick(CPU):
        out = layer(x)
    assert "Depthwise" not in type(out.grad_fn).__name__
    assert torch.equal(out, layer(x))


def test_on_a_gpu_nothing_changes():
    layer = torch.nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False)
    with quick(torch.device("cuda")):
        out = layer(torch.randn(2, 8, 9, 9))
    assert "Depthwise" not in type(out.grad_fn).__name__
