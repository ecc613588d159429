"""python -m benchmarks.explanations: what a change on the page *Explain* costs, method by method.

`map` is the method alone for a country not asked about before, `page` the whole page run anew after
another country was chosen, as Streamlit's own test driver sees it: maps, sums and pictures of two
or three countries. `photo` is the page of a photo that it has not shown before. A visitor also
waits for the way to the browser and back.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from itertools import cycle

import torch
from streamlit.testing.v1 import AppTest

from geoloc.explain import Explainer, PinCam, explainers
from geoloc.models import registry
from geoloc.models.registry import load_model
from geoloc.photo import Photo, read_photo
from geoloc.settings import PROJECT
from geoloc.tasks.city import CityLocator
from geoloc.tasks.country import CountryClassifier
from pages import gallery

APP = PROJECT / "app.py"
ROUNDS = 9
LIMIT_MS = 300


def milliseconds(way: Callable[[], object]) -> float:
    """The median time of a way, after one run that doesn't count."""
    way()
    spent = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        way()
        spent.append(time.perf_counter() - started)
    return 1000 * statistics.median(spent)


def explained(explainer: Explainer, photo: Photo) -> float:
    """The maps of a country after all layers of a method."""
    codes = cycle(explainer.classifier.classes)
    return milliseconds(lambda: explainer.explain_layers(photo, next(codes)))


def changed(model: str, method: str) -> float:
    """The page with another country each time."""
    app = AppTest.from_file(str(APP), default_timeout=120).run()
    app.button(key=f"example {gallery.entries()[0].file}").click().run()
    app.switch_page("pages/explain/page.py")
    app.query_params.update({"model": model, "method": method})
    app.run()
    chooser = [box for box in app.selectbox if box.label.startswith("Why")]
    # A city has no countries: its opacity changes instead.
    options = cycle(_codes(model)) if chooser else cycle(range(10, 90, 5))

    def change() -> None:
        if chooser:
            next(b for b in app.selectbox if b.label.startswith("Why")).set_value(next(options))
        else:
            app.slider[0].set_value(next(options))
        app.run()

    return milliseconds(change)


def opened(model: str, method: str) -> float:
    """The page with another photo each time; a photo that it knows costs it less."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    spent = []
    for entry in gallery.entries()[: ROUNDS + 1]:
        app.switch_page("pages/locate/page.py").run()
        app.button(key=f"example {entry.file}").click().run()
        app.switch_page("pages/explain/page.py")
        app.query_params.update({"model": model, "method": method})
        started = time.perf_counter()
        app.run()
        spent.append(time.perf_counter() - started)
    return 1000 * statistics.median(spent[1:])


def _codes(model: str) -> tuple[str, ...]:
    found, _ = registry.available(registry.CHECKPOINTS)
    return next(c.classes for c in found if c.folder.name == model)


def measured() -> Iterator[tuple[str, str, list[float]]]:
    """Model, method, and the three times of each."""
    photo = read_photo(gallery.entries()[0].read())
    for checkpoint in registry.available(registry.CHECKPOINTS)[0]:
        model = load_model(checkpoint)
        name = checkpoint.folder.name
        if isinstance(model, CountryClassifier):
            for explainer in explainers(model):
                alone = explained(explainer, photo)
                yield name, explainer.name, [alone, *pages(name, explainer.name)]
        elif isinstance(model, CityLocator):
            pin = PinCam(model)
            alone = milliseconds(lambda pin=pin: pin.explain(photo))
            yield name, pin.name, [alone, *pages(name, "")]


def pages(model: str, method: str) -> tuple[float, float]:
    """After another country, and after another photo."""
    return changed(model, method), opened(model, method)


def main() -> None:
    """Measure every model at hand."""
    print(f"{torch.get_num_threads()} threads")
    print(f"{'model':<20}{'method':<22}{'map':>10}{'page':>12}{'photo':>12}")
    for model, method, times in measured():
        slow = "" if max(times) < LIMIT_MS else f"  more than {LIMIT_MS} ms"
        row = "".join(f"{spent:9.0f} ms" for spent in times)
        print(f"{model:<20}{method:<20}{row}{slow}", flush=True)


if __name__ == "__main__":
    main()
