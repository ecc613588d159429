"""Fetched image encoders: the shape of a network, what it sees of a photo, and its weights.

shape = encoders.shape_of("streetclip")
network = build("transformers", outputs=55, **shape)
encoders.lend(network)
network.input_size == encoders.input_of("streetclip").size
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from weakref import WeakValueDictionary

import torch
from torch import Tensor

from geoloc.models.hub.store import Fetched, HubError, fetched
from geoloc.networks.transformers_backbone import (
    TransformersBackbone,
    encoder_class,
    published_state,
)
from geoloc.photo.inputs import InputSpec, Interpolation

_RESAMPLE: dict[int, Interpolation] = {2: "bilinear", 3: "bicubic"}
"""Pillow's numbers of the ways to make a picture smaller."""
_SHARED: WeakValueDictionary[tuple[str, str], Any] = WeakValueDictionary()
"""Encoders in memory that nobody tunes: models of one encoder share it."""
_IGNORED = frozenset(
    ["architectures", "dtype", "torch_dtype", "transformers_version", "_name_or_path"]
    + ["out_features", "out_indices", "stage_names", "initializer_range", "initializer_factor"]
)
"""What a configuration says beside the encoder's shape."""


def shape_of(name: str) -> dict[str, Any]:
    """What `build("transformers", ...)` takes for a fetched model's image encoder.

    Raises:
        HubError: if it was not fetched, or is no image encoder known here.
    """
    return {"backbone": name, "config": config_of(fetched(name))}


def config_of(model: Fetched) -> dict[str, Any]:
    """The configuration of a model's image encoder.

    Raises:
        HubError: if it has none that is known here.
    """
    whole = model.config
    part = whole.get("vision_config", whole)
    kind = whole.get("model_type")
    if "vision_config" in whole:
        part = {**part, "model_type": f"{kind}_vision_model"}
        if kind == "clip":
            # Its authors may have left it out of the encoder's part.
            part["projection_dim"] = whole.get("projection_dim", 512)
    config = {key: value for key, value in part.items() if key not in _IGNORED}
    return {**_whole(config, model), "model_type": config["model_type"]}


def _whole(config: Mapping[str, Any], model: Fetched) -> dict[str, Any]:
    """A configuration with what it leaves to transformers, of its shape alone."""
    try:
        kind = encoder_class(config).config_class
        typed = kind(**{key: value for key, value in config.items() if key != "model_type"})
    except RuntimeError as error:
        raise HubError("encoder_not_opened", "{error}", error=error) from error
    except Exception as error:  # huggingface_hub has a class of its own for each rule
        raise model.unusable(error) from error
    return {key: value for key, value in typed.to_diff_dict().items() if key not in _IGNORED}


def refuse_other(shape: Mapping[str, Any]) -> None:
    """Refuse a network whose encoder is another than was fetched: a card may ask for any size.

    Args:
        shape: what a card says that the network is built with.

    Raises:
        HubError: if it is, or nothing was fetched under its name.
    """
    model = fetched(str(shape.get("backbone")))
    described = shape.get("config")
    if not isinstance(described, dict) or _whole(described, model) != _whole(
        config_of(model), model
    ):
        raise model.unusable("the model was made on an encoder of another shape")


def input_of(name: str) -> InputSpec:
    """What a fetched model sees of a photo, as its authors prepared photos.

    A central crop is cut from the photo itself, not from a margin around it.

    Raises:
        HubError: if it was not fetched, or sees what no input here can be.
    """
    model = fetched(name)
    said = model.processor
    size = said.get("crop_size") if said.get("do_center_crop") else said.get("size")
    if isinstance(size, dict):
        size = (size.get("height"), size.get("width"))
    rows, columns = (size, size) if isinstance(size, int) else size or (None, None)
    try:
        return InputSpec(
            int(rows or 0),
            int(columns or 0),
            "centre" if said.get("do_center_crop") else "full",
            mean=tuple(said.get("image_mean") or (0.5, 0.5, 0.5)),
            std=tuple(said.get("image_std") or (0.5, 0.5, 0.5)),
            interpolation=_RESAMPLE.get(int(said.get("resample", 3)), "bicubic"),
        )
    except (TypeError, ValueError) as error:
        raise model.unusable(error) from error


def lend(network: TransformersBackbone, expected: str | None = None) -> str:
    """Put a fetched model's weights into a network.

    Args:
        network: changed in place.
        expected: `Fetched.digest` of the weights; None takes any.

    Returns:
        The digest of the weights.

    Raises:
        HubError: if it was not fetched, has changed since, or is another than expected.
    """
    model = fetched(network.name)
    model.check()
    if expected not in (None, model.digest):
        raise HubError(
            "fetched_other",
            "{name} is another revision here than the model was made on. Fetch the one it was made "
            "on, or make the model anew.",
            name=model.name,
        )
    key = (model.name, model.digest)
    shared = _SHARED.get(key)
    if shared is None or network.tune != "head":
        _fill(published_state(network), _published(network, model), model)
    else:
        network.backbone = shared
    if network.tune == "head":
        _SHARED[key] = network.backbone
    return model.digest


@torch.no_grad()
def _fill(own: dict[str, Tensor], published: dict[str, Tensor], model: Fetched) -> None:
    if {k: v.shape for k, v in own.items()} != {k: v.shape for k, v in published.items()}:
        raise model.unusable("its weights are those of another encoder")
    for key, value in published.items():
        if not torch.isfinite(value).all():
            raise model.unusable(f"{key} holds values that are not finite")
        own[key].copy_(value)


def _published(network: TransformersBackbone, model: Fetched) -> dict[str, Tensor]:
    kind = type(network.backbone)
    try:
        with quiet():
            encoder, loading = kind.from_pretrained(
                model.folder,
                config=network.backbone.config,
                local_files_only=True,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
            )
    except (OSError, RuntimeError, TypeError, ValueError) as error:
        raise model.unusable(error) from error
    if missing := loading["missing_keys"]:
        raise model.unusable(f"its weights lack {sorted(missing)[0]}")
    return encoder.state_dict()


@contextmanager
def quiet() -> Iterator[None]:
    """Within it, transformers says nothing of weights that an encoder leaves aside."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(before)
