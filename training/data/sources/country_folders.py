"""Reader of a folder a country: `France/`, `FR/` or `FRA/` with photos in it.

Also as in the GeoGuessr 50k set (`compressed_dataset/<Country name>/canvas_*.jpg`, Kaggle) and in
Country211 (`country211/{train,valid,test}/<ISO2>/*.jpg`, Radford et al. 2021, arXiv:2103.00020).
"""

from __future__ import annotations

from pathlib import Path

from geoloc.countries import code_of, is_code
from geoloc.countries import name as country_name
from geoloc.photo import is_photo
from geoloc.photo_list import SPLITS
from training.data.sources.reading import (
    SourceError,
    SourceReading,
    files_in,
    folders_in,
    is_unicode,
)
from training.data.table import Problems, from_columns, split_all

_WRAPPERS = 3
_RENAME = "Rename it after a country to use its photos: by name (France) or code (FR, FRA)."


_DOUBTED = "folder may be named after a country or be a plain word"
_FEW = 3


def fits(root: Path) -> bool:
    """Whether folders in it are named after countries."""
    return any(_countries(root).values())


def question(root: Path) -> str:
    """What has to be asked before the folders can be taken for countries; "" if nothing has."""
    doubted = _doubted(_names(root))
    if not doubted:
        return ""
    return (
        f"Folders there that may be countries or plain words: {', '.join(sorted(doubted))}. "
        f"{_clearly(doubted)}"
    )


def read(root: Path) -> SourceReading:
    """One row a photo; each photo is a group of its own, since nothing says where it was taken.

    Where the countries lie in folders called train, val and test, these are the splits. A folder
    `no`, `in` or `tn` among lower-case folders that are no countries is asked about, not taken.

    Raises:
        SourceError: if no folder is named after a country.
    """
    problems = Problems()
    countries, doubted = _countries(root), _doubted(_names(root))
    photos: list[tuple[Path, str, str]] = []
    for split, parent in _parents(_unwrap(root)):
        for name in folders_in(parent):
            code = countries[name]
            if name in doubted:
                problems.add(_DOUBTED, name, todo=_clearly(doubted))
            elif code is None:
                problems.add("folder is not named after a country", name, todo=_RENAME)
            if code is None:
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
    return SourceReading(table if all(splits) else split_all(table), problems)


def _countries(root: Path) -> dict[str, str | None]:
    """The country of each folder's name, None where it is no country's or that is in doubt."""
    names = _names(root)
    doubted = _doubted(names)
    return {
        name: None if name in doubted or not is_unicode(name) else code_of(name) for name in names
    }


def _names(root: Path) -> set[str]:
    return {name for _, parent in _parents(_unwrap(root)) for name in folders_in(parent)}


def _doubted(names: set[str]) -> set[str]:
    """The few lower-case codes among lower-case folders that are no countries."""
    lower = {name for name in names if name.islower()}
    codes = {name for name in lower if is_code(name)}
    others = {name for name in lower if code_of(name) is None and name not in SPLITS}
    return codes if others and len(codes) <= max(_FEW, 2 * len(others)) else set()


def _clearly(doubted: set[str]) -> str:
    first = min(doubted)
    code = str(code_of(first))
    return (
        f"To use them, name each in a way that no word has: {first} as {first.upper()} "
        f"or {country_name(code, 'en')}."
    )


def _photos(folder: Path, problems: Problems) -> list[Path]:
    for name in folders_in(folder):
        problems.add(
            "folder inside a country's folder",
            f"{folder.name}/{name}",
            todo="Move its photos up into the country's folder to use them.",
        )
    photos = []
    for name in files_in(folder):
        if not is_photo(folder / name):
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
        if len(folders) != 1 or code_of(folders[0]) or folders[0].lower() in SPLITS:
            break
        if not folders_in(root / folders[0]):
            break
        root = root / folders[0]
    return root


def _parents(root: Path) -> list[tuple[str, Path]]:
    """Each folder of countries' folders with its split, "" where the data set has none."""
    folders = folders_in(root)
    if folders and all(name.lower() in SPLITS for name in folders):
        return [(SPLITS[name.lower()], root / name) for name in folders]
    return [("", root)]
