"""A convolution that pads as TensorFlow does answers the same without a padded copy of its maps."""

import pytest
import torch
from torch import nn

from geoloc.networks.same_padding import SamePadded, without_copies
from geoloc.networks.timm_backbone import make_backbone

Conv2dSame = type(make_backbone("tf_efficientnet_lite0").conv_stem)


@pytest.mark.parametrize("groups", [1, 8])
@pytest.mark.parametrize("kernel", [3, 5, 7])
@pytest.mark.parametrize("size", [(12, 24), (13, 24), (12, 25), (15, 31), (1, 2)])
def test_maps_of_any_size_are_the_same(kernel, size, groups):
    torch.manual_seed(0)
    convolution = Conv2dSame(8, 16, kernel, stride=2, groups=groups, bias=True)
    maps = torch.randn(2, 8, *size)
    with torch.no_grad():
        torch.testing.assert_close(SamePadded(convolution)(maps), convolution(maps))


def test_only_what_is_padded_so_is_exchanged():
    network = nn.Sequential(
        Conv2dSame(3, 4, 3, stride=2),
        Conv2dSame(4, 4, 1, stride=2),
        Conv2dSame(4, 4, 3, stride=1),
        Conv2dSame(4, 4, 3, stride=2, dilation=2),
        nn.Conv2d(4, 4, 3, stride=2, padding=1),
    )
    without_copies(network)
    assert [isinstance(part, SamePadded) for part in network] == [True, False, False, False, False]
