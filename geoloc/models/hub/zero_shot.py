"""Country models without training: a photo is compared with what photos of countries are called.

Radford et al. 2021, arXiv:2103.00020: an image-text model gives photos and texts embeddings of
length 1, and a photo goes with the text that lies nearest. Each country's texts, one a template,
become one embedding, their mean; these are the rows of a linear head, computed once. logit_c =
scale * cos(photo, texts of c), with the scale that the model learnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from geoloc import countries, settings
from geoloc.models.card import CountryCard, DataPart, Input, Network, Published
from geoloc.models.hub import encoders
from geoloc.models.hub.catalogue import Entry
from geoloc.models.hub.store import Fetched
from geoloc.models.release import TRANSFORMERS, Release, released
from geoloc.networks import build

_AT_ONCE = 64
_LONGEST = 64
"""Tokens of a text that a SigLIP was trained with."""

_WITH_ARTICLE = frozenset(
    [
        *("AE", "AX", "BQ", "BS", "CC", "CD", "CF", "CG", "CK", "DO", "FK", "FO", "GB", "GM"),
        *("IM", "IO", "KM", "KY", "MH", "MP", "MV", "NL", "PH", "PS", "SB", "SC", "TC", "TF"),
        *("UM", "US", "VG", "VI"),
    ]
)
"""Countries whose English names are said with "the" in a sentence."""


def spoken(code: str) -> str:
    """A country's English name as it stands in a sentence.

    Example:
        >>> spoken("NL"), spoken("FR")
        ('the Netherlands', 'France')
    """
    name = countries.name(code, "en")
    return f"the {name}" if code in _WITH_ARTICLE else name


@torch.inference_mode()
def text_features(
    model: Fetched, classes: Sequence[str], templates: Sequence[str]
) -> tuple[Tensor, float]:
    """What countries' texts mean to a model, each of length 1, (N, D), and its scale.

    Raises:
        HubError: if it is no image-text model, or can't be opened.
    """
    from transformers import AutoModel, AutoTokenizer

    where = {"local_files_only": True}
    try:
        with encoders.quiet():
            whole = AutoModel.from_pretrained(
                model.folder, use_safetensors=True, dtype=torch.float32, **where
            ).eval()
            tokenizer = AutoTokenizer.from_pretrained(model.folder, **where)
    except (KeyError, OSError, RuntimeError, TypeError, ValueError) as error:
        raise model.unusable(error) from error
    if not hasattr(whole, "get_text_features"):
        raise model.unusable("it reads no texts: it can be a backbone, and name no countries")
    means = []
    for template in templates:
        texts = [template.format(country=spoken(code)) for code in classes]
        parts = [
            _of_texts(whole, tokenizer, texts[start : start + _AT_ONCE])
            for start in range(0, len(texts), _AT_ONCE)
        ]
        means.append(F.normalize(torch.cat(parts), dim=1))
    return F.normalize(torch.stack(means).mean(dim=0), dim=1), float(whole.logit_scale.exp())


def _of_texts(whole: Any, tokenizer: Any, texts: list[str]) -> Tensor:
    """The embeddings of texts (N, D), prepared as each family was trained with."""
    longest = whole.config.text_config.max_position_embeddings
    if not whole.config.model_type.startswith("siglip"):
        tokens = tokenizer(
            texts, padding=True, truncation=True, max_length=longest, return_tensors="pt"
        )
        known = {key: tokens[key] for key in ("input_ids", "attention_mask")}
        return whole.get_text_features(**known).pooler_output
    tokens = tokenizer(
        [text.lower() for text in texts],
        padding="max_length",
        truncation=True,
        max_length=min(_LONGEST, longest),
        return_tensors="pt",
    )
    # It saw its padding while it was trained: no mask hides it.
    return whole.get_text_features(input_ids=tokens["input_ids"]).pooler_output


def country_model(
    entry: Entry, model: Fetched, classes: Sequence[str] = countries.CODES
) -> Release:
    """A country model of a fetched image-text model, in memory; nobody calibrated it yet.

    Args:
        entry: what is known of it.
        model: that was fetched.
        classes: ISO codes of the countries that it tells apart.

    Raises:
        HubError: if it is none, or can't be opened.
    """
    model.check()
    shape = {**encoders.shape_of(model.name), "outputs": len(classes), "normalise": True}
    features, scale = text_features(model, classes, entry.templates)
    network = build(TRANSFORMERS, **shape)
    head = cast(nn.Linear, cast(nn.Sequential, network.head)[-1])
    if features.shape != head.weight.shape:
        raise model.unusable("its texts and its photos have embeddings of different sizes")
    with torch.no_grad():
        head.weight.copy_(scale * features)
        head.bias.zero_()
    card = CountryCard(
        name=entry.name,
        title=entry.title,
        task="country",
        network=Network(name=TRANSFORMERS, shape=shape, parameters=_parameters(network)),
        input=Input.of(encoders.input_of(model.name)),
        classes=tuple(classes),
        data=DataPart(),
        published=Published(
            repo=model.repo,
            revision=model.revision,
            licence=model.licence,
            link=entry.link,
            templates=entry.templates,
        ),
    )
    return released(settings.FETCHED / entry.name, network, card)


def _parameters(network: torch.nn.Module) -> int:
    return sum(weights.numel() for weights in network.parameters())
