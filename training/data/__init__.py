"""From folders of photos to decoded frames with a table."""

from training.data.data_set import (
    Again,
    Data,
    DataError,
    box_of,
    class_shares,
    find,
    load,
    look,
    selection_of,
)

__all__ = [
    "Again",
    "Data",
    "DataError",
    "box_of",
    "class_shares",
    "find",
    "load",
    "look",
    "selection_of",
]
