"""A model that pins photos in your own city: `python -m examples.your_city photos lisbon`.

The folder holds photos whose phones wrote positions into them, or a CSV with path, lat and lon.
Runs from a clone, with the extra `train`; the app shows the model when it is opened again.
"""

import sys
from pathlib import Path

import geoloc
from geoloc.settings import CHECKPOINTS, RUNS
from training import TrainCity, train_city


def main(folder: str, city: str, models: Path = CHECKPOINTS, runs: Path = RUNS) -> None:
    """Train on a folder, say how far off the pins are, and pin the folder's first photo."""
    arguments = TrainCity(
        data=Path(folder),
        city=city,
        recipe="own-city",
        checkpoints=models,
        runs=runs,
    )
    card = train_city(arguments).card
    print(f"Half of the photos held out lie within {card.metrics['val'].p50:,.0f} m of their pins.")
    photo = min(file for file in Path(folder).rglob("*") if file.suffix in {".jpg", ".png"})
    pin = geoloc.load(card.name, folder=models).predict(photo)
    print(f"{photo.name}: {pin.position.lat:.5f}, {pin.position.lon:.5f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
