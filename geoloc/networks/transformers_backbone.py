"""An image encoder of transformers that others trained, with a head of ours: CLIP, SigLIP, DINO.

CLIP (Radford et al. 2021, arXiv:2103.00020), SigLIP (Zhai et al. 2023, arXiv:2303.15343; Tschannen
et al. 2025, arXiv:2502.14786), DINOv2 (Oquab et al. 2023, arXiv:2304.07193) and DINOv3 (Siméoni et
al. 2025, arXiv:2508.10104). Their weights are hundreds of megabytes under licences of their own:
`geoloc.models.hub` keeps them once for all models, and a model stores its head alone.

Each family's blocks are called here one after the other, as its own forward calls them:
transformers hands out maps and attention by hooks, and visitors who share a network would get each
other's.
Photos come standardised, by the card's `Input`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from geoloc.networks import lora
from geoloc.networks.attention import KeptAttention
from geoloc.networks.base import Attention, Features, GeoNetwork, register
from geoloc.networks.timm_backbone import TUNES
from geoloc.networks.vision import torchvision  # noqa: F401 - transformers imports it

NAME = "transformers"
"""What cards and recipes call it."""

_LARGEST = 2**16
"""What no number of an encoder's configuration exceeds."""
_LINEAR = {"attn": ("self_attn", "attention"), "mlp": ("mlp",)}
"""What the parts that low ranks change are called in these families."""

NOT_INSTALLED = (
    "this network needs transformers, which is not installed: pip install 'where-am-i[hub]'"
)


@dataclass(frozen=True)
class Family:
    """How the encoders of one kind are put together.

    Attributes:
        model: the class of transformers.
        blocks: an encoder's blocks, each called with the tokens alone.
        tokens: what enters the first block, (B, T, D), of photos.
        pooled: what is read of the tokens after the last block, (B, D'), and the share of each
            token in it, (T,) or (B, T).
        other: tokens before those of patches.
    """

    model: str
    blocks: Callable[[Any, Tensor], Iterator[Callable[[Tensor], Tensor]]]
    tokens: Callable[[Any, Tensor], Tensor]
    pooled: Callable[[Any, Tensor], tuple[Tensor, Tensor]]
    other: Callable[[Any], int]


def _first(tokens: Tensor) -> Tensor:
    """All of the first token, which networks with a class token read."""
    return F.one_hot(torch.zeros((), dtype=torch.long), tokens.shape[1]).to(tokens)


def _embedded(part: Any, x: Tensor) -> Tensor:
    size = part.config.image_size
    fixed = (size, size) if isinstance(size, int) else tuple(size)
    return part.embeddings(x, interpolate_pos_encoding=tuple(x.shape[-2:]) != fixed)


def _clip_tokens(encoder: Any, x: Tensor) -> Tensor:
    return encoder.vision_model.pre_layrnorm(_embedded(encoder.vision_model, x))


def _clip_pooled(encoder: Any, tokens: Tensor) -> tuple[Tensor, Tensor]:
    pooled = encoder.vision_model.post_layernorm(tokens[:, 0])
    return encoder.visual_projection(pooled), _first(tokens)


def _clip_blocks(encoder: Any, x: Tensor) -> Iterator[Callable[[Tensor], Tensor]]:
    return (partial(block, attention_mask=None) for block in encoder.vision_model.encoder.layers)


def _siglip_blocks(encoder: Any, x: Tensor) -> Iterator[Callable[[Tensor], Tensor]]:
    return (partial(block, attention_mask=None) for block in encoder.encoder.layers)


def _siglip_pooled(encoder: Any, tokens: Tensor) -> tuple[Tensor, Tensor]:
    """One learnt question to all tokens, whose attention says how much it takes from each."""
    head, tokens = encoder.head, encoder.post_layernorm(tokens)
    probe = head.probe.expand(len(tokens), -1, -1)
    read, shares = head.attention(probe, tokens, tokens)
    return (read + head.mlp(head.layernorm(read)))[:, 0], shares[:, 0].detach()


def _dinov2_pooled(encoder: Any, tokens: Tensor) -> tuple[Tensor, Tensor]:
    return encoder.layernorm(tokens)[:, 0], _first(tokens)


