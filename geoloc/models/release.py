"""A model as a release: its card, its weights, and what only some models have: the linear models
behind its CAMs, the reference views that a city's photos are compared with, what tells street
photos from other pictures, and the cells that a model of the world weighs.

On disk it is a folder: card.json, weights.safetensors, and where a model has them
probes.safetensors, views.safetensors, ood.safetensors, places.safetensors. A release is built in
memory, answers from there as it would from its folder, and is published in one step: no reader ever
sees weights beside the card of others, for the card holds the SHA-256 of each file, and the folder
is swapped whole. Nothing here is ever unpickled. An ensemble has a card alone, which names the
folders beside its own that it answers by; the weights of a head of the world read the embedding of
another model. A network on a frozen backbone stores what was tuned; `geoloc.networks.backbones`
keeps the backbone beside the folders, and the card its SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.torch import load as from_bytes
from safetensors.torch import save as to_bytes
from torch import Tensor

from geoloc.city.gallery import Views
from geoloc.errors import GeolocError
from geoloc.geo import City
from geoloc.geo.coverage import Coverage
from geoloc.geo.grid import Grid
from geoloc.models.card import (
    Card,
    CardError,
    CityCard,
    CountryCard,
    EnsembleCard,
    WorldCard,
    as_text,
    of_json,
    parse,
)
from geoloc.models.quantize import restored, shapes, stored
from geoloc.models.swap import replace_folder
from geoloc.networks import GeoNetwork, build
from geoloc.networks.stored_names import lifted_weights
from geoloc.networks.uninitialised import Uninitialised
from geoloc.ood import OodDetector
from geoloc.world.cells import WorldCells
from geoloc.world.head import WorldHead

if TYPE_CHECKING:
    from geoloc.networks.timm_backbone import TimmBackbone
    from geoloc.networks.transformers_backbone import TransformersBackbone

_OF_COUNTRIES = (CountryCard, EnsembleCard)

TRANSFORMERS = "transformers"
"""What cards call a network whose frozen backbone was fetched from a model hub."""

WEIGHTS, CARD = "weights.safetensors", "card.json"
PROBES, VIEWS = "probes.safetensors", "views.safetensors"
OOD, PLACES = "ood.safetensors", "places.safetensors"

_BESIDE_THE_CARD = (WEIGHTS, PROBES, VIEWS, OOD, PLACES)
_MOST_CARD, _MOST_TENSORS, _MOST_HEADER = 2**24, 2**31, 2**24
"""Bytes that files of a release may have: a card, tensors, and what says which these are."""


class ReleaseError(GeolocError):
    """A checkpoint folder that cannot be used, and what to do about it.

    Example:
        >>> import geoloc
        >>> try:
        ...     geoloc.load("no-such-model")
        ... except geoloc.ReleaseError as error:
        ...     error.code
        'no_such_model'
    """


class ReplacedError(ReleaseError):
    """A release that another one took the place of while it was being read: open that."""


@dataclass(frozen=True, eq=False)
class Release:
    """One model, in its folder or still in memory.

    Attributes:
        folder: where it lies, or will.
        card: what it claims about itself.
        contents: files by name that are not published yet; what is not among them is in the folder.

    Example:
        >>> from geoloc.settings import CHECKPOINTS
        >>> lite = load(CHECKPOINTS / "lite0")
        >>> lite.title, lite.card.calibration.on
        ('EfficientNet-Lite0', 'val')
        >>> lite.network().training
        False
    """

    folder: Path
    card: Card
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def title(self) -> str:
        return self.card.title

    @property
    def task(self) -> str:
        return self.card.task

    @property
    def country_card(self) -> CountryCard | EnsembleCard:
        """Its card, if it answers which country.

        Raises:
            ReleaseError: if it does not.
        """
        if not isinstance(self.card, _OF_COUNTRIES):
            raise ReleaseError(
                "not_of_countries",
                "{model} does not answer which country.",
                model=self.name,
            )
        return self.card

    @property
    def city_card(self) -> CityCard:
        """Its card, if it answers where in a city.

        Raises:
            ReleaseError: if it does not.
        """
        if not isinstance(self.card, CityCard):
            raise ReleaseError(
                "not_of_a_city",
                "{model} does not answer where in a city.",
                model=self.name,
            )
        return self.card

    @property
    def world_card(self) -> WorldCard:
        """Its card, if it answers where in the world.

        Raises:
            ReleaseError: if it does not.
        """
        if not isinstance(self.card, WorldCard):
            raise ReleaseError(
                "not_of_the_world",
                "{model} does not answer where in the world.",
                model=self.name,
            )
        return self.card

    @property
    def classes(self) -> tuple[str, ...]:
        """What the network's outputs stand for, such as ISO codes; empty if they are no classes."""
        return self.card.labels

    @property
    def city(self) -> City:
        return self.city_card.place

    @property
    def coverage(self) -> Coverage | None:
        """Where the training photos of a city lie."""
        grid = self.card.data.coverage
        return None if grid is None else grid.coverage

    @property
    def streets(self) -> Coverage | None:
        """Where a city's streets run, for a map without tiles."""
        grid = self.card.data.streets
        return None if grid is None else grid.coverage

    @property
    def members(self) -> Mapping[str, float]:
        """The weight of each model that an ensemble answers by, by the name of its folder."""
        return self.card.members if isinstance(self.card, EnsembleCard) else {}

    @property
    def weights_bytes(self) -> int | None:
        """The size of its weights, None if it has none of its own."""
        if WEIGHTS in self.contents:
            return len(self.contents[WEIGHTS])
        file = self.folder / WEIGHTS
        return file.stat().st_size if file.is_file() else None

    @property
    def has_probes(self) -> bool:
        return self._has(PROBES)

    @property
    def has_views(self) -> bool:
        return self._has(VIEWS)

    def network(self) -> GeoNetwork:
        """The network with its weights, in eval mode, float32 on the CPU.

        Raises:
            ReleaseError: if the weights are missing, broken, not finite or of another network.
            ReplacedError: if they are those of a later release.
        """
        self._refuse_a_head()
        content = self._content(WEIGHTS)
        self._hold_against(self._header(content))
        try:
            weights = lifted_weights(restored(self._tensors(WEIGHTS, content)))
        except ValueError as error:
            raise self._damaged(WEIGHTS, error) from error
        with Uninitialised():
            network = self._built()
        network.load_state_dict(weights, strict=False)
        if network.frozen:
            self._complete(network)
        # For real: on the meta device it would load torch's compiler, more than a second's work.
        self._try_input(network)
        return network.eval()

    def hold_against_weights(self) -> None:
        """Compare the network that the card describes with the weights, building neither.

        Raises:
            ReleaseError: if the weights are missing or of another network.
        """
        self._refuse_a_head()
        content = self.contents.get(WEIGHTS)
        if content is None:
            try:
                content = _read_regular(self.folder / WEIGHTS, _MOST_TENSORS, _MOST_HEADER + 8)
            except OSError as error:
                raise self._unreadable(WEIGHTS, error) from error
        described = self._hold_against(self._header(content))
        with torch.device("meta"):
            self._try_input(described)

    def probes(self) -> dict[str, Tensor]:
        """The linear models behind its CAMs: `<layer>.weight` (N, maps) and `<layer>.bias` (N,).

        Raises:
            ReleaseError: if it has none, or they are damaged.
        """
        return self._tensors(PROBES, self._content(PROBES))

    def views(self, grid: Grid) -> Views:
        """The reference views that a city model compares photos with.

        Raises:
            ReleaseError: if it has none, or they are damaged.
        """
        try:
            return Views.from_tensors(grid, self._tensors(VIEWS, self._content(VIEWS)))
        except (KeyError, ValueError) as error:
            if isinstance(error, ReleaseError):
                raise
            raise self._damaged(VIEWS, error) from error

    def ood_detector(self) -> OodDetector | None:
        """What tells street photos from other pictures; None if it has none.

        Raises:
            ReleaseError: if it is damaged.
        """
        ood = self.card.calibration.ood if isinstance(self.card, _OF_COUNTRIES) else None
        if ood is None:
            return None
        try:
            return OodDetector.from_tensors(self._tensors(OOD, self._content(OOD)), ood.threshold)
        except (KeyError, RuntimeError, ValueError) as error:
            if isinstance(error, ReleaseError):
                raise
            raise self._damaged(OOD, error) from error

    def world_cells(self) -> WorldCells:
        """The cells that a model of the world weighs.

        Raises:
            ReleaseError: if it has none, or they are damaged.
        """
        tensors, part = self._tensors(PLACES, self._content(PLACES)), self.world_card.world
        try:
            cells = WorldCells.from_tensors(tensors, part.countries)
        except (KeyError, RuntimeError, ValueError) as error:
            raise self._damaged(PLACES, error) from error
        if len(cells) != part.cells:
            raise self._damaged(PLACES, f"{len(cells)} cells, and its card has {part.cells}")
        return cells

    def world_head(self) -> WorldHead:
        """What makes logits of the world's cells of another model's embedding.

        Raises:
            ReleaseError: if it is missing or damaged.
        """
        tensors = self._tensors(WEIGHTS, self._content(WEIGHTS))
        try:
            return WorldHead.from_tensors(tensors)
        except (KeyError, RuntimeError, ValueError) as error:
            raise self._damaged(WEIGHTS, error) from error

    def changed(self, **parts: Any) -> Release:
        """The same model with parts of its card replaced, in memory.

        Raises:
            ReleaseError: if the card contradicts itself then.
        """
        try:
            return replace(self, card=self.card.changed(**parts))
        except ValidationError as error:
            raise ReleaseError(
                "card_contradicts",
                "{model}: its card can't be changed so: {error}",
                model=self.name,
                error=error,
            ) from error

    def with_probes(self, probes: Mapping[str, Tensor]) -> Release:
        """The same model with the linear models of its CAMs, in memory."""
        return self._with(PROBES, {key: value.contiguous() for key, value in probes.items()})

    def with_views(self, views: Views) -> Release:
        """The same model with reference views, in memory."""
        return self._with(VIEWS, views.to_tensors())

    def with_ood(self, detector: OodDetector) -> Release:
        """The same model with what tells street photos from other pictures, in memory.

        Its threshold is the card's.
        """
        return self._with(OOD, detector.to_tensors())

    def with_cells(self, cells: WorldCells) -> Release:
        """The same model with the cells that it weighs, in memory; its card has their countries."""
        return self._with(PLACES, cells.to_tensors())

    def with_head(self, head: WorldHead) -> Release:
        """The same model with a head that reads another one's embedding, in memory."""
        return self._with(WEIGHTS, head.to_tensors())

    def publish(self) -> Release:
        """Put all of it into its folder, in one step for whoever reads there.

        Raises:
            ReleaseError: if a file in the folder is not that of this card any more.
            OSError: if it can't be written; the folder is then as it was.
        """
        files = self._contents()
        card = self.card.changed(files={file: _sha256(content) for file, content in files.items()})
        left_out = dict.fromkeys(_BESIDE_THE_CARD, b"")
        replace_folder(self.folder, {**left_out, **files, CARD: as_text(card).encode()})
        return Release(self.folder, card)

    def _with(self, file: str, tensors: dict[str, Tensor]) -> Release:
        content = to_bytes(tensors)
        contents = {**self._contents(), file: content}
        files = {name: _sha256(each) for name, each in contents.items()}
        return replace(self, card=self.card.changed(files=files), contents=contents)

    def _has(self, file: str) -> bool:
        # Cards of format 1 did not say which files there are.
        files = self.card.files
        return (self.folder / file).is_file() if files is None else file in files

    def _contents(self) -> dict[str, bytes]:
        """All its files but the card, by name."""
        return {file: self._content(file) for file in _BESIDE_THE_CARD if self._has(file)}

    def _content(self, file: str) -> bytes:
        """A file's bytes, which are those that the card was released with."""
        if file in self.contents:
            return self.contents[file]
        if file == WEIGHTS and self.members:
            raise ReleaseError(
                "no_network",
                "{model} is an ensemble: it has no network of its own.",
                model=self.name,
            )
        # Twice, as another release may have come and gone between the two looks at the first.
        for _attempt in range(2):
            try:
                content = _read_regular(self.folder / file, _MOST_TENSORS)
            except OSError as error:
                if self._is_replaced():
                    raise self._replaced() from error
                raise self._unreadable(file, error) from error
            files = self.card.files
            if files is None or files.get(file) == _sha256(content):
                return content
            if self._is_replaced():
                raise self._replaced()
        raise self._unreadable(file, "it is not the file that its card was released with")

    def _is_replaced(self) -> bool:
        try:
            return load(self.folder).card.files != self.card.files
        except ReleaseError:
            return False

    def _replaced(self) -> ReplacedError:
        return ReplacedError(
            "replaced",
            "{model}: another model was published in its place just now. Open it again.",
            model=self.name,
        )

    def _unreadable(self, file: str, reason: object) -> ReleaseError:
        return ReleaseError(
            "file_unreadable",
            "{model}: {file} can't be read: {reason}. Take the folder from its release again.",
            model=self.name,
            file=file,
            reason=reason,
        )

    def _refuse_a_head(self) -> None:
        if isinstance(self.card, WorldCard) and self.card.backbone:
            raise ReleaseError(
                "head_alone",
                "{model} reads what the network of {backbone} makes of a photo: it has none of its "
                "own.",
                model=self.name,
                backbone=self.card.backbone.model,
            )

    def _damaged(self, file: str, error: object) -> ReleaseError:
        return ReleaseError(
            "file_damaged",
            "{model}: {file} is damaged: {error}",
            model=self.name,
            file=file,
            error=error,
        )

    def _header(self, content: bytes) -> dict[str, tuple[int, ...]]:
        """The shapes of the weights in a file, from its first bytes, as a network has them."""
        size = int.from_bytes(content[:8], "little")
        try:
            header = json.loads(content[8 : 8 + min(size, _MOST_HEADER)])
            dtypes = {key: of["dtype"] for key, of in header.items() if key != "__metadata__"}
            stored_shapes = shapes({key: (header[key]["shape"], dtypes[key]) for key in dtypes})
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            raise self._unreadable(WEIGHTS, f"it is no safetensors file ({error})") from error
        return lifted_weights(stored_shapes)

    def _hold_against(self, stored_shapes: Mapping[str, tuple[int, ...]]) -> GeoNetwork:
        """The network that the card describes, on the meta device, if the shapes are its own."""
        # Shapes alone: a card may ask for a network that no memory holds.
        with torch.device("meta"), Uninitialised():
            described = self._built()
        wanted = {key: tuple(value.shape) for key, value in _served(described).items()}
        strange = sorted(
            key for key in {*stored_shapes, *wanted} if stored_shapes.get(key) != wanted.get(key)
        )
        if strange:
            raise ReleaseError(
                "weights_of_another_network",
                "{model}: {file} does not fit the network in {card} ({tensors} tensors, {first} "
                "first). Take both from one release.",
                model=self.name,
                file=WEIGHTS,
                card=CARD,
                tensors=len(strange),
                first=strange[0],
            )
        return described

    @torch.inference_mode()
    def _try_input(self, described: GeoNetwork) -> None:
        """Refuse an input that the network can't take."""
        size = self.card.input.spec.size
        if size == type(described).input_size:
            return
        try:
            described.eval()(torch.empty(1, 3, *size))
        except (AssertionError, RuntimeError) as error:
            raise ReleaseError(
                "input_unfit",
                "{model}: its network takes no photos of {height} rows and {width} columns, which "
                "its card asks for. Take the folder from its release again.",
                model=self.name,
                height=size[0],
                width=size[1],
            ) from error

    def _built(self) -> GeoNetwork:
        spec = self.card.network
        if spec.name == TRANSFORMERS:
            self._refuse_other_encoder()
        try:
            network = build(spec.name, **spec.shape)
            network.input_size = self.card.input.spec.size
            return network
        except (RuntimeError, TypeError, ValueError) as error:
            raise ReleaseError(
                "network_unknown",
                "{model}: its card asks for {network}: {error}",
                model=self.name,
                network={"name": spec.name, "shape": spec.shape},
                error=error,
            ) from error

    def _complete(self, network: GeoNetwork) -> None:
        """Give a network its frozen backbone, with what was tuned in it."""
        if self.card.network.name == TRANSFORMERS:
            self._complete_fetched(network)
            return network.fold()
        from geoloc.networks import (
            backbones,  # torchvision and timm, which only such a network needs
        )

        try:
            backbones.lend(
                cast("TimmBackbone", network),
                self.folder.parent,
                str(self.card.network.backbone_sha256),
            )
        except backbones.BackboneError as error:
            raise _backbone_error(self.name, error) from error
        network.fold()

    def _complete_fetched(self, network: GeoNetwork) -> None:
        from geoloc.models.hub import encoders, store  # transformers, which they alone need

        expected = self.card.network.backbone_sha256
        try:
            encoders.lend(cast("TransformersBackbone", network), expected)
        except store.HubError as error:
            raise _backbone_error(self.name, error) from error

    def _refuse_other_encoder(self) -> None:
        from geoloc.models.hub import encoders, store

        try:
            encoders.refuse_other(self.card.network.shape)
        except store.HubError as error:
            raise _backbone_error(self.name, error) from error

    def _tensors(self, file: str, content: bytes) -> dict[str, Tensor]:
        try:
            tensors = from_bytes(content)
        except SafetensorError as error:
            raise self._unreadable(file, error) from error
        # safetensors checks shapes, not values; one NaN would silently become every answer.
        spoilt = [key for key, value in tensors.items() if not torch.isfinite(value).all()]
        if spoilt:
            raise ReleaseError(
                "not_finite",
                "{model}: {file} holds values that are not finite: {tensors}",
                model=self.name,
                file=file,
                tensors=", ".join(spoilt[:3]),
            )
        return tensors


