"""One photo through everything, as geoloc answers it and as one would otherwise write it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor, nn
from torch.nn import functional as F

from geoloc.explain import GradCam, ProbeCam
from geoloc.explain.looks import MOST
from geoloc.models import registry
from geoloc.models.registry import load_model, median_error_m, opener
from geoloc.models.release import Release
from geoloc.networks.vision import torchvision
from geoloc.photo import Photo, read_photo
from geoloc.tasks.base import View, task_of


def networks() -> list[Release]:
    """The country models that have a network, and the most exact model of each city."""
    cities: dict[str, Release] = {}
    for release in sorted(registry.of_task("city"), key=median_error_m):
        cities.setdefault(release.city.title, release)
    return [r for r in registry.of_task("country") if not r.members] + list(cities.values())


def ours(releases: list[Release]) -> Callable[[bytes], object]:
    """The photo's countries, pins and activation maps by geoloc."""
    open_one = opener()
    models = [open_one(release) for release in releases]
    cam = ProbeCam(next(model for model in models if ProbeCam.fits(model.checkpoint)))

    def answer(data: bytes) -> object:
        photo = read_photo(data)
        views, answers = [View(photo)], []
        for task in ("country", "city"):
            of_task = [model for model in models if model.checkpoint.task == task]
            answers += task_of(task).answers(of_task, views, {})
        return answers, cam.explain_layers(photo, cam.classifier.classes[0])

    return answer


def plain(releases: list[Release]) -> Callable[[bytes], object]:
    """The same networks, eager, one view after the other, behind Pillow and torchvision.

    A city's views are not looked up and no probabilities are made of its grid: that is left out.
    """
    built = [(release, release.network()) for release in releases]
    probed, cnn = next((release, net) for release, net in built if ProbeCam.fits(release))
    probes = probed.probes()
    to_tensor = torchvision.transforms.ToTensor()

    def views(image: Image.Image, release: Release) -> list[Tensor]:
        crops, (rows, columns) = release.card.input.crops, release.card.input.spec.size
        resize = torchvision.transforms.Resize(columns)  # of the shorter side
        small = to_tensor(resize(image))
        band = torchvision.transforms.functional.center_crop(small, [rows, columns])
        rolled = [torch.roll(band, offset, 1) for offset in crops.offsets]
        both = [*rolled, *(part.flip(2) for part in rolled)] if crops.mirror else rolled
        return both[: len(crops)]

    @torch.no_grad()
    def answer(data: bytes) -> object:
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
        answers = []
        for release, network in built:
            logits = [network(view[None]) for view in views(image, release)]
            answers.append(torch.stack(logits).mean(dim=0).softmax(dim=1))
        maps = cnn.features(views(image, probed)[0][None]).maps
        cams = [
            torch.einsum("k,bkhw->bhw", probes[f"{layer}.weight"][0], maps[layer])
            for layer in ("conv_2", "conv_3")
        ]
        return answers, cams

    return answer


@dataclass(frozen=True)
class Maps:
    """Ways to draw Grad-CAM of the last layer of the same network.

    Attributes:
        photo: ours, of another photo each time.
        country: ours, of another country of the same photo each time.
        torchcam: its own, which runs the network each time.
        retained: its own, asked for another country with the graph of one run.
        version: of torchcam.
    """

    photo: Callable[[], object]
    country: Callable[[], object]
    torchcam: Callable[[], object]
    retained: Callable[[], object]
    version: str


def maps() -> Maps:
    """Grad-CAM of ResNet-18's last layer.

    Raises:
        ImportError: if torchcam is not installed.
    """
    import torchcam
    from torchcam.methods import GradCAM

    release = next(r for r in registry.of_task("country") if r.name == "resnet18")
    cam = GradCam(load_model(release), layers=("layer4",))
    rng = np.random.default_rng(0)
    photos = [Photo(rng.integers(0, 256, (900, 1600, 3), np.uint8), "") for _ in range(MOST + 1)]
    for each in photos:
        each.pixels.flags.writeable = False  # as those that were read from files
    again, codes = cycle(photos), cycle(cam.classifier.classes)
    network: nn.Module = release.network()
    numbers = cycle(range(len(cam.classifier.classes)))

    def batch_of(photo: Photo) -> Tensor:
        whole = torchvision.transforms.functional.to_tensor(photo.pixels.copy())
        size = release.card.input.spec.size
        return F.interpolate(whole[None], size, mode="bilinear", antialias=True).requires_grad_()

    def by_torchcam() -> object:
        with GradCAM(network, target_layer="backbone.layer4") as extractor:
            return extractor(next(numbers), network(batch_of(photos[0])))

    kept = GradCAM(release.network(), target_layer="backbone.layer4")
    scores = kept.model(batch_of(photos[0]))
    return Maps(
        photo=lambda: cam.explain(next(again), next(codes), "layer4"),
        country=lambda: cam.explain(photos[0], next(codes), "layer4"),
        torchcam=by_torchcam,
        retained=lambda: kept(next(numbers), scores, retain_graph=True),
        version=torchcam.__version__,
    )
