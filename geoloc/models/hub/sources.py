"""Where published models come from: a hub, by huggingface_hub, or a folder that was copied."""

from __future__ import annotations

import hashlib
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from geoloc.models.hub.catalogue import Entry
from geoloc.models.hub.store import HubError, sha256_of

PICKLE, CONVERTED = "pytorch_model.bin", "model.safetensors"
_WEIGHTS = ("model.safetensors", "model-*-of-*.safetensors", "model.safetensors.index.json")
_BESIDE = (
    "config.json",
    "preprocessor_config.json",
    "processor_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "tokenizer.model",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "spiece.model",
)

INSTALL = "pip install 'where-am-i[hub]'"


class Source(ABC):
    """Where one model comes from.

    Attributes:
        entry: which.
        revision: the commit.
        licence: as the repository says, None if it does not.
        sizes: bytes by name, of all its files.
    """

    entry: Entry
    revision: str
    licence: str | None
    sizes: Mapping[str, int]

    @property
    def wanted(self) -> dict[str, int]:
        """The files that are needed, with their bytes: safetensors, a pickle only without them.

        Raises:
            HubError: if it has no weights.
        """
        weights = [name for name in self.sizes if any(fnmatch(name, w) for w in _WEIGHTS)]
        if not weights and PICKLE in self.sizes:
            weights = [PICKLE]
        if not weights:
            raise HubError(
                "no_weights",
                "{repo} has no weights that can be used here: safetensors, or a PyTorch pickle.",
                repo=self.entry.repo,
            )
        names = [*(name for name in _BESIDE if name in self.sizes), *sorted(weights)]
        return {name: self.sizes[name] for name in names}

    @abstractmethod
    def put(self, name: str, path: Path) -> None:
        """Write one of its files, going on where an earlier attempt ended.

        Raises:
            HubError: if the source can't be reached.
            OSError: if it can't be written.
        """

    @abstractmethod
    def is_whole(self, name: str, path: Path) -> bool:
        """Whether a file is the one that was published."""


class Folder(Source):
    """A folder with repositories as on the hub, owner/name, or one of them."""

    def __init__(self, entry: Entry, folder: Path) -> None:
        self.entry, self.licence = entry, entry.licence
        inside = folder / entry.repo
        self.folder = inside if inside.is_dir() else folder
        if not (self.folder / "config.json").is_file():
            raise HubError(
                "not_in_folder",
                "{folder} holds neither {repo} nor its config.json. Copy the repository there.",
                folder=folder,
                repo=entry.repo,
            )
        files = [path for path in self.folder.iterdir() if path.is_file()]
        self.sizes = {path.name: path.stat().st_size for path in files}
        self.revision = f"copied from {self.folder.name}"

    def put(self, name: str, path: Path) -> None:
        shutil.copyfile(self.folder / name, path)

    def is_whole(self, name: str, path: Path) -> bool:
        return sha256_of(path) == sha256_of(self.folder / name)


class Hub(Source):
    """A repository on the hub, at one commit.

    Raises:
        HubError: if the hub can't be reached, or does not give it.
    """

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        hub = _huggingface_hub()
        with _said(entry):
            info = hub.HfApi().model_info(entry.repo, revision=entry.revision, files_metadata=True)
        self.revision = str(info.sha)
        said = info.card_data.get("license") if info.card_data else None
        self.licence = entry.licence or said
        self._files = {each.rfilename: each for each in info.siblings or ()}
        self.sizes = {name: int(each.size or 0) for name, each in self._files.items()}

    def put(self, name: str, path: Path) -> None:
        hub = _huggingface_hub()
        from huggingface_hub.file_download import http_get

        done = path.stat().st_size if path.is_file() else 0
        if done > self.sizes[name]:
            path.unlink()
            done = 0
        # huggingface_hub's own downloads begin anew when they were killed; this one goes on.
        with _said(self.entry), path.open("ab") as file:
            http_get(
                hub.hf_hub_url(self.entry.repo, name, revision=self.revision),
                file,
                resume_size=done,
                headers=hub.utils.build_hf_headers(),
                expected_size=self.sizes[name],
                displayed_filename=name,
            )

    def is_whole(self, name: str, path: Path) -> bool:
        published = self._files[name]
        if published.lfs is not None:
            return sha256_of(path) == published.lfs.sha256
        return published.blob_id in (None, _git_digest(path))


def _huggingface_hub() -> Any:
    try:
        import huggingface_hub
        import transformers  # noqa: F401 - what is fetched is opened by it
    except ImportError as error:
        raise not_installed() from error
    return huggingface_hub


def not_installed() -> HubError:
    """What to raise where the extra `hub` is missing."""
    return HubError(
        "hub_not_installed",
        "Fetching published models needs more than is installed here. Type: {command}",
        command=INSTALL,
    )


@contextmanager
def _said(entry: Entry) -> Iterator[None]:
    """Turn what may go wrong on the way to a hub into sentences; a full disk stays an OSError."""
    import httpx
    from huggingface_hub import errors

    try:
        yield
    except errors.GatedRepoError as error:
        raise HubError(
            "gated",
            "{title} is given to those alone who agree to its terms. Do so at {link}, then type: "
            "hf auth login",
            title=entry.title,
            link=entry.link,
        ) from error
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError) as error:
        raise HubError(
            "not_on_hub", "The hub has no {repo}. Look at {link}", repo=entry.repo, link=entry.link
        ) from error
    except (errors.HfHubHTTPError, errors.OfflineModeIsEnabled, httpx.HTTPError) as error:
        raise _unreachable(entry, error) from error
    except ConnectionError as error:
        raise _unreachable(entry, error) from error


def _unreachable(entry: Entry, error: Exception) -> HubError:
    return HubError(
        "hub_unreachable",
        "{title} can't be fetched: the hub can't be reached ({reason}). Try again where there is "
        "internet: what was fetched so far is kept. Or copy the repository {repo} into a folder, "
        "and name it: --from FOLDER",
        title=entry.title,
        reason=_first_line(error),
        repo=entry.repo,
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _git_digest(path: Path) -> str:
    """What git calls a file's content."""
    content = path.read_bytes()
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()


@dataclass(frozen=True)
class Offer:
    """What would be fetched, to be agreed to.

    Attributes:
        entry: the model.
        licence: of its weights.
        bytes: that will be fetched.
        revision: the commit.
    """

    entry: Entry
    licence: str
    bytes: int
    revision: str