def load(folder: Path) -> Release:
    """Read a checkpoint's card; the weights are read when `network` is called.

    Raises:
        ReleaseError: if card.json is missing, damaged or no card.
    """
    try:
        text = _read_regular(folder / CARD, _MOST_CARD).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(
            "card_unreadable",
            "{model}: no readable {file} ({error})",
            model=folder.name,
            file=CARD,
            error=error,
        ) from error
    try:
        return Release(folder, parse(text))
    except CardError as error:
        raise ReleaseError(
            "card",
            "{model}: {error}",
            model=folder.name,
            error=error,
        ) from error


def released(folder: Path, network: GeoNetwork | None, card: Card | Mapping[str, Any]) -> Release:
    """A network and its card as a release, in memory.

    Args:
        folder: where it is to be published.
        network: None for an ensemble.
        card: typed, or as JSON.

    Raises:
        ReleaseError: if the card contradicts itself, or another version of the network's
            frozen backbone lies beside the folder.
    """
    try:
        typed = of_json(dict(card)) if isinstance(card, Mapping) else card
    except CardError as error:
        raise ReleaseError(
            "card",
            "{model}: {error}",
            model=folder.name,
            error=error,
        ) from error
    typed = typed.changed(files={})
    if network is None:
        return Release(folder, typed)
    if network.frozen:
        kept = _fetched if typed.network.name == TRANSFORMERS else _kept
        spec = typed.network.changed(backbone_sha256=kept(folder, network))
        typed = typed.changed(network=spec)
    return Release(folder, typed)._with(WEIGHTS, stored(_served(network)))


