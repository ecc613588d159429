"""The map of a city model: which parts of the photo move the pin."""

from __future__ import annotations

from geoloc.draw.maps import distance_text
from pages.explain import memory, text
from pages.explain.controls import Controls, pick_look, show_legend
from pages.explain.maps import Row, Shown, download, draw
from pages.explain.truth import Question, truth_of, warn
from pages.language import _
from pages.shared.frame import drawing, guard, note, plain
from pages.shared.registry import Shelved
from pages.shared.session import Chosen


def pin(model: Shelved, chosen: Chosen, controls: Controls) -> None:
    """The controls, the map, and what it is worth."""
    explainer = memory.pin_cam(model)
    with drawing():
        cam = memory.pin_map(model, chosen.photo)
    look = pick_look(explainer.signed, controls.more)
    most = distance_text(float(cam.values.max()))
    ends = (distance_text(float(cam.values.min())), most)
    show_legend(look, ends, controls.country)
    title = _(explainer.title)
    questions = [Question(model, title, cam, None)]
    warn(questions)
    caption = _(text.PIN_CAPTION, most=most)
    shown = Shown(cam, caption, _(text.PLAIN_ALT, method=title))
    heading = _(text.MOVES, city=plain(model.checkpoint.city.title))
    pictures = draw([Row(heading, _(text.PIN_REMARK), (shown,))], chosen.photo.pixels, look)
    line = _(
        text.POSTER,
        model=model.title,
        method=title,
        source=explainer.source,
        caution=_(text.CAUTION),
    )
    note(_(text.CAUTION))
    download(pictures, look, ends, line, "explained pin.png")
    with guard(_("The test of the map")):
        truth_of(questions, chosen, f"{_(explainer.says)} ({explainer.source})")
