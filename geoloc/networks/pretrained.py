"""A trunk trained on other photos, with a head of ours: any model of timm.

What makes it practical is the size: EfficientNet-Lite0 (timm: tf_efficientnet_lite0; Tan & Le 2019,
arXiv:1905.11946) answers in milliseconds on two cores, where the ViT-Base that others start from
needs a GPU. Building one here gives random weights: they come from a checkpoint, or from
`training.pretrained`.
"""

from __future__ import annotations

from torch import Tensor, nn

from geoloc.networks.standardise import Standardise
from geoloc.vision import torchvision  # noqa: F401 - timm imports torchvision, which needs this first

HALF = (0.5, 0.5, 0.5)


class Pretrained(nn.Module):
    """(B, 3, 120, 240) in [0, 1] -> (B, outputs).

    Args:
        outputs: number of classes, or of regressed coordinates.
        trunk: a model name of timm that takes images of any size.
        dropout: share of the pooled features dropped while training.
        stochastic_depth: share of residual blocks skipped while training (Huang et al. 2016,
            arXiv:1603.09382).
    """

    def __init__(
        self,
        outputs: int,
        trunk: str = "tf_efficientnet_lite0",
        dropout: float = 0.2,
        stochastic_depth: float = 0.0,
    ) -> None:
        super().__init__()
        import timm  # takes a second to import, which only this network should cost

        self.trunk = timm.create_model(
            trunk, pretrained=False, num_classes=0, drop_path_rate=stochastic_depth
        )
        told = self.trunk.pretrained_cfg
        self.standardise = Standardise(tuple(told.get("mean", HALF)), tuple(told.get("std", HALF)))
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(self.trunk.num_features, outputs))

    def pooled(self, x: Tensor) -> Tensor:
        """The trunk's pooled features, (B, features)."""
        return self.trunk(self.standardise(x))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pooled(x))
