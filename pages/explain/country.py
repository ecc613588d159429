"""Maps of a country model: the country asked about, the predicted one and the true one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import streamlit as st

from geoloc.countries import name
from geoloc.draw.charts import percent, whole_percent
from geoloc.explain import Cam, Explainer, contrast, layer_title
from geoloc.tasks.country import CountryPrediction
from pages.explain import memory, text
from pages.explain.arithmetic import arithmetic
from pages.explain.controls import (
    Controls,
    Look,
    pick_against,
    pick_country,
    pick_layers,
    pick_look,
    pick_method,
    show_legend,
)
from pages.explain.looks import looks_for
from pages.explain.maps import Row, Shown, download, draw
from pages.explain.truth import Question, truth_of, warn
from pages.language import _
from pages.shared.answers import answer_of
from pages.shared.frame import asking, drawing, guard, note, plain
from pages.shared.portrait import truth
from pages.shared.registry import Shelved, ready
from pages.shared.session import Chosen
from pages.shared.split_name import split_name


@dataclass(frozen=True)
class Asked:
    """What a visitor asks one network."""

    model: Shelved
    explainer: Explainer
    layers: list[str]
    country: str
    against: str | None
    look: Look


def countries(model: Shelved, chosen: Chosen, headline: str, controls: Controls) -> None:
    """The controls, the maps, how they are computed, and what they are worth.

    Args:
        model: of countries.
        chosen: the photo.
        headline: the country that *Locate* names.
        controls: where the controls are drawn.
    """
    with asking():
        prediction = answer_of(model, chosen.photo).prediction
    country = pick_country(prediction, headline, controls.country)
    if model.parts:
        with drawing():
            _members(model, country, chosen, prediction, controls)
        return
    found = memory.methods(model)
    if not found:
        st.info(_(text.NO_METHOD, title=plain(model.title)), icon=":material/help:")
        return
    against = pick_against(country, prediction, controls.more)
    explainer = pick_method(found, controls.more)
    layers = pick_layers(explainer, controls.more)
    look = pick_look(explainer.signed, controls.more)
    show_legend(look, look.ends, controls.more)
    asked = Asked(
        model, explainer, layers, country, against if explainer.by_country else None, look
    )
    _explained(asked, chosen, prediction)


def _explained(asked: Asked, chosen: Chosen, prediction: CountryPrediction) -> None:
    explainer, title = asked.explainer, _(asked.explainer.title)
    with drawing():
        questions = [
            Question(asked.model, title, _cam(asked, chosen, asked.country, layer), asked.country)
            for layer in asked.layers
        ]
        warn(questions)
        pictures = draw(list(_rows(asked, chosen, prediction)), chosen.photo.pixels, asked.look)
    true = truth(chosen)
    if true and true not in prediction.codes:
        note(_(text.TRUE_UNKNOWN, country=name(true), count=len(prediction.codes)))
    note(_(text.CAUTION))
    with guard(_("The sum")):
        arithmetic(explainer, asked.model.version, chosen.photo, asked.country, asked.layers)
    with guard(_("The test of the maps")):
        says = f"{_(explainer.says)} ({explainer.source})\n\n{_percentages(asked)}"
        truth_of(questions, chosen, says)
    line = _(
        text.POSTER,
        model=asked.model.title,
        method=title,
        source=explainer.source,
        caution=_(text.CAUTION),
    )
    download(pictures, asked.look, asked.look.ends, line, f"explained {asked.country}.png")
    with guard(_("The model's favourites")):
        looks_for(asked.model, explainer, asked.country, asked.look)


def _cam(asked: Asked, chosen: Chosen, country: str, layer: str) -> Cam:
    found = memory.cams(asked.explainer, asked.model.version, chosen.photo, country)
    return next(cam for cam in found if cam.layer == layer)


def _rows(asked: Asked, chosen: Chosen, prediction: CountryPrediction) -> Iterator[Row]:
    if not asked.explainer.by_country:
        yield Row(_(text.LOOKS), "", tuple(_plain(asked, chosen, layer) for layer in asked.layers))
        return
    if asked.against:
        yield Row(
            _(text.CONTRAST, country=name(asked.country), other=name(asked.against)),
            "",
            tuple(_contrast(asked, chosen, layer) for layer in asked.layers),
        )
    for country, role in _asked_about(asked, chosen, prediction):
        yield Row(
            _(text.WHY, country=name(country)),
            _remark(prediction, country, role),
            tuple(_shown(asked, chosen, country, layer) for layer in asked.layers),
        )


def _asked_about(
    asked: Asked, chosen: Chosen, prediction: CountryPrediction
) -> list[tuple[str, str]]:
    """Countries with why they are shown, a key of `text.ROLES` or nothing; each once."""
    if asked.against:
        return [(asked.country, ""), (asked.against, "")]
    roles = {asked.country: ""}
    predicted, true = prediction.codes[0], truth(chosen)
    roles[predicted] = "both" if true == predicted else "predicted"
    if true in prediction.codes and true != predicted:
        roles[true] = "true"
    return list(roles.items())


def _remark(prediction: CountryPrediction, country: str, role: str) -> str:
    told = _(
        text.IN_ANSWER,
        share=percent(prediction.probability(country)),
        rank=prediction.codes.index(country) + 1,
        count=len(prediction.codes),
    )
    return _(text.REMARK, role=_(text.ROLES[role]), told=told) if role else told


def _shown(asked: Asked, chosen: Chosen, country: str, layer: str) -> Shown:
    cam = _cam(asked, chosen, country, layer)
    return Shown(
        cam,
        _(
            text.CAM,
            layer=layer_title(layer),
            country=name(country),
            share=percent(cam.probability),
        ),
        _(
            text.CAM_ALT,
            country=name(country),
            layer=layer_title(layer),
            method=_(asked.explainer.title),
        ),
    )


def _contrast(asked: Asked, chosen: Chosen, layer: str) -> Shown:
    cams = [_cam(asked, chosen, code, layer) for code in (asked.country, asked.against)]
    told = _(
        text.CONTRAST_CAPTION,
        layer=layer_title(layer),
        country=name(asked.country),
        other=name(asked.against),
    )
    return Shown(contrast(*cams), told, told, signed=True)


def _plain(asked: Asked, chosen: Chosen, layer: str) -> Shown:
    return Shown(
        _cam(asked, chosen, asked.country, layer),
        layer_title(layer),
        _(text.PLAIN_ALT, method=_(asked.explainer.title)),
    )


def _percentages(asked: Asked) -> str:
    """What the maps' percentages are, with the linear models' own accuracy where they have one."""
    card = asked.model.checkpoint.country_card
    scores = card.scores
    if (
        asked.explainer.name != "probes"
        or scores is None
        or not all(layer in scores.probes for layer in asked.layers)
    ):
        return _(text.OWN_PERCENTAGES)
    shares = [
        _(text.AFTER, share=whole_percent(scores.probes[layer].top1), layer=layer_title(layer))
        for layer in asked.layers
    ]
    return _(
        text.PROBES_ACCURACY,
        shares=reduce(lambda one, other: _(text.BOTH, one=one, other=other), shares),
        photos=scores.photos,
        split=split_name(card.split),
        whole=whole_percent(scores.top1),
    )


def _members(
    model: Shelved,
    country: str,
    chosen: Chosen,
    prediction: CountryPrediction,
    controls: Controls,
) -> None:
    look = pick_look(True, controls.more)
    show_legend(look, look.ends, controls.more)
    note(_(text.MEMBERS, title=plain(model.title)))
    maps = []
    for part in ready(model.parts):
        for explainer in [each for each in memory.methods(part) if each.by_country][:1]:
            cam = memory.cams(explainer, part.version, chosen.photo, country)[-1]
            layer = layer_title(cam.layer)
            told = _(text.MEMBER, title=part.title, layer=layer, share=percent(cam.probability))
            method = _(text.MEMBER_METHOD, title=part.title, method=_(explainer.title))
            alt = _(text.CAM_ALT, country=name(country), layer=layer, method=method)
            maps.append(Shown(cam, told, alt))
    row = Row(_(text.WHY, country=name(country)), _remark(prediction, country, ""), tuple(maps))
    pictures = draw([row], chosen.photo.pixels, look)
    line = _(text.MEMBERS_POSTER, title=model.title, caution=_(text.CAUTION))
    download(pictures, look, look.ends, line, f"explained {country}.png")
