"""What speaks for a country, method by method: `python -m examples.cam_figures street.jpg IT cams`.

Writes a PNG for each way that the small CNN can be explained: orange speaks for the country, blue
against it.
"""

import sys
from pathlib import Path

from PIL import Image

import geoloc
from geoloc.draw.overlay import overlay
from geoloc.explain import explainers


def main(file: str, country: str, folder: str) -> None:
    """Lay each method's map of each layer over the part of the photo that the network sees."""
    photo, model = geoloc.read_photo(file), geoloc.load("cnn")
    Path(folder).mkdir(parents=True, exist_ok=True)
    for method in explainers(model):
        for layer in method.layers:
            cam = geoloc.explain(model, photo, country=country, method=method.name, layer=layer)
            picture = Image.fromarray(overlay(cam.spec.part(photo.pixels), cam, signed=True))
            picture.save(Path(folder) / f"{country}-{method.name}-{layer.replace(' ', '-')}.png")


if __name__ == "__main__":
    main(*sys.argv[1:])
