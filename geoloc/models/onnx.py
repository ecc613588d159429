"""A country model as one ONNX file that needs nothing else: pixels in, probabilities out.

What a photo passes through on its way is inside: cutting and scaling, the views that the card
averages, the network, its calibration. OpenCV scales down by areas, and so does the file: each
pixel is the mean of what it covers, which two matrices of overlaps say, one of rows and one of
columns. They come from the photo's own size, so that one file takes photos of any.
"""

from __future__ import annotations

import importlib.util
import json
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from geoloc.errors import GeolocError
from geoloc.models.release import Release
from geoloc.networks.folded import fold
from geoloc.photo.inputs import FRAME, Crops

_PACKAGES = ("onnx", "onnxscript")
_EXAMPLE = (480, 640)


class OnnxError(GeolocError):
    """A model that can't be exported, and what to do about it."""


class WholeModel(nn.Module):
    """An upright RGB photo, uint8 (H, W, 3) -> calibrated probabilities (N,).

    They are those of `CountryModel.predict` but for rounding, of a photo that is at least as wide
    as the model's frame, 240 pixels. A narrower one is enlarged less smoothly.

    Args:
        release: of a country model with a network of its own.
    """

    def __init__(self, release: Release) -> None:
        super().__init__()
        card = release.country_card
        self.network = fold(release.network())
        self.views = Views(card.input.crops)
        self.temperature = card.calibration.temperature
        self.bias: Tensor
        self.register_buffer("bias", torch.tensor(card.bias).float())

    def forward(self, photo: Tensor) -> Tensor:
        batch = self.views(photo).permute(0, 3, 1, 2) / 255
        logits = self.network(batch).mean(dim=0)
        return (logits / self.temperature + self.bias).softmax(dim=0)


class Views(nn.Module):
    """An upright RGB photo, uint8 (H, W, 3) -> what `Crops.of_photos` makes of it, as float.

    Sizes are tensors, never Python's numbers: those would be fixed in the exported file.
    """

    def __init__(self, crops: Crops) -> None:
        super().__init__()
        self.crops = crops

    def forward(self, photo: Tensor) -> Tensor:
        crops, side = self.crops, self.crops.spec.framing.side
        height = torch.ones_like(photo[:, 0, 0], dtype=torch.float32).sum()
        width = torch.ones_like(photo[0, :, 0], dtype=torch.float32).sum()
        pixels = photo.float()
        if crops.spec.crop == "full":
            zero, whole = torch.zeros(()), torch.full((), float(side))
            tall = overlaps(height, zero, height / side, torch.arange(side), pixels[:, 0, 0])
            wide = overlaps(width, zero, width / side, torch.arange(side), pixels[0, :, 0])
            return self._mirrored(self._sized(scaled(pixels, tall, wide), whole)[None])
        used = torch.minimum(width, 2 * height)
        left = torch.floor((width - used) / 2)
        rows = torch.round(torch.clamp(height * side / used, max=side))
        rows = torch.clamp(rows - rows % 2, min=side // 2)
        kept = torch.minimum(height, torch.clamp(torch.round(rows * used / side), min=1))
        start = torch.floor((height - kept) / 2)
        wide = overlaps(width, left, used / side, torch.arange(side), pixels[0, :, 0])
        if crops.spec.crop == "square":
            tall = overlaps(height, start, kept / rows, torch.arange(side), pixels[:, 0, 0])
            return self._mirrored(self._sized(scaled(pixels, tall, wide), rows)[None])
        margin = (side - rows) / 2
        tops = torch.tensor([offset * side // FRAME + side // 4 for offset in crops.offsets])
        tops = torch.minimum(torch.maximum(tops, margin), margin + rows - side // 2) - margin
        lines = (tops[:, None] + torch.arange(side // 2)).flatten()
        tall = overlaps(height, start, kept / rows, lines, pixels[:, 0, 0])
        views = scaled(pixels, tall, wide).unflatten(0, (len(crops.offsets), side // 2))
        return self._mirrored(views)

    def _sized(self, frame: Tensor, rows: Tensor) -> Tensor:
        """A frame's first rows (side, side, 3) at the size that the network sees."""
        high, wide = self.crops.spec.size
        side = frame.shape[0]
        if (high, wide) == (side, side) and self.crops.spec.crop == "full":
            return frame
        ruler, zero = frame[:, 0, 0], torch.zeros(())
        tall = overlaps(rows, zero, rows / high, torch.arange(high), ruler)
        broad = overlaps(rows, zero, torch.full((), side / wide), torch.arange(wide), ruler)
        return scaled(frame, tall, broad)

    def _mirrored(self, views: Tensor) -> Tensor:
        return torch.cat([views, views.flip(2)]) if self.crops.mirror else views


def overlaps(length: Tensor, start: Tensor, step: Tensor, cells: Tensor, ruler: Tensor) -> Tensor:
    """How much of each cell every pixel along a side makes up: (cells, pixels), rows add up to 1.

    Args:
        length: of the side in pixels.
        start: where cell 0 begins.
        step: how long a cell is.
        cells: numbers of the cells.
        ruler: any values along the side; its length alone counts.
    """
    pixels = torch.cumsum(torch.ones_like(ruler), dim=0) - 1
    first = (start + cells * step)[:, None]
    covered = torch.minimum(first + step, pixels + 1) - torch.maximum(first, pixels)
    return covered.clamp(min=0) / step


def scaled(pixels: Tensor, tall: Tensor, wide: Tensor) -> Tensor:
    """Pixels (H, W, 3) by overlaps (h, H) and (w, W): (h, w, 3) in whole numbers."""
    return torch.einsum("hi,ijc,wj->hwc", tall, pixels, wide).round()


def export(release: Release, file: Path) -> None:
    """Write a country model to an ONNX file: "photo", uint8 (H, W, 3), to "probabilities", (N,).

    Its metadata hold the model's name and its countries, in the order of the probabilities.

    Raises:
        OnnxError: if the extra `onnx` is not installed, or the model is made of others.
        ReleaseError: if the model does not answer which country, or its files can't be used.
        OSError: if the file can't be written.
    """
    if any(importlib.util.find_spec(package) is None for package in _PACKAGES):
        raise OnnxError(
            "onnx_not_installed",
            "To export a model, two packages are missing: pip install 'where-am-i[onnx]'",
        )
    if release.members:
        raise OnnxError(
            "ensemble_not_exported",
            "{model} is made of other models. Export one of these instead: {members}.",
            model=release.name,
            members=", ".join(release.members),
        )
    rows, columns = (torch.export.Dim(name, min=32, max=16384) for name in ("rows", "columns"))
    with warnings.catch_warnings():
        # torch's exporter warns of its own dependencies, which nobody here can change.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            WholeModel(release).eval(),
            (torch.zeros(*_EXAMPLE, 3, dtype=torch.uint8),),
            input_names=["photo"],
            output_names=["probabilities"],
            dynamic_shapes={"photo": {0: rows, 1: columns}},
            dynamo=True,
            verbose=False,
        )
    assert program is not None  # torch.onnx.export with dynamo and without a file
    program.model.metadata_props["model"] = release.name
    program.model.metadata_props["classes"] = json.dumps(release.classes)
    program.save(file, external_data=False)
