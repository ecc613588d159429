"""A backbone that others trained, with a head of ours: any image model of timm.

Which one is practical is a question of size: EfficientNet-Lite0 (timm: tf_efficientnet_lite0; Tan &
Le 2019, arXiv:1905.11946) answers in milliseconds on two cores, and its 3.4 million weights can
be tuned whole. A ViT-Base, CLIP's (Radford et al. 2021, arXiv:2103.00020) or DINOv2's (Oquab et al.
2023, arXiv:2304.07193), has 86 million: 172 MB in a checkpoint, most of them copies of what anyone
can have from its authors. Tuned by its head alone or by low ranks, it is frozen: a checkpoint then
holds what was tuned, about a megabyte, and `geoloc.networks.backbones` keeps the backbone once for
all of them.

Building one here gives random weights: they come from a checkpoint, or from
`training.loop.finetuning`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib import import_module, reload
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from geoloc.networks import lora
from geoloc.networks.base import Attention, Features, GeoNetwork, register
from geoloc.networks.standardise import Standardise
from geoloc.networks.vision import (  # timm imports torchvision, which needs this first
    compiler_later,
    hub_later,
)

HALF = (0.5, 0.5, 0.5)
TUNES = ("whole", "head", "lora")
STEP = 32
"""What divides the sides of an image in backbones of one fixed size: five halvings."""
TALLEST = 960
"""Rows up to which a photo may be enlarged: more add no detail, and take memory all the same."""
COUNTER = "num_batches_tracked"
"""Integers of batch normalisation that nothing reads again."""


@register("pretrained")
class TimmBackbone(GeoNetwork):
    """(B, 3, H, W) in [0, 1] -> (B, outputs): logits = W f(x) + b, f any image model of timm.

    Its layers are the backbone's: "stage 1" to "last stage" of a network of convolutions, "block 1"
    and so on of a transformer, whose attention can be followed as well.

    Args:
        outputs: number of classes, or of regressed coordinates.
        backbone: a model name of timm, such as vit_base_patch16_224 or vit_small_patch14_dinov2;
            with a tag, as in vit_base_patch16_clip_quickgelu_224.openai, one of several weights.
        dropout: share of the pooled features dropped while training.
        stochastic_depth: share of residual blocks skipped while training (Huang et al. 2016,
            arXiv:1603.09382).
        tune: what training may change: the "whole" network, its "head" alone, or the head and low
            ranks of the backbone's attention ("lora").
        rank: of the changes to the matrices of attention, with tune = "lora".
        mlp_rank: the same of those between attentions; 0 leaves them alone.
        height: rows to which photos of `input_size` are enlarged, and smaller ones in proportion; 0
            enlarges to whole patches only.
        input_size: rows and columns of the photos that it is made for.

    Raises:
        RuntimeError: if timm is not installed.
        ValueError: if timm has no such backbone, it can't be tuned so, or the height is less than
            the photos' or more than `TALLEST`.

    Example:
        >>> network = TimmBackbone(outputs=55, backbone="test_vit").eval()
        >>> features = network.features(torch.rand(1, 3, 120, 240))
        >>> {layer: tuple(maps.shape) for layer, maps in features.maps.items()}["block 6"]
        (1, 64, 8, 16)
    """

    embeds_places = True

    backbone: Any  # any of timm's, which have no type in common
    head: nn.Sequential

    def __init__(
        self,
        outputs: int,
        backbone: str = "tf_efficientnet_lite0",
        dropout: float = 0.2,
        stochastic_depth: float = 0.0,
        tune: str = "whole",
        rank: int = 8,
        mlp_rank: int = 0,
        height: int = 0,
        input_size: Sequence[int] = (120, 240),
    ) -> None:
        super().__init__()
        if tune not in TUNES:
            raise ValueError(f"tune is one of {', '.join(TUNES)}, not {tune!r}")
        self.tune = tune
        self.held: list[nn.Module] = []
        self.input_size = (input_size[0], input_size[1])
        size = enlarged(self.input_size, height)
        self.backbone = make_backbone(backbone, size, stochastic_depth)
        self.prepare = BackboneInput(self.backbone, self.input_size, size)
        width = getattr(self.backbone, "head_hidden_size", None) or self.backbone.num_features
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, outputs))
        if tune != "whole":
            self.backbone.requires_grad_(False)
        if tune == "lora":
            self._add_low_ranks(backbone, rank, mlp_rank)

    def _add_low_ranks(self, backbone: str, rank: int, mlp_rank: int) -> None:
        if rank < 1 or mlp_rank < 0:
            raise ValueError("rank is at least 1, and mlp_rank not below 0")
        if not lora.add(self.backbone, rank, "attn"):
            raise ValueError(f"{backbone} has no attention to tune: take tune = 'whole' or 'head'")
        if mlp_rank:
            lora.add(self.backbone, mlp_rank, "mlp")

    @property
    def frozen(self) -> frozenset[str]:
        if self.tune == "whole":
            return frozenset()
        state = self.state_dict()
        return frozenset(k for k in state if k.startswith("backbone.") and lora.original(k))

    def fold(self) -> None:
        """Put low-rank changes into the backbone's matrices."""
        lora.fold(self.backbone)

    def hold(self, stages: int) -> None:
        """Leave the stem and the first stages of a backbone of blocks as they are while it trains.

        Raises:
            ValueError: if the backbone has no stages, or no more than these.
        """
        blocks = getattr(self.backbone, "blocks", ())
        if not hasattr(self.backbone, "conv_stem") or not 0 < stages < len(blocks):
            raise ValueError(
                f"this backbone has no {stages} stages to hold, and some left to train"
            )
        self.held = [self.backbone.conv_stem, self.backbone.bn1, *blocks[:stages]]
        for part in self.held:
            part.requires_grad_(False)

    def train(self, mode: bool = True) -> TimmBackbone:
        super().train(mode)
        for part in self.held:
            part.eval()
        if self.tune == "head":
            # Batch statistics and skipped blocks would change features that never adapt to it.
            self.backbone.eval()
        return self

    def embed(self, x: Tensor) -> Tensor:
        """The backbone's pooled features, (B, D)."""
        return self.backbone(self.prepare(x))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.embed(x))

    def features(self, x: Tensor) -> Features:
        from geoloc.networks.timm_maps import maps_of

        maps, last = maps_of(self.backbone, self.prepare(x))
        embedding = self.backbone.forward_head(last, pre_logits=True)
        return Features(maps, self.head(embedding), embedding)

    @property
    def attends(self) -> bool:  # type: ignore[override]  # only read
        from geoloc.networks.timm_maps import attends

        return attends(self.backbone)

    def attention(self, x: Tensor) -> Attention:
        from geoloc.networks.timm_maps import attention_of

        return attention_of(self.backbone, self.head, self.prepare(x))


