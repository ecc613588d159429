"""A trunk that others trained, with a head of ours: any image model of timm.

Which trunk is practical is a question of size: EfficientNet-Lite0 (timm: tf_efficientnet_lite0; Tan
& Le 2019, arXiv:1905.11946) answers in milliseconds on two cores, and its 3.4 million weights can
be tuned whole. A ViT-Base, CLIP's (Radford et al. 2021, arXiv:2103.00020) or DINOv2's (Oquab et al.
2023, arXiv:2304.07193), has 86 million: 172 MB in a checkpoint, most of them copies of what anyone
can have from its authors. Tuned by its head alone or by low ranks, it is frozen: a checkpoint then
holds what was tuned, about a megabyte, and `geoloc.trunks` keeps the trunk once for all of them.

Building one here gives random weights: they come from a checkpoint, or from `training.pretrained`.
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from geoloc.networks import lora
from geoloc.networks.standardise import Standardise
from geoloc.preparation import HEIGHT
from geoloc.vision import torchvision  # noqa: F401 - timm imports torchvision, which needs this first

HALF = (0.5, 0.5, 0.5)
TUNES = ("whole", "head", "lora")
STEP = 32
"""What divides the sides of an image in trunks of one fixed size: five halvings."""
TALLEST = 8 * HEIGHT
"""Rows up to which a band may be enlarged: more tell nothing new, and take memory all the same."""
COUNTER = "num_batches_tracked"
"""Integers of batch normalisation that nothing reads again."""


class Pretrained(nn.Module):
    """(B, 3, 120, 240) in [0, 1] -> (B, outputs).

    Args:
        outputs: number of classes, or of regressed coordinates.
        trunk: a model name of timm, such as vit_base_patch16_224 or vit_small_patch14_dinov2; with
            a tag, as in vit_base_patch16_clip_quickgelu_224.openai, one of several weights.
        dropout: share of the pooled features dropped while training.
        stochastic_depth: share of residual blocks skipped while training (Huang et al. 2016,
            arXiv:1603.09382).
        tune: what training may change: the "whole" network, its "head" alone, or the head and low
            ranks of the trunk's attention ("lora").
        rank: of the changes to the matrices of attention, with tune = "lora".
        mlp_rank: the same of those between attentions; 0 leaves them alone.
        height: rows to which the trunk's input is enlarged, and smaller images in proportion; 0
            enlarges to whole patches only.

    Raises:
        RuntimeError: if timm is not installed.
        ValueError: if timm has no such trunk, it can't be tuned so, or the height is less than the
            band's or more than `TALLEST`.
    """

    def __init__(
        self,
        outputs: int,
        trunk: str = "tf_efficientnet_lite0",
        dropout: float = 0.2,
        stochastic_depth: float = 0.0,
        tune: str = "whole",
        rank: int = 8,
        mlp_rank: int = 0,
        height: int = 0,
    ) -> None:
        super().__init__()
        if tune not in TUNES:
            raise ValueError(f"tune is one of {', '.join(TUNES)}, not {tune!r}")
        self.tune = tune
        self.held: list[nn.Module] = []
        self.trunk = make_trunk(trunk, height, stochastic_depth)
        self.prepare = TrunkInput(self.trunk, height)
        width = getattr(self.trunk, "head_hidden_size", None) or self.trunk.num_features
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, outputs))
        if tune != "whole":
            self.trunk.requires_grad_(False)
        if tune == "lora":
            self._add_low_ranks(trunk, rank, mlp_rank)

    def _add_low_ranks(self, trunk: str, rank: int, mlp_rank: int) -> None:
        if rank < 1 or mlp_rank < 0:
            raise ValueError("rank is at least 1, and mlp_rank not below 0")
        if not lora.add(self.trunk, rank, "attn"):
            raise ValueError(f"{trunk} has no attention to tune: take tune = 'whole' or 'head'")
        if mlp_rank:
            lora.add(self.trunk, mlp_rank, "mlp")

    @property
    def frozen(self) -> frozenset[str]:
        """The names in this network's state of all that training leaves as it was published."""
        if self.tune == "whole":
            return frozenset()
        state = self.state_dict()
        return frozenset(k for k in state if k.startswith("trunk.") and lora.original(k))

    def fold(self) -> None:
        """Put low-rank changes into the trunk's matrices: quicker, and no longer to be trained."""
        lora.fold(self.trunk)

    def hold(self, stages: int) -> None:
        """Leave the stem and the first stages of a trunk of blocks as they are, while it trains.

        Raises:
            ValueError: if the trunk has no stages, or no more than these.
        """
        blocks = getattr(self.trunk, "blocks", ())
        if not hasattr(self.trunk, "conv_stem") or not 0 < stages < len(blocks):
            raise ValueError(f"this trunk has no {stages} stages to hold, and some left to train")
        self.held = [self.trunk.conv_stem, self.trunk.bn1, *blocks[:stages]]
        for part in self.held:
            part.requires_grad_(False)

    def train(self, mode: bool = True) -> Pretrained:
        super().train(mode)
        for part in self.held:
            part.eval()
        if self.tune == "head":
            # Batch statistics and skipped blocks would change features that never adapt to it.
            self.trunk.eval()
        return self

    def pooled(self, x: Tensor) -> Tensor:
        """The trunk's pooled features, (B, features)."""
        return self.trunk(self.prepare(x))

    def describe(self, x: Tensor) -> tuple[Tensor, Tensor, None]:
        """Outputs (B, outputs), the pooled features at length 1, (B, features), and no maps."""
        pooled = self.pooled(x)
        return self.head(pooled), F.normalize(pooled.float(), dim=1), None

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pooled(x))


