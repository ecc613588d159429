"""python -m training fetch: data sets that can be downloaded, and how to get those that cannot."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from training.data.download import DownloadError, download, size_of, unpack

_ARCHIVES = (".zip", ".tgz")
# Photos hardly shrink, so an archive that unpacks to much more than itself is none of photos.
_GROWTH = 3


class FetchError(RuntimeError):
    """A data set is not fetched; the message says why and what to do."""


@dataclass(frozen=True)
class ArchivePart:
    """One file of a data set.

    Attributes:
        url: where it is.
        md5: what it has to have, where that is published.
    """

    url: str
    md5: str | None = None

    @property
    def name(self) -> str:
        return self.url.rpartition("/")[2]


@dataclass(frozen=True)
class Download:
    """A data set at public addresses.

    Attributes:
        title: its name for people, and how much it is.
        page: where its authors describe it.
        terms: what may be done with it.
        parts: its files; archives are unpacked.
        source: what `--source` calls its kind.
    """

    title: str
    page: str
    terms: str
    parts: tuple[ArchivePart, ...]
    source: str


@dataclass(frozen=True)
class Request:
    """A data set that needs an account or somebody's leave.

    Attributes:
        title: its name for people, and how much it is.
        page: where its authors describe it.
        terms: what may be done with it.
        steps: what to do, one after the other; {to} stands for the user's folder.
    """

    title: str
    page: str
    terms: str
    steps: tuple[str, ...]


_log = logging.getLogger(__name__)

DataSetName = Literal["country211", "ucf", "geoguessr50k", "streetlearn", "pitts250k"]

_UCF = "https://www.cs.ucf.edu/~aroshan/index_files/Dataset_PitOrlManh"

KNOWN: dict[DataSetName, Download | Request] = {
    "country211": Download(
        "Country211: 63,300 photos of 211 countries, an archive of about 11 GB",
        "https://github.com/openai/CLIP/blob/main/data/country211.md",
        "Photos from Flickr by way of YFCC100M, each under the Creative Commons licence that its "
        "photographer chose; some forbid commercial use or changed copies.",
        # The address and the sum that torchvision.datasets.Country211 has. Its own download starts
        # from nothing each time, and takes a folder that was half unpacked for a whole one.
        (
            ArchivePart(
                "https://openaipublic.azureedge.net/clip/data/country211.tgz",
                "84988d7644798601126c29e9877aab6a",
            ),
        ),
        "folders",
    ),
    "ucf": Download(
        "UCF Google Street View: 62,058 photos of Pittsburgh, Orlando and Manhattan, tens of GB",
        "https://www.crcv.ucf.edu/data/GMCP_Geolocalization/",
        "Offered by its authors for research, who ask to cite Zamir and Shah, TPAMI 2014. The "
        "photos are Google's, and no right to pass them on comes with them. No sums are "
        "published, so only sizes are checked.",
        (
            ArchivePart(f"{_UCF}/GPS_Long_Lat_Compass.mat"),
            *(ArchivePart(f"{_UCF}/zipped%20images/part{number}.zip") for number in range(1, 11)),
        ),
        "ucf",
    ),
    "geoguessr50k": Request(
        "GeoGuessr 50k: about 50,000 screenshots of 124 countries, about 8 GB",
        "https://www.kaggle.com/datasets/ubitquitin/geolocation-geoguessr-images-50k",
        "Read the licence on its page. The pictures are Google's.",
        (
            "Make an account at https://www.kaggle.com, and an API token in its settings.",
            "pip install kaggle",
            "kaggle datasets download -d ubitquitin/geolocation-geoguessr-images-50k "
            "--unzip -p {to}",
            "python -m training table --source folders --data {to}",
        ),
    ),
    "streetlearn": Request(
        "StreetLearn: 58,007 panoramas of Pittsburgh, and others of Manhattan",
        "https://sites.google.com/view/streetlearn/dataset",
        "For research, by agreement; the panoramas are Google's.",
        (
            "Fill in the form on its page, and wait for the answer, which brings the addresses.",
            "Put jpegs_pittsburgh_2019 (nodes.txt and *.jpg), or the LevelDB, into {to}. The "
            "LevelDB also needs: pip install 'where-am-i[streetlearn]'",
            "python -m training table --source streetlearn --data {to}",
            "python -m training city --city pittsburgh --source streetlearn --data {to}",
        ),
    ),
    "pitts250k": Request(
        "Pitts250k and Pitts30k: about 254,000 and 30,000 database photos of Pittsburgh",
        "http://www.ok.ctrl.titech.ac.jp/~torii/project/repttile/",
        "For research, on request; the photos are Google's.",
        (
            "Ask for the photos on its page, and unpack them: 000 to 010 and queries_real in {to}.",
            "Unpack https://www.di.ens.fr/willow/research/netvlad/data/netvlad_v100_datasets.tar.gz"
            ": its folder datasets belongs into {to} as well.",
            "python -m training table --source pitts250k --data {to}    (or pitts30k)",
        ),
    ),
}


def listed() -> str:
    """The data sets, as text for a terminal."""
    lines = []
    for name, entry in KNOWN.items():
        how = "download" if isinstance(entry, Download) else "on request: prints what to do"
        lines.append(f"{name:14}{entry.title}\n{'':14}{how}; {entry.page}")
    return "\n".join([*lines, "\npython -m training fetch NAME --to FOLDER"])


def fetch(name: DataSetName, to: Path, agree: Callable[[], bool] = lambda: True) -> str:
    """Download a data set into a folder.

    Args:
        name: one of `KNOWN`.
        to: the folder; the data set becomes a folder in it, called `name`.
        agree: whether to go on, asked once terms and size were logged.

    Returns:
        What to do next, as text for a terminal: how to read it, or how to get one that can't be
        fetched.

    Raises:
        FetchError: if the user says no, the disk has too little room, or a file cannot be had.
    """
    entry = KNOWN[name]
    to = to.expanduser().resolve()
    _log.info("%s\n  from   %s\n  terms  %s", entry.title, entry.page, entry.terms)
    if isinstance(entry, Request):
        steps = (step.replace("{to}", str(to / name)) for step in entry.steps)
        lines = (f"  {number}. {step}" for number, step in enumerate(steps, 1))
        return "\n".join(["", "It cannot be fetched for you. To get it:", *lines])
    whole = to / name
    if whole.is_dir():
        _log.info("\nIt is in %s already.", whole)
    else:
        try:
            _download(entry, whole, agree)
        except DownloadError as error:
            raise FetchError(str(error)) from error
    return f"\npython -m training table --source {entry.source} --data {whole}"


def _download(entry: Download, whole: Path, agree: Callable[[], bool]) -> None:
    aside = whole.with_name(f"{whole.name}.partial")
    left = [part for part in entry.parts if not _mark(aside, part).is_file()]
    sizes = {part: size_of(part.url) or 0 for part in left}
    _check_room(aside, sizes)
    size = sum(sizes.values()) / 1e9
    _log.info("  size   %.1f GB to download\n  into   %s", size, whole)
    if not agree():
        raise FetchError("Nothing was downloaded. Pass --yes to go on without being asked.")
    aside.mkdir(parents=True, exist_ok=True)
    for part in left:
        _add(part, aside, sizes[part])
    aside.rename(whole)
    for part in entry.parts:
        _mark(whole, part).unlink()


def _add(part: ArchivePart, aside: Path, size: int) -> None:
    """Download a part and unpack it; then mark it, so that it is not asked for again."""
    path = aside / part.name
    if not path.is_file():
        download(part.url, path, part.md5)
    if path.suffix in _ARCHIVES:
        unpack(path, aside, most=_GROWTH * max(size, path.stat().st_size))
    _mark(aside, part).touch()
    if path.suffix in _ARCHIVES:
        path.unlink()


def _mark(aside: Path, part: ArchivePart) -> Path:
    return aside / f".{part.name}.done"


def _check_room(aside: Path, sizes: dict[ArchivePart, int]) -> None:
    # Each archive is there beside what it unpacks to, until the next one comes.
    needed = sum(sizes.values()) + max(sizes.values(), default=0)
    existing = next(folder for folder in (aside, *aside.parents) if folder.is_dir())
    here = sum(path.stat().st_size for path in aside.glob("*.part"))
    free = shutil.disk_usage(existing).free + here
    if needed > free:
        raise FetchError(
            f"{needed / 1e9:.1f} GB are needed while it is unpacked, and the disk of {existing} "
            f"has {free / 1e9:.1f} GB free. Make room, or give --to a folder on another disk."
        )
