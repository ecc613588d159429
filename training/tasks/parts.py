"""Learning what in the parts of photos tells a city's places apart, for `geoloc.city.rerank`.

A training view asks for views of its place among those that its descriptor takes for it. Views of
its own block don't answer: a photo of tomorrow was not taken where one of today was, but near it.
Likenesses become a cross-entropy over the candidates (van den Oord et al. 2018, arXiv:1807.03748);
its gradient passes through the signs of the views as if they were numbers (Bengio et al. 2013,
arXiv:1308.3432), so that what is learnt fits what is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from geoloc.city.gallery import CANDIDATES
from geoloc.city.rerank import SIGNED, PatchCode
from training.tasks.places import turned_apart

MOST = 4000
"""Views that are learnt from: those nearest to one of them, so that places lie side by side."""

NEAR = 4.0
"""Views show one place up to so many times the distance at which they surely do."""

_APART = 1.2
_FEWEST = 200
_STEPS, _QUERIES, _SAME, _OTHERS = 700, 16, 4, 20
_RATE, _SHARPNESS = 4e-3, 30.0


@dataclass(frozen=True)
class TrainingViews:
    """Training views, by a network and a table.

    Attributes:
        parts: float16 or float32 (N, P, C), as `parts_of` cuts them out.
        descriptors: float32 (N, D) of length 1.
        xy_m: metres east and north of a corner of the city, float64 (N, 2).
        headings: in degrees, float64 (N,); NaN where unknown.
        blocks: names of what is held out together, str (N,).
    """

    parts: Tensor
    descriptors: Tensor
    xy_m: np.ndarray
    headings: np.ndarray
    blocks: np.ndarray

    def __len__(self) -> int:
        return len(self.parts)


def side_by_side(xy_m: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rows of at most `MOST` positions (N, 2) around one of them, in ascending order."""
    most = min(MOST, len(xy_m))
    _, rows = cKDTree(xy_m).query(xy_m[rng.integers(len(xy_m))], k=most)
    return np.sort(np.atleast_1d(rows))


def learn(seen: TrainingViews, near_m: float, turned: float) -> PatchCode:
    """The code by which views of one place find each other; the plain one if too few could.

    Args:
        seen: what is learnt from.
        near_m: how far apart views surely show one place.
        turned: degrees between the headings of views that show one thing, at most.
    """
    plain = PatchCode.plain(seen.parts.float().mean(dim=(0, 1)))
    same, others = _candidates(seen, NEAR * near_m, turned)
    able = np.flatnonzero([len(a) > 0 and len(b) > 0 for a, b in zip(same, others, strict=True)])
    if len(able) < _FEWEST:
        return plain
    rng = np.random.default_rng(0)
    projection = plain.projection.clone().requires_grad_()
    gate = plain.gate.clone().requires_grad_()
    optimizer = torch.optim.Adam([projection, gate], lr=_RATE)
    falls = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, _STEPS)
    for _ in range(_STEPS):
        queries = rng.choice(able, _QUERIES, replace=False)
        references = np.stack(
            [np.r_[rng.choice(same[i], _SAME), rng.choice(others[i], _OTHERS)] for i in queries]
        )
        code = PatchCode(plain.mean, projection, gate)
        loss = _missed(code, seen.parts[queries].float(), seen.parts[references].float())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        falls.step()
    return PatchCode(plain.mean, projection.detach(), gate.detach())


def _missed(code: PatchCode, queries: Tensor, references: Tensor) -> Tensor:
    """How far photos (B, P, C) are from finding the first `_SAME` of their candidates (B, K, P, C)
    before the others."""
    views = code.directions(references)
    signs = torch.where(views > 0, 1.0, -1.0) / (views.shape[-1] ** 0.5 * SIGNED)
    views = views + (signs - views).detach()
    cosines = torch.einsum("bkpc,bqc->bkpq", views, code.directions(queries))
    similar = torch.einsum("bkq,bq->bk", cosines.amax(dim=2), code.weights(queries)) * _SHARPNESS
    return (similar.logsumexp(dim=1) - similar[:, :_SAME].logsumexp(dim=1)).mean()


def _candidates(
    seen: TrainingViews, near_m: float, turned: float
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """For each view the rows that show its place, and those that only seem to."""
    _, number = np.unique(seen.blocks, return_inverse=True)
    same, others = [], []
    for row, (place, heading) in enumerate(zip(seen.xy_m, seen.headings, strict=True)):
        elsewhere = number != number[row]
        apart = np.hypot(*(seen.xy_m - place).T)
        turn = turned_apart(seen.headings, heading)
        same.append(np.flatnonzero(elsewhere & (apart <= near_m) & (turn <= turned)))
        cosines = seen.descriptors @ seen.descriptors[row]
        cosines[torch.from_numpy(~elsewhere | (apart <= _APART * near_m))] = -torch.inf
        best = cosines.topk(min(2 * CANDIDATES, len(seen))).indices.numpy()
        others.append(best[~np.isinf(cosines[best].numpy())])
    return same, others