class TrunkInput(Standardise):
    """(B, 3, H, 2 H) in [0, 1] -> (B, 3, R, 2 R): standardised and enlarged as a trunk takes it.

    A network that learnt from large pictures tells more from a small one that is enlarged to about
    their size than from it as it is (Touvron et al. 2019, arXiv:1906.06423).

    Args:
        trunk: of timm.
        height: R of a band of 120 rows; 0 if the band is not to be enlarged.
    """

    def __init__(self, trunk: nn.Module, height: int = 0) -> None:
        told = trunk.pretrained_cfg
        super().__init__(tuple(told.get("mean", HALF)), tuple(told.get("std", HALF)))
        self.height = height or HEIGHT
        dynamic = getattr(trunk, "dynamic_img_size", False)
        self.fixed = told["fixed_input_size"] and not dynamic
        self.step = trunk.patch_embed.feat_ratio() if dynamic else STEP if self.fixed else 1

    def forward(self, x: Tensor) -> Tensor:
        rows = self.height if self.fixed else round(x.shape[-2] * self.height / HEIGHT)
        rows = _whole(rows, self.step)
        if rows != x.shape[-2]:
            x = F.interpolate(x, (rows, 2 * rows), mode="bilinear", align_corners=False)
        return super().forward(x)


def make_trunk(
    name: str, height: int = 0, stochastic_depth: float = 0.0, published: bool = False
) -> nn.Module:
    """A trunk of timm without its classifier, for 2:1 images.

    Args:
        name: timm's, with or without a tag; never an address of a hub.
        height: rows of the band that it takes, as large as it is or enlarged; 0 for those it has.
        stochastic_depth: as `Pretrained` takes it.
        published: whether to fetch its weights through timm, which may ask a model hub.

    Raises:
        RuntimeError: if timm is not installed.
        ValueError: if timm knows no such name, or the height is none.
    """
    if height and not HEIGHT <= height <= TALLEST:
        raise ValueError(f"height is 0 or lies in [{HEIGHT}, {TALLEST}], and not {height}")
    try:
        import timm  # takes a second, which only this network should cost
    except ImportError as error:
        raise RuntimeError(
            "this network needs timm, which is not installed: pip install -r requirements.txt"
        ) from error
    # timm would fetch and trust what an address of a hub names; a card may say anything.
    if not timm.is_model(name):
        raise ValueError(f"timm {timm.__version__} has no model named {name!r}")
    asked: dict[str, Any] = {"pretrained": published, "num_classes": 0}
    if stochastic_depth:
        asked["drop_path_rate"] = stochastic_depth
    if not timm.get_pretrained_cfg(name).fixed_input_size:
        return timm.create_model(name, **asked)
    try:
        # Position embeddings keep their published size and are resampled to each image's.
        return timm.create_model(name, dynamic_img_size=True, **asked)
    except TypeError:
        rows = _whole(height or HEIGHT, STEP)
        return timm.create_model(name, img_size=(rows, 2 * rows), **asked)


def published_name(trunk: nn.Module) -> str:
    """What timm calls a trunk and its published weights, such as test_vit.r160_in1k."""
    told = trunk.pretrained_cfg
    return ".".join(filter(None, (told["architecture"], told.get("tag"))))


def published_state(trunk: nn.Module) -> dict[str, Tensor]:
    """A trunk's own weights under timm's names, whatever low ranks were added to it."""
    state = {lora.original(key): value for key, value in trunk.state_dict().items()}
    return {k: v for k, v in state.items() if k and not k.endswith(COUNTER)}


@torch.no_grad()
def load_published(trunk: nn.Module, weights: dict[str, Tensor]) -> None:
    """Give a trunk its weights, under timm's names.

    Raises:
        ValueError: if they are those of another trunk.
    """
    mine = published_state(trunk)
    weights = {k: v for k, v in weights.items() if not k.endswith(COUNTER)}
    if {k: v.shape for k, v in mine.items()} != {k: v.shape for k, v in weights.items()}:
        raise ValueError(f"these are not the weights of {published_name(trunk)}")
    for key, value in weights.items():
        mine[key].copy_(value)


def _whole(rows: int, step: int) -> int:
    return step * math.ceil(rows / step)
