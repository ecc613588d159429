"""Where in a city, as a distribution and by resemblance: cell scores, offsets, and a descriptor.

Cells and offsets: Weyand et al. 2016 (PlaNet), arXiv:1602.05314. The descriptor is a generalised
mean of the trunk's last maps (Radenović et al. 2018, arXiv:1711.02512) turned and cut to size by a
linear layer, of length 1: photos of one place lie near each other.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from geoloc.networks.timm_backbone import Pretrained


class GeneralisedMean(nn.Module):
    """Maps (B, C, H, W) -> (B, C): their mean at power 1, their maximum at an infinite one."""

    def __init__(self, power: float = 3.0) -> None:
        super().__init__()
        self.power = nn.Parameter(torch.tensor(power))

    def forward(self, x: Tensor) -> Tensor:
        # Small powers of small numbers leave half precision's range.
        x = x.float().clamp(min=1e-6)
        return x.pow(self.power).mean(dim=(2, 3)).pow(1 / self.power)


class Place(nn.Module):
    """(B, 3, 120, 240) in [0, 1] -> (B, 3 * cells + descriptor), as `parts` takes it apart.

    Args:
        outputs: 3 * cells + descriptor.
        cells: how many cells the city has.
        trunk: a model name of timm that takes images of any size and gives maps.
        dropout: share of the pooled features dropped while training.
        stochastic_depth: share of residual blocks skipped while training.
    """

    def __init__(
        self,
        outputs: int,
        cells: int,
        trunk: str = "tf_efficientnet_lite0",
        dropout: float = 0.2,
        stochastic_depth: float = 0.0,
    ) -> None:
        super().__init__()
        if outputs <= 3 * cells:
            raise ValueError(f"{outputs} outputs leave none for a descriptor beside {cells} cells")
        self.cells = cells
        known = Pretrained(1, trunk, stochastic_depth=stochastic_depth)
        self.prepare, self.trunk = known.prepare, known.trunk
        self.pool = GeneralisedMean()
        width = self.trunk.num_features
        self.cell = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, 3 * cells))
        self.descriptor = nn.Linear(width, outputs - 3 * cells)

    def forward(self, x: Tensor) -> Tensor:
        return self._outputs(self.trunk.forward_features(self.prepare(x)))

    def _outputs(self, maps: Tensor) -> Tensor:
        pooled = self.pool(maps)
        descriptor = F.normalize(self.descriptor(pooled), dim=1)
        return torch.cat([self.cell(pooled), descriptor], dim=1)

    def describe(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Outputs (B, outputs), the descriptors among them (B, descriptor), and maps (B, C, H, W).

        The maps are those before the trunk's last halving: coarse enough to know a door, fine
        enough to know it from the next one.
        """
        last, (maps,) = self.trunk.forward_intermediates(self.prepare(x), indices=[-2])
        outputs = self._outputs(last)
        return outputs, self.parts(outputs)[2], maps

    def parts(self, outputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits (B, cells), offsets (B, cells, 2) and descriptors (B, descriptor) of outputs."""
        logits, offsets, descriptor = outputs.split(
            [self.cells, 2 * self.cells, outputs.shape[1] - 3 * self.cells], dim=1
        )
        return logits, offsets.unflatten(1, (self.cells, 2)), descriptor
