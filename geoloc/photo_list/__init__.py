"""Tables that list photos: the one reader of them, for training and for browsing alike."""

from geoloc.photo_list.cells import is_unknown
from geoloc.photo_list.errors import PhotoListError
from geoloc.photo_list.files import (
    find,
    fitting,
    objections,
    tables_in,
)
from geoloc.photo_list.reader import SPLITS, ListedPhoto, PhotoList, read

__all__ = [
    "SPLITS",
    "ListedPhoto",
    "PhotoList",
    "PhotoListError",
    "find",
    "fitting",
    "is_unknown",
    "objections",
    "read",
    "tables_in",
]
