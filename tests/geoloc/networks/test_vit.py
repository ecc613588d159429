"""The Vision Transformer: what its tokens see, and what they attend to."""

import pytest
import torch

from geoloc.networks import build
from geoloc.networks.attention import KeptAttention
from geoloc.networks.vit import LocalityAttention, ShiftedPatches


@pytest.fixture
def vit():
    torch.manual_seed(0)
    return build("vit", outputs=5, width=32, depth=2, heads=4).eval()


@torch.inference_mode()
def test_a_photo_becomes_8_by_15_tokens(vit):
    assert vit.tokens(torch.rand(2, 3, 120, 240)).shape == (2, 120, 32)


@pytest.mark.parametrize(("rows", "tokens"), [(64, 4 * 8), (88, 6 * 11), (120, 8 * 15)])
@torch.inference_mode()
def test_a_smaller_photo_has_fewer_tokens(vit, rows, tokens):
    assert vit.tokens(torch.rand(1, 3, rows, 2 * rows)).shape == (1, tokens, 32)


@torch.inference_mode()
def test_tokens_know_where_they_stand(vit):
    grey = torch.full((1, 3, 120, 240), 0.5)
    vit.encoder.pos_embedding.normal_()
    inner = vit.patches(grey)[0].permute(1, 2, 0)[2:6, 2:12].flatten(0, 1)
    assert torch.cdist(inner, inner).fill_diagonal_(1.0).min() > 0.1


@torch.inference_mode()
def test_no_token_attends_to_itself_and_each_spends_its_whole_attention():
    torch.manual_seed(0)
    with KeptAttention() as kept:
        LocalityAttention(32, 4, 0.0)(torch.randn(3, 10, 32))
    (weights,) = kept.blocks
    assert weights.shape == (3, 4, 10, 10)
    assert torch.allclose(weights.sum(dim=-1), torch.ones(3, 4, 10), atol=1e-5)
    assert weights.diagonal(dim1=2, dim2=3).abs().max() < 1e-6


@torch.inference_mode()
def test_the_attention_shown_is_the_attention_used():
    torch.manual_seed(0)
    attention = LocalityAttention(32, 4, 0.0).eval()
    tokens = torch.randn(2, 7, 32)
    values = attention.inside(tokens).view(2, 7, 3, 4, 8)[:, :, 2].transpose(1, 2)
    with KeptAttention() as kept:
        attention(tokens)
    mixed = (kept.blocks[0] @ values).transpose(1, 2).flatten(2)
    assert torch.allclose(attention(tokens)[0], attention.outside(mixed), atol=1e-5)


@torch.inference_mode()
def test_the_learned_temperature_starts_at_the_usual_scale():
    attention = LocalityAttention(32, 4, 0.0)
    assert torch.allclose(attention.log_temperature.exp(), torch.full((4,), 8.0).sqrt())


@torch.inference_mode()
def test_a_patch_token_sees_half_a_patch_beyond_its_border():
    torch.manual_seed(0)
    patches = ShiftedPatches(1, 4)
    dark = torch.zeros(1, 1, 8, 8)
    seen = torch.zeros(8, 8, dtype=torch.bool)
    for y in range(8):
        for x in range(8):
            spot = dark.clone()
            spot[0, 0, y, x] = 1.0
            change = patches(spot) - patches(dark)
            seen[y, x] = change[0, :, 1, 1].abs().max() > 1e-6
    assert seen[1:5, 1:5].all() and seen.sum() == 16


def test_training_skips_blocks_and_answering_does_not():
    torch.manual_seed(0)
    network = build("vit", outputs=5, width=32, depth=2, heads=4, dropout=0.0, stochastic_depth=0.9)
    photo = torch.rand(8, 3, 120, 240)
    with torch.inference_mode():
        network.eval()
        assert torch.equal(network(photo), network(photo))
        for module in network.stem.modules():
            module.eval()
        network.encoder.train()
        assert not torch.equal(network(photo), network(photo))


@torch.inference_mode()
def test_photos_of_another_size_have_positions_of_their_own():
    network = build("vit", outputs=5, width=16, depth=2, heads=2, input_size=(160, 160)).eval()
    photo = torch.rand(1, 3, 160, 160)
    features = network.features(photo)
    assert network.encoder.pos_embedding.shape == (1, 100, 16)
    assert features.maps["block 2"].shape == (1, 16, 10, 10)
    assert torch.allclose(features.logits, network(photo), atol=1e-5)
    assert network.attention(photo).grid == (10, 10)