class BackboneInput(Standardise):
    """(B, 3, H, W) in [0, 1] -> (B, 3, R, C): standardised and enlarged as a backbone takes it.

    A network that learnt from large pictures recognises more in a small one that is enlarged to
    about their size than in it as it is (Touvron et al. 2019, arXiv:1906.06423).

    Args:
        backbone: of timm.
        input_size: rows and columns of the photos that it is made for.
        size: rows and columns to which those are enlarged.
    """

    def __init__(self, backbone: Any, input_size: tuple[int, int], size: tuple[int, int]) -> None:
        config = backbone.pretrained_cfg
        super().__init__(tuple(config.get("mean", HALF)), tuple(config.get("std", HALF)))
        dynamic = getattr(backbone, "dynamic_img_size", False)
        fixed = config["fixed_input_size"] and not dynamic
        self.fixed = whole(size[0], size[1] / size[0], STEP) if fixed else None
        self.size = size
        self.scale = size[0] / input_size[0]
        ratio = getattr(getattr(backbone, "patch_embed", None), "feat_ratio", lambda: STEP)
        self.step = ratio() if dynamic else 1

    def extra_repr(self) -> str:
        sizes = f"size={self.size}, fixed={self.fixed}, scale={self.scale}, step={self.step}"
        return f"{super().extra_repr()}, {sizes}"

    def forward(self, x: Tensor) -> Tensor:
        rows, columns = x.shape[-2:]
        size = self.fixed or whole(round(rows * self.scale), columns / rows, self.step)
        if size != (rows, columns):
            x = F.interpolate(x, size, mode="bilinear", align_corners=False)
        return super().forward(x)


