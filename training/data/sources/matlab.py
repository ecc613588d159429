"""Variables of MATLAB files, as the data sets of labs come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import loadmat

from training.data.sources.reading import SourceError


def variable(path: Path, name: str) -> Any:
    """One variable of a MATLAB file.

    Raises:
        SourceError: if the file is missing, damaged, of a newer kind, or has no such variable.
    """
    if not path.is_file():
        raise SourceError(f"There is no {path}. Give the folder that holds {path.name}.")
    try:
        held = loadmat(path, variable_names=[name])
    except NotImplementedError as error:
        raise SourceError(
            f"{path} is a MATLAB 7.3 file, which is not read. Save it in MATLAB with -v7."
        ) from error
    # Whatever a damaged file makes scipy raise, the file is what is wrong.
    except Exception as error:
        raise SourceError(
            f"{path} cannot be read as a MATLAB file ({error}). Download it again."
        ) from error
    if name not in held:
        raise SourceError(f"{path} has no variable {name}. Is it another data set's file?")
    return held[name]


def array(path: Path, name: str) -> np.ndarray:
    """One variable of a MATLAB file, as numbers.

    Raises:
        SourceError: as `variable`, and if it holds no numbers.
    """
    value = variable(path, name)
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError) as error:
        raise SourceError(f"{name} in {path} holds no numbers. Download it again.") from error
