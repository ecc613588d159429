"""Where was this photo taken? `python -m examples.quickstart street.jpg`."""

import sys

import geoloc
from geoloc.countries import name


def main(file: str) -> None:
    """Print the likeliest countries, and the pins of those cities that the photo may be from."""
    photo = geoloc.read_photo(file)
    for code, probability in geoloc.load("ensemble").predict(photo).top(5):
        print(f"{probability:6.1%}  {name(code)}")
    for city in geoloc.list_models(task="city"):
        pin = geoloc.load(city).predict(photo)
        print(f"in {pin.city.title}, by {city}: {pin.position.lat:.5f}, {pin.position.lon:.5f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
