"""A folder that stands in for a model hub: small random models of the real classes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from tokenizers import Tokenizer, pre_tokenizers, processors
from tokenizers import models as tokenizing

from geoloc.models.hub import geoclip, models
from geoloc.networks.vision import torchvision  # noqa: F401 - which transformers imports later
from geoloc.world.cells import NOWHERE, WorldCells, degrees

VISION = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "image_size": 56,
    "patch_size": 14,
}
TEXT = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "vocab_size": 64,
    "max_position_embeddings": 32,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
CLIP_INPUT = {
    "do_center_crop": True,
    "crop_size": {"height": 56, "width": 56},
    "size": {"shortest_edge": 56},
    "image_mean": [0.48, 0.46, 0.41],
    "image_std": [0.27, 0.26, 0.28],
    "resample": 3,
}
SIGLIP_INPUT = {
    "size": {"height": 56, "width": 56},
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
    "resample": 2,
}


def clip(hub: Path, repo: str = "geolocal/StreetCLIP", seed: int = 0) -> Path:
    """A CLIP with a tokenizer that knows letters."""
    config = transformers.CLIPConfig(
        text_config=TEXT, vision_config={**VISION, "projection_dim": 16}, projection_dim=16
    )
    return _written(hub, repo, transformers.CLIPModel, config, CLIP_INPUT, seed)


def geoclip_trunk(hub: Path, repo: str = "openai/clip-vit-large-patch14") -> Path:
    """A CLIP whose embeddings are as wide as those that GeoCLIP reads."""
    config = transformers.CLIPConfig(
        text_config=TEXT, vision_config={**VISION, "projection_dim": 768}, projection_dim=768
    )
    return _written(hub, repo, transformers.CLIPModel, config, CLIP_INPUT)


def few_positions(patch: pytest.MonkeyPatch, places: list[tuple[float, float]]) -> None:
    """Give GeoCLIP a gallery of some places of one size each: sharing out all land takes long."""

    def cells_of(vectors: np.ndarray, countries: list[str | None]) -> WorldCells:
        codes = tuple(sorted({code for code in countries if code}))
        numbers = np.array([codes.index(code) if code else NOWHERE for code in countries])
        return WorldCells(*degrees(vectors), np.ones(len(vectors)), codes, numbers)

    patch.setattr(geoclip, "positions", lambda: np.array(places))
    patch.setattr(geoclip, "cells_of", cells_of)
    patch.setattr(models, "_cities", lambda: [])


def siglip(hub: Path, repo: str = "google/siglip2-base-patch16-224") -> Path:
    """A SigLIP with a tokenizer that knows letters."""
    config = transformers.SiglipConfig(text_config=TEXT, vision_config=VISION)
    return _written(hub, repo, transformers.SiglipModel, config, SIGLIP_INPUT)


def dino(hub: Path, repo: str = "facebook/dinov3-vitb16-pretrain-lvd1689m") -> Path:
    """A DINOv3, which reads no text."""
    config = transformers.DINOv3ViTConfig(**VISION, num_register_tokens=2)
    return _written(hub, repo, transformers.DINOv3ViTModel, config, SIGLIP_INPUT, reads=False)


def _written(hub, repo, model, config, preparation, seed=0, reads=True) -> Path:
    folder = hub / repo
    torch.manual_seed(seed)
    model(config).save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(preparation))
    (folder / "README.md").write_text("what no computer needs")
    if reads:
        _tokenizer().save_pretrained(folder)
    return folder


def _tokenizer() -> transformers.PreTrainedTokenizerFast:
    letters = [
        "<pad>",
        "<s>",
        "</s>",
        "<unk>",
        *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    ]
    vocabulary = {letter: number for number, letter in enumerate(letters)}
    tokenizer = Tokenizer(tokenizing.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_max_length=32,
    )
