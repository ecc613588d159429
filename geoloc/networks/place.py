"""Where in a city, as a distribution and by resemblance: cell scores, offsets, and a descriptor.

Cells and offsets: Weyand et al. 2016 (PlaNet), arXiv:1602.05314. The descriptor is a generalised
mean of the backbone's last maps (Radenović et al. 2018, arXiv:1711.02512) turned and cut to size by
a linear layer, of length 1: photos of one place lie near each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from geoloc.networks.base import Features, GeoNetwork, register
from geoloc.networks.timm_backbone import TimmBackbone


class GeneralisedMean(nn.Module):
    """Maps x (B, C, H, W) -> (B, C): (mean of x^p)^(1/p), the mean at p = 1, near the maximum at a
    large one."""

    def __init__(self, power: float = 3.0) -> None:
        super().__init__()
        self.power = nn.Parameter(torch.tensor(power))

    def forward(self, x: Tensor) -> Tensor:
        # Small powers of small numbers leave half precision's range.
        x = x.float().clamp(min=1e-6)
        return x.pow(self.power).mean(dim=(2, 3)).pow(1 / self.power)


@register("place")
class Place(GeoNetwork):
    """(B, 3, H, W) in [0, 1] -> (B, 3 * cells + descriptor), as `parts` takes it apart.

    A photo's embedding is its descriptor d, of length 1: d . d' is how alike two photos are.

    Args:
        outputs: 3 * cells + descriptor.
        cells: how many cells the city has.
        backbone: a model name of timm that takes images of any size and gives maps.
        dropout: share of the pooled features dropped while training.
        stochastic_depth: share of residual blocks skipped while training.
        input_size: rows and columns of the photos that it is made for.

    Example:
        >>> network = Place(outputs=3 * 20 + 128, cells=20, backbone="test_efficientnet").eval()
        >>> network.embed(torch.rand(2, 3, 120, 240)).shape
        torch.Size([2, 128])
    """

    embeds_places = True
    backbone: Any  # any of timm's, which have no type in common

    def __init__(
        self,
        outputs: int,
        cells: int,
        backbone: str = "tf_efficientnet_lite0",
        dropout: float = 0.2,
        stochastic_depth: float = 0.0,
        input_size: Sequence[int] = (120, 240),
    ) -> None:
        super().__init__()
        if outputs <= 3 * cells:
            raise ValueError(f"{outputs} outputs leave none for a descriptor beside {cells} cells")
        self.cells = cells
        whole = TimmBackbone(1, backbone, stochastic_depth=stochastic_depth, input_size=input_size)
        self.input_size = whole.input_size
        self.prepare, self.backbone = whole.prepare, whole.backbone
        self.pool = GeneralisedMean()
        width = self.backbone.num_features
        self.cell = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, 3 * cells))
        self.descriptor = nn.Linear(width, outputs - 3 * cells)
        # The maps before the last halving: coarse enough to know a door, fine enough to know it
        # from the next one.
        self.rerank_layer = f"stage {len(self.backbone.feature_info) - 1}"

    @property
    def head(self) -> nn.Module:  # type: ignore[override]  # a view, not to be set
        return self.cell

    def forward(self, x: Tensor) -> Tensor:
        return self._outputs(self.backbone.forward_features(self.prepare(x)))

    def features(self, x: Tensor) -> Features:
        from geoloc.networks.timm_maps import LAST, maps_of

        maps, _last = maps_of(self.backbone, self.prepare(x))
        outputs = self._outputs(maps[LAST])
        return Features(maps, outputs, self.parts(outputs)[2])

    def _outputs(self, maps: Tensor) -> Tensor:
        pooled = self.pool(maps)
        descriptor = F.normalize(self.descriptor(pooled), dim=1)
        return torch.cat([self.cell(pooled), descriptor], dim=1)

    def parts(self, outputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits (B, cells), offsets (B, cells, 2) and descriptors (B, descriptor) of outputs."""
        logits, offsets, descriptor = outputs.split(
            [self.cells, 2 * self.cells, outputs.shape[1] - 3 * self.cells], dim=1
        )
        return logits, offsets.unflatten(1, (self.cells, 2)), descriptor