def enlarged(input_size: tuple[int, int], height: int) -> tuple[int, int]:
    """The rows and columns of photos that are enlarged to so many rows, or 0 for those they have.

    Raises:
        ValueError: if the height is less than the photos' or more than `TALLEST`.
    """
    rows, columns = input_size
    if height and not rows <= height <= TALLEST:
        raise ValueError(f"height is 0 or lies in [{rows}, {TALLEST}], and not {height}")
    return (height, round(columns * height / rows)) if height else input_size


def whole(rows: int, aspect: float, step: int) -> tuple[int, int]:
    """As many rows or a few more, and columns for an aspect ratio, that a step divides."""
    rows = step * math.ceil(rows / step)
    return rows, step * math.ceil(round(aspect * rows) / step)


def make_backbone(
    name: str,
    size: tuple[int, int] = (120, 240),
    stochastic_depth: float = 0.0,
    published: bool = False,
) -> nn.Module:
    """A backbone of timm without its classifier.

    Args:
        name: timm's, with or without a tag; never an address of a hub.
        size: rows and columns of the photos that it takes, for one that takes a single size.
        stochastic_depth: as `TimmBackbone` takes it.
        published: whether to fetch its weights through timm, which may ask a model hub.

    Raises:
        RuntimeError: if timm is not installed.
        ValueError: if timm knows no such name.
    """
    try:
        with compiler_later(), hub_later():
            import timm  # takes long, which only this network should cost
    except ImportError as error:
        raise RuntimeError(
            "this network needs timm, which is not installed: pip install -r requirements.txt"
        ) from error
    # timm would fetch and trust what an address of a hub names; a card may say anything.
    if not timm.is_model(name):
        raise ValueError(f"timm {timm.__version__} has no model named {name!r}")
    if published:
        reload(import_module("timm.models._hub"))  # with the client of the hub, if it came without
    options: dict[str, Any] = {"pretrained": published, "num_classes": 0}
    if stochastic_depth:
        options["drop_path_rate"] = stochastic_depth
    config = timm.get_pretrained_cfg(name)
    if config is None or not config.fixed_input_size:
        return timm.create_model(name, **options)
    try:
        # Position embeddings keep their published size and are resampled to each image's.
        return timm.create_model(name, dynamic_img_size=True, **options)
    except TypeError:
        return timm.create_model(name, img_size=whole(size[0], size[1] / size[0], STEP), **options)


def published_name(backbone: Any) -> str:
    """What timm calls a backbone and its published weights, such as test_vit.r160_in1k."""
    config = backbone.pretrained_cfg
    return ".".join(filter(None, (config["architecture"], config.get("tag"))))


def published_state(backbone: nn.Module) -> dict[str, Tensor]:
    """A backbone's own weights under timm's names, whatever low ranks were added to it."""
    state = {lora.original(key): value for key, value in backbone.state_dict().items()}
    return {k: v for k, v in state.items() if k and not k.endswith(COUNTER)}


@torch.no_grad()
def load_published(backbone: nn.Module, weights: dict[str, Tensor]) -> None:
    """Give a backbone its weights, under timm's names.

    Raises:
        ValueError: if they are those of another backbone.
    """
    mine = published_state(backbone)
    weights = {k: v for k, v in weights.items() if not k.endswith(COUNTER)}
    if {k: v.shape for k, v in mine.items()} != {k: v.shape for k, v in weights.items()}:
        raise ValueError(f"these are not the weights of {published_name(backbone)}")
    for key, value in weights.items():
        mine[key].copy_(value)
