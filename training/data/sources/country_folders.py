"""Reader of a folder a country: `France/`, `FR/` or `FRA/` with photos in it.

Also as in the GeoGuessr 50k set (`compressed_dataset/<Country name>/canvas_*.jpg`, Kaggle) and in
Country211 (`country211/{train,valid,test}/<ISO2>/*.jpg`, Radford et al. 2021, arXiv:2103.00020).
"""

from __future__ import annotations

from pathlib import Path

from geoloc.countries import code_of
from training.data.sources.reading import (
    SPLIT_NAMES,
    Reading,
    SourceError,
    files_in,
    folders_in,
    is_photo,
    is_unicode,
)
from training.data.table import Problems, from_columns, split_all

_WRAPPERS = 3
_RENAME = "Rename it after a country to use its photos: by name (France) or code (FR, FRA)."


def fits(root: Path) -> bool:
    folders = [name for _, parent in _parents(_unwrap(root)) for name in folders_in(parent)]
    return any(code_of(name) for name in folders)


def read(root: Path) -> Reading:
    """One row a photo; each photo is a group of its own, since nothing says where it was taken.

    Where the countries lie in folders called train, val and test, these are the splits.

    Raises:
        SourceError: if no folder is named after a country.
    """
    problems = Problems()
    photos: list[tuple[Path, str, str]] = []
    for split, parent in _parents(_unwrap(root)):
        for name in folders_in(parent):
            code = code_of(name) if is_unicode(name) else None
            if code is None:
                problems.add("folder is not named after a country", name, todo=_RENAME)
                continue
            photos += [(path, code, split) for path in _photos(parent / name, problems)]
    if not photos:
        raise SourceError(
            f"No photos were found in {root} in folders named after countries (France, FR or "
            f"FRA). {problems}"
        )
    paths, codes, splits = zip(*photos, strict=True)
    # Relative to the root: the split is drawn from it and must not change when the data is moved.
    groups = [path.relative_to(root).as_posix() for path in paths]
    table = from_columns(paths, groups, country=codes, split=splits)
    return Reading(table if all(splits) else split_all(table), problems)


def _photos(folder: Path, problems: Problems) -> list[Path]:
    for name in folders_in(folder):
        problems.add(
            "folder inside a country's folder",
            f"{folder.name}/{name}",
            todo="Move its photos up into the country's folder to use them.",
        )
    photos = []
    for name in files_in(folder):
        if not is_photo(name):
            problems.add("not a photo by its name", f"{folder.name}/{name}")
        elif not is_unicode(name):
            problems.add("file name is not Unicode", f"{folder.name}/{name}")
        else:
            photos.append(folder / name)
    if not photos:
        problems.add("country's folder without photos", folder.name)
    return photos


def _unwrap(root: Path) -> Path:
    """The folder that holds the countries' folders: archives often unpack into one more folder."""
    for _ in range(_WRAPPERS):
        folders = folders_in(root)
        if len(folders) != 1 or code_of(folders[0]) or folders[0].lower() in SPLIT_NAMES:
            break
        if not folders_in(root / folders[0]):
            break
        root = root / folders[0]
    return root


def _parents(root: Path) -> list[tuple[str, Path]]:
    """Each folder of countries' folders with its split, "" where the data set has none."""
    folders = folders_in(root)
    if folders and all(name.lower() in SPLIT_NAMES for name in folders):
        return [(SPLIT_NAMES[name.lower()], root / name) for name in folders]
    return [("", root)]
