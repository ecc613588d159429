"""What every network promises: a batch of bands goes in, one row of outputs a photo comes out."""

import pytest
import torch

from geoloc.networks import build, names
from geoloc.networks.standardise import IMAGENET_MEAN, IMAGENET_STD, Standardise

SMALL = {
    "cnn": {"width": 4},
    "vit": {"width": 16, "depth": 1, "heads": 2},
    "place": {"cells": 1, "backbone": "test_efficientnet"},
    "transformers": {
        "config": {
            "model_type": "clip_vision_model",
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "image_size": 32,
            "patch_size": 16,
            "projection_dim": 8,
        }
    },
}


@pytest.mark.parametrize("name", names())
def test_a_row_of_outputs_comes_out_for_each_photo(name):
    network = build(name, outputs=7, **SMALL.get(name, {})).eval()
    with torch.inference_mode():
        assert network(torch.rand(2, 3, *network.input_size)).shape == (2, 7)


@pytest.mark.parametrize("name", names())
def test_a_photo_s_outputs_do_not_depend_on_its_neighbours_in_the_batch(name):
    network = build(name, outputs=7, **SMALL.get(name, {})).eval()
    photos = torch.rand(3, 3, *network.input_size)
    with torch.inference_mode():
        together, alone = network(photos)[1], network(photos[1:2])[0]
    assert torch.allclose(together, alone, atol=1e-4)


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="resnet18"):
        build("resnet19", outputs=3)


def test_colours_at_the_mean_become_zero_and_one_deviation_above_it_one():
    mean = torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1)
    std = torch.tensor(IMAGENET_STD).view(1, 3, 1, 1)
    assert torch.allclose(Standardise()(mean), torch.zeros(1, 3, 1, 1), atol=1e-6)
    assert torch.allclose(Standardise()(mean + std), torch.ones(1, 3, 1, 1), atol=1e-6)


def test_standardisation_is_no_weight_to_store():
    assert not Standardise().state_dict()