def save(folder: Path, network: GeoNetwork | None, card: Card | Mapping[str, Any]) -> Release:
    """Publish a network and its card, as `released` takes them."""
    return released(folder, network, card).publish()


def _served(network: GeoNetwork) -> dict[str, Tensor]:
    # num_batches_tracked counters are integers that serving never reads, so they aren't stored.
    state, frozen = network.state_dict(), network.frozen
    return {
        k: v for k, v in state.items() if not (k in frozen or k.endswith("num_batches_tracked"))
    }


def _fetched(folder: Path, network: GeoNetwork) -> str:
    from geoloc.models.hub import store

    try:
        return store.fetched(cast("TransformersBackbone", network).name).digest
    except store.HubError as error:
        raise _backbone_error(folder.name, error) from error


def _backbone_error(model: str, error: GeolocError) -> ReleaseError:
    return ReleaseError("backbone", "{model}: {error}", model=model, error=error)


def _kept(folder: Path, network: GeoNetwork) -> str:
    from geoloc.networks import backbones

    try:
        return backbones.keep(cast("TimmBackbone", network), folder.parent)
    except backbones.BackboneError as error:
        raise _backbone_error(folder.name, error) from error


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_regular(path: Path, most: int, wanted: int | None = None) -> bytes:
    """A file's content, or its first bytes.

    Raises:
        OSError: if it is no regular file, or larger than `most`.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError("it is no regular file")
    if status.st_size > most:
        raise OSError(f"it has {status.st_size:,} bytes, and {most:,} are the most")
    with path.open("rb") as file:
        return file.read(most if wanted is None else wanted)
