"""Attention of the Vision Transformer: the forward that keeps it, and what is made of it."""

from __future__ import annotations

import pytest
import torch

from geoloc.explain import explainers
from geoloc.explain.attention import followed
from geoloc.networks import Attention
from tests.geoloc.explain import networks


@pytest.fixture(scope="module")
def classifier(classifier_of):
    return classifier_of("vit")


def maps(classifier, name: str, batch: torch.Tensor, classes) -> torch.Tensor:
    explainer = next(each for each in explainers(classifier) if each.name == name)
    return explainer.read(batch, classes)["all blocks"].values


def test_the_forward_that_keeps_attention_gives_the_networks_own_answer(classifier):
    batch = networks.batch()
    with torch.no_grad():
        attention = classifier.network.attention(batch)
        assert torch.allclose(attention.logits, classifier.network(batch), atol=1e-4)
    assert [tuple(block.shape) for block in attention.blocks] == [(2, 2, 120, 120)] * 3
    for block in attention.blocks:
        assert torch.allclose(block.sum(dim=-1), torch.ones(2, 2, 120), atol=1e-4)


def test_a_rollout_shares_out_the_whole_and_does_not_ask_for_a_country(classifier):
    batch = networks.batch()
    told = maps(classifier, "rollout", batch, [0, 1])
    assert torch.allclose(told.sum(dim=(1, 2)), torch.ones(2), atol=1e-4)
    assert float(told.min()) >= 0
    assert torch.equal(told, maps(classifier, "rollout", batch, [2, 3]))


MEAN = Attention((), torch.zeros(1, 4), torch.full((120,), 1 / 120), (8, 15))


def test_tokens_that_only_look_at_themselves_count_alike():
    same = torch.eye(120)[None]
    assert torch.allclose(followed([same, same], MEAN), torch.full((1, 8, 15), 1 / 120))


def test_a_token_that_all_others_look_at_counts_for_all_of_them():
    looked_at = torch.zeros(1, 120, 120)
    looked_at[:, :, 37] = 1
    told = followed([torch.eye(120)[None], looked_at], MEAN)
    assert float(told[0, 2, 7]) == pytest.approx(1, abs=1e-5)
    assert float(told.sum()) == pytest.approx(1, abs=1e-4)


def test_attention_weighted_by_gradients_depends_on_the_country(classifier):
    batch = networks.batch(1)
    one, other = (maps(classifier, "gradient_attention", batch, [c]) for c in (0, 1))
    assert float(one.min()) > -1e-6 and float(one.max()) > 0
    assert not torch.allclose(one, other, rtol=0.01)


def test_an_answer_that_does_not_depend_on_attention_has_no_map(classifier):
    batch = networks.batch(1)
    state = {k: v.clone() for k, v in classifier.network.state_dict().items()}
    with torch.no_grad():
        for block in classifier.network.encoder.layers:
            block.self_attention.outside.weight.zero_()
    told = maps(classifier, "gradient_attention", batch, [0])
    classifier.network.load_state_dict(state)
    assert float(told.abs().max()) < 1e-6
