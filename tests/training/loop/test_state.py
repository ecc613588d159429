"""A run's state on disk: all of it comes back, and a kill while saving loses one epoch at most."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from training.loop import state


def network() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 2))


def step(trained: nn.Module, optimizer: torch.optim.Optimizer, seed: int) -> None:
    photos = torch.rand(5, 3, 4, 4, generator=torch.Generator().manual_seed(seed))
    optimizer.zero_grad()
    trained(photos).square().mean().backward()
    optimizer.step()


class FitResult:
    """A network under training, with its optimizer and ema."""

    def __init__(self, seed: int) -> None:
        torch.manual_seed(seed)
        self.network = network().to(memory_format=torch.channels_last)
        self.ema = copy.deepcopy(self.network)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=0.1)

    def save(self, folder, best, progress) -> None:
        state.save(folder, self.network, self.ema, best, self.optimizer, progress)

    def load(self, folder):
        return state.load(folder, self.network, self.ema, self.optimizer)


@pytest.fixture
def run() -> FitResult:
    made = FitResult(seed=0)
    for seed in range(3):
        step(made.network, made.optimizer, seed)
    return made


def same(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


def test_everything_comes_back(run, tmp_path):
    best = {"weight": torch.rand(3)}
    progress = {"epoch": 3, "curves": [{"val_loss": 0.1}], "steps": None}
    run.save(tmp_path / "run", best, progress)
    other = FitResult(seed=1)
    assert not same(other.network.state_dict(), run.network.state_dict())
    found, told = other.load(tmp_path / "run")
    assert same(found, best) and told == progress
    assert same(other.network.state_dict(), run.network.state_dict())
    assert same(other.ema.state_dict(), run.ema.state_dict())


def test_the_next_step_is_the_one_that_would_have_been_taken(run, tmp_path):
    run.save(tmp_path, {}, {})
    other = FitResult(seed=1)
    other.load(tmp_path)
    for made in (run, other):
        step(made.network, made.optimizer, seed=9)
    assert same(other.network.state_dict(), run.network.state_dict())


def test_a_run_that_never_saved_has_no_state(run, tmp_path):
    before = copy.deepcopy(run.network.state_dict())
    assert run.load(tmp_path / "nowhere") is None
    assert same(run.network.state_dict(), before)


def test_a_kill_while_saving_leaves_the_epoch_before(run, tmp_path, monkeypatch):
    run.save(tmp_path, {}, {"epoch": 1})

    def killed(tensors, path, metadata):
        path.write_bytes(b"half a file")
        raise KeyboardInterrupt

    monkeypatch.setattr(state, "save_file", killed)
    with pytest.raises(KeyboardInterrupt):
        run.save(tmp_path, {}, {"epoch": 2})
    _, told = run.load(tmp_path)
    assert told == {"epoch": 1}


def test_a_saved_run_can_go_on_without_changing_what_was_saved(run, tmp_path):
    run.save(tmp_path, run.network.state_dict(), {})
    saved = copy.deepcopy(run.network.state_dict())
    step(run.network, run.optimizer, seed=9)
    found, _ = FitResult(seed=1).load(tmp_path)
    assert same(found, saved)
