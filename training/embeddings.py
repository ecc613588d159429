"""What a network makes of photos before its head, computed once and kept beside their frames.

A frozen backbone answers a photo the same way each time: a head on what was kept is fitted in
seconds, tried with other settings, and measured, without the backbone running again. What is kept
lies in the folder of the decoded frames, which no repository holds, and gives way with them
(`training.data.room`); it is found again by the network's weights, the crop and the photos.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from tqdm import tqdm

from geoloc.files import replacing
from geoloc.networks import GeoNetwork
from geoloc.networks.device import (
    compiled,
    multiplies_bfloat16,
    photos_at_once,
)
from geoloc.photo.inputs import BAND, Crops, InputSpec
from training.data.frames import Frames

_KEY = "embeddings"


@dataclass(frozen=True)
class View:
    """One of the crops of a photo that answers are averaged over.

    Attributes:
        spec: what the network sees.
        offset: as `Crops.offsets` has it.
        mirrored: whether it is flipped left to right.

    Example:
        >>> [view.mirrored for view in View.all_of(Crops(mirror=True))]
        [False, True]
    """

    spec: InputSpec = BAND
    offset: int = 0
    mirrored: bool = False

    @classmethod
    def all_of(cls, crops: Crops) -> list[View]:
        """The views that crops have, in their order."""
        offsets = crops.offsets if crops.spec.crop == "band" else (0,)
        turns = (False, True) if crops.mirror else (False,)
        return [cls(crops.spec, offset, mirrored) for mirrored in turns for offset in offsets]

    def of(self, frames: Frames, rows: np.ndarray) -> np.ndarray:
        """What it shows of some rows, uint8 (B, H, W, 3)."""
        views = Crops((self.offset,), spec=self.spec).of_all(map(frames.frame, rows))[:, 0]
        return views[:, :, ::-1] if self.mirrored else views


def only_its_head(network: GeoNetwork) -> bool:
    """Whether all of a network is frozen but its head."""
    names = {name for name in network.state_dict() if not name.startswith("head.")}
    return bool(names) and names <= network.frozen


def embeddings(
    network: GeoNetwork,
    frames: Frames,
    rows: np.ndarray,
    device: torch.device,
    view: View = View(),
    progress: bool = False,
) -> Tensor:
    """The network's embeddings of a view of some photos, float32 (B, D) on the CPU.

    A GPU computes them in bfloat16.

    Args:
        network: on the device, in eval mode.
        frames: of the framing of the view's spec.
        rows: numbers among the frames, (B,).
        device: where it computes.
        view: which crop.
        progress: whether to draw a progress bar while they are computed.
    """
    # On a CPU as it is served there: what is measured by them shall be what visitors get.
    half = device.type != "cpu" and multiplies_bfloat16(device)
    most = photos_at_once(network.embed, view.spec.size, device)
    ask = compiled(network.embed, device, batches=len(rows) // most)

    @torch.inference_mode()
    def embed(some: np.ndarray) -> Tensor:
        batch = view.spec.batch(view.of(frames, some), device)
        with torch.autocast(device.type, torch.bfloat16, enabled=half):
            embedding = ask(batch.contiguous(memory_format=torch.channels_last))
        return embedding.float().cpu()

    by = f"{digest_of(network)}|{view}|{half}"
    return kept(frames, rows, by, embed, most, progress)


@torch.inference_mode()
def of_crops(
    network: GeoNetwork, crops: Crops, frames: Frames, rows: np.ndarray, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Outputs (B, N) and embeddings (B, D) of photos, means over their crops, on the CPU.

    Each crop's embedding has length 1, so that all count alike. What `CountryClassifier.described`
    computes, but that embeddings which were kept are read.

    Args:
        network: on the device, in eval mode.
        crops: which views of a photo.
        frames: of the framing of the crops' spec.
        rows: numbers among the frames, (B,).
        device: where it computes.
    """
    outputs, directions = [], []
    for view in View.all_of(crops):
        embedding = embeddings(network, frames, rows, device, view)
        outputs.append(network.head(embedding.to(device)).float().cpu())
        directions.append(F.normalize(embedding, dim=1))
    return torch.stack(outputs).mean(dim=0), torch.stack(directions).mean(dim=0)


def kept(
    frames: Frames,
    rows: np.ndarray,
    by: str,
    embed: Callable[[np.ndarray], Tensor],
    most: int = 128,
    progress: bool = False,
) -> Tensor:
    """What `embed` makes of some photos, float32 (B, D): computed once, then read.

    Args:
        frames: the photos; of frames that lie in no cache nothing is kept.
        rows: numbers among them, (B,).
        by: all that decides what comes of a photo, such as the network's weights and the crop.
        embed: from at most `most` of the rows, (b,), to float32 (b, D).
        most: rows at once.
        progress: whether to draw a progress bar while they are computed.
    """
    file = None if frames.place is None else frames.place / _name(rows, by)
    if file and (earlier := _read(file, len(rows))) is not None:
        return earlier
    chunks = frames.chunks(rows, most)
    bar = tqdm(chunks, desc="embedding", leave=False, disable=None if progress else True)
    computed = torch.cat([embed(chunk) for chunk in bar])
    if file:
        with replacing(file) as aside:
            save_file({_KEY: computed.contiguous()}, aside)
    return computed


def digest_of(network: GeoNetwork) -> str:
    """SHA-256 of all that decides a network's embeddings."""
    parts = [part for name, part in network.named_children() if name != "head"]
    digest = hashlib.sha256(f"{type(network).__qualname__} {parts}".encode())
    for name, value in network.state_dict().items():
        if not name.startswith("head."):
            digest.update(name.encode())
            digest.update(value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()


def _name(rows: np.ndarray, by: str) -> str:
    digest = hashlib.sha256(by.encode() + rows.astype(np.int64).tobytes())
    return f"embeddings-{digest.hexdigest()[:20]}.safetensors"


def _read(file: Path, photos: int) -> Tensor | None:
    try:
        embedded = load_file(file)[_KEY]
    except (OSError, KeyError, SafetensorError):
        return None
    return embedded if len(embedded) == photos else None