def _dinov3_blocks(encoder: Any, x: Tensor) -> Iterator[Callable[[Tensor], Tensor]]:
    positions = encoder.rope_embeddings(x)
    return (partial(block, position_embeddings=positions) for block in encoder.model.layer)


def _dinov3_pooled(encoder: Any, tokens: Tensor) -> tuple[Tensor, Tensor]:
    return encoder.norm(tokens)[:, 0], _first(tokens)


FAMILIES = {
    "clip_vision_model": Family(
        "CLIPVisionModelWithProjection", _clip_blocks, _clip_tokens, _clip_pooled, lambda _: 1
    ),
    "siglip_vision_model": Family(
        "SiglipVisionModel", _siglip_blocks, _embedded, _siglip_pooled, lambda _: 0
    ),
    "dinov2": Family(
        "Dinov2Model",
        lambda encoder, x: iter(encoder.encoder.layer),
        lambda encoder, x: encoder.embeddings(x),
        _dinov2_pooled,
        lambda _: 1,
    ),
    "dinov3_vit": Family(
        "DINOv3ViTModel",
        _dinov3_blocks,
        lambda encoder, x: encoder.embeddings(x),
        _dinov3_pooled,
        lambda config: 1 + config.num_register_tokens,
    ),
}
"""By what an encoder's configuration calls its `model_type`."""


@register(NAME)
class TransformersBackbone(GeoNetwork):
    """(B, 3, H, W), standardised -> (B, outputs): logits = W f(x) + b, f any of `FAMILIES`.

    Args:
        outputs: number of classes, or of regressed coordinates.
        backbone: the name under which `geoloc.models.hub` keeps the encoder's weights.
        config: of the encoder as transformers has it, its `model_type` among it.
        normalise: whether the head reads embeddings of length 1, as texts are compared with.
        project: widths of layers between the encoder and its head, with ReLU between them, whose
            last one makes the embedding; none for the encoder's own.
        dropout: share of the embedding dropped while training.
        tune: what training may change: the "head" alone, or the head and low ranks of the encoder's
            attention ("lora").
        rank: of the changes to the matrices of attention, with tune = "lora".
        mlp_rank: the same of those between attentions; 0 leaves them alone.

    Raises:
        RuntimeError: if transformers is not installed.
        ValueError: if the configuration is none of an encoder of `FAMILIES`.

    Example:
        >>> config = {"model_type": "dinov2", "hidden_size": 32, "num_hidden_layers": 2,
        ...           "num_attention_heads": 2, "image_size": 28, "patch_size": 14}
        >>> network = TransformersBackbone(outputs=5, config=config).eval()
        >>> features = network.features(torch.rand(1, 3, 28, 28))
        >>> tuple(features.maps["block 2"].shape), tuple(features.embedding.shape)
        ((1, 32, 2, 2), (1, 32))
    """

    attends = True
    embeds_places = True
    backbone: Any
    head: nn.Sequential

    def __init__(
        self,
        outputs: int,
        backbone: str = "",
        config: Mapping[str, Any] = {},
        normalise: bool = False,
        project: Sequence[int] = (),
        dropout: float = 0.0,
        tune: str = "head",
        rank: int = 8,
        mlp_rank: int = 0,
    ) -> None:
        super().__init__()
        if tune not in TUNES or tune == "whole":
            raise ValueError(f"tune is head or lora, not {tune!r}")
        self.name, self.tune, self.normalise = backbone, tune, normalise
        self.family, self.backbone = _encoder(config)
        self.input_size = _size(self.backbone.config)
        # CLIP alone projects what it pooled.
        projects = hasattr(self.backbone, "visual_projection")
        sizes = self.backbone.config
        width = sizes.projection_dim if projects else sizes.hidden_size
        self.project = _layers([width, *project])
        width = project[-1] if project else width
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, outputs))
        self.backbone.requires_grad_(False)
        if tune == "lora":
            for part, changed in (("attn", rank), ("mlp", mlp_rank)):
                for name in _LINEAR[part] if changed else ():
                    lora.add(self.backbone, changed, name)

    @property
    def frozen(self) -> frozenset[str]:
        state = self.state_dict()
        return frozenset(k for k in state if k.startswith("backbone.") and lora.original(k))

    def fold(self) -> None:
        """Put low-rank changes into the encoder's matrices."""
        lora.fold(self.backbone)

    def train(self, mode: bool = True) -> TransformersBackbone:
        super().train(mode)
        if self.tune == "head":
            self.backbone.eval()
        return self

    def embed(self, x: Tensor) -> Tensor:
        """What the encoder says of photos, (B, D)."""
        return self._encoded(x)[0]

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.embed(x))

    def features(self, x: Tensor) -> Features:
        maps: dict[str, Tensor] = {}
        embedding, _shares = self._encoded(x, maps)
        return Features(maps, self.head(embedding), embedding)

    def attention(self, x: Tensor) -> Attention:
        with KeptAttention() as kept:
            embedding, shares = self._encoded(x)
            logits = self.head(embedding)
        # A question that pools tokens is asked after the blocks.
        blocks = tuple(A for A in kept.blocks if A.shape[-1] == A.shape[-2])
        return Attention(blocks, logits, shares, self._grid(x))

    def _encoded(self, x: Tensor, maps: dict[str, Tensor] | None = None) -> tuple[Tensor, Tensor]:
        """Embeddings and each token's share in them; maps of each block are put into `maps`."""
        family, size = self.family, self._grid(x)
        tokens, first = family.tokens(self.backbone, x), family.other(self.backbone.config)
        for number, block in enumerate(family.blocks(self.backbone, x), start=1):
            tokens = block(tokens)
            if maps is not None:
                # On the way to the answer, so that gradients lead through them.
                patches = tokens[:, first:].transpose(1, 2).unflatten(2, size)
                maps[f"block {number}"] = patches
                tokens = torch.cat([tokens[:, :first], patches.flatten(2).transpose(1, 2)], dim=1)
        pooled, shares = family.pooled(self.backbone, tokens)
        pooled = self.project(pooled)
        return F.normalize(pooled, dim=1) if self.normalise else pooled, shares

    def _grid(self, x: Tensor) -> tuple[int, int]:
        patch = self.backbone.config.patch_size
        return x.shape[-2] // patch, x.shape[-1] // patch


def _layers(widths: Sequence[int]) -> nn.Sequential:
    """Linear layers from each width to the next, with ReLU between them."""
    layers: list[nn.Module] = []
    for width, wider in itertools.pairwise(widths):
        layers += [nn.Linear(width, wider), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def published_state(network: TransformersBackbone) -> dict[str, Tensor]:
    """An encoder's own weights under its authors' names, whatever low ranks were added to it."""
    state = {lora.original(k): value for k, value in network.backbone.state_dict().items()}
    return {k: value for k, value in state.items() if k}


def encoder_class(config: Mapping[str, Any]) -> Any:
    """The class of transformers that a configuration is of.

    Raises:
        RuntimeError: if transformers is not installed.
        ValueError: if it is none of `FAMILIES`.
    """
    family = FAMILIES.get(str(config.get("model_type")))
    if family is None:
        known = ", ".join(FAMILIES)
        raise ValueError(f"{config.get('model_type')!r} is no image encoder known here: {known}")
    try:
        import transformers
    except ImportError as error:
        raise RuntimeError(NOT_INSTALLED) from error
    return getattr(transformers, family.model)


def _encoder(config: Mapping[str, Any]) -> tuple[Family, Any]:
    model = encoder_class(config)
    numbers = [value for value in config.values() if isinstance(value, int | float)]
    if any(abs(value) > _LARGEST for value in numbers):
        raise ValueError("a number of the encoder's configuration is larger than any encoder's")
    shape = {key: value for key, value in config.items() if key != "model_type"}
    try:
        typed = model.config_class(**shape)
    except Exception as error:  # huggingface_hub has a class of its own for each rule
        raise ValueError(f"the encoder's configuration can't be followed: {error}") from error
    # Never "eager" by an untrusted card: attention is kept by `KeptAttention`.
    return FAMILIES[typed.model_type], model._from_config(typed, attn_implementation="sdpa").eval()


def _size(config: Any) -> tuple[int, int]:
    size: int | Sequence[int] = config.image_size
    return (size, size) if isinstance(size, int) else (size[0], size[1])
