"""Maps of a country model: the country asked about, the predicted one and the true one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from geoloc.cam import Cam, Explainer, contrast
from geoloc.card.measured import measured
from geoloc.countries import name
from geoloc.draw.charts import percent, whole_percent
from geoloc.predict import CountryPrediction
from geoloc.ui.answers import answer_of
from geoloc.ui.explain import memory, text
from geoloc.ui.explain.arithmetic import arithmetic
from geoloc.ui.explain.controls import (
    Look,
    pick_against,
    pick_country,
    pick_layers,
    pick_look,
    pick_method,
    show_legend,
)
from geoloc.ui.explain.looks import looks_for
from geoloc.ui.explain.maps import Row, Shown, band_of, download, draw
from geoloc.ui.explain.truth import Question, truth_of, warn
from geoloc.ui.frame import guard, note, plain
from geoloc.ui.portrait import truth
from geoloc.ui.shelf import Shelved
from geoloc.ui.state import Chosen


@dataclass(frozen=True)
class Asked:
    """What a visitor asks one network."""

    model: Shelved
    explainer: Explainer
    layers: list[str]
    country: str
    against: str | None
    look: Look


def countries(model: Shelved, chosen: Chosen, boxes: list) -> None:
    """The controls, the maps, and what they are worth."""
    prediction = answer_of(model, chosen.photo).prediction
    country = pick_country(prediction, boxes[1])
    if model.parts:
        _members(model, country, chosen, prediction)
        return
    found = memory.methods(model.model)
    if not found:
        st.info(text.NO_METHOD.format(title=plain(model.title)), icon=":material/help:")
        return
    against = pick_against(country, prediction, boxes[2])
    explainer = pick_method(found, boxes[3])
    lower = st.columns(4, gap="medium", vertical_alignment="bottom")
    look = pick_look(explainer.signed, lower[:2])
    show_legend(look, text.SIGNED_ENDS if look.signed else text.ENDS, lower[2])
    layers = pick_layers(explainer, lower[3])
    asked = Asked(
        model, explainer, layers, country, against if explainer.by_country else None, look
    )
    _explained(asked, chosen, prediction)


def _explained(asked: Asked, chosen: Chosen, prediction: CountryPrediction) -> None:
    explainer = asked.explainer
    questions = [
        Question(asked.model, explainer.title, _cam(asked, chosen, asked.country, layer))
        for layer in asked.layers
    ]
    note(f"{explainer.says} ({explainer.source})")
    warn(questions)
    pictures = draw(
        list(_rows(asked, chosen, prediction)), band_of(chosen.photo.pixels), asked.look
    )
    line = text.POSTER.format(
        model=asked.model.title,
        method=explainer.title,
        source=explainer.source,
        caution=text.CAUTION,
    )
    ends = text.SIGNED_ENDS if asked.look.signed else text.ENDS
    download(pictures, asked.look, ends, line, f"explained {asked.country}.png")
    note(_percentages(asked))
    true = truth(chosen)
    if true and true not in prediction.codes:
        note(text.TRUE_UNKNOWN.format(country=name(true), count=len(prediction.codes)))
    with guard("The sum"):
        arithmetic(explainer, asked.model.version, chosen.photo, asked.country, asked.layers)
    with guard("The test of the maps"):
        truth_of(questions, chosen)
    with guard("The model's favourites"):
        looks_for(asked.model, explainer, asked.country, asked.look)


def _cam(asked: Asked, chosen: Chosen, country: str, layer: str) -> Cam:
    found = memory.cams(asked.explainer, asked.model.version, chosen.photo, country)
    return next(cam for cam in found if cam.layer == layer)


def _rows(asked: Asked, chosen: Chosen, prediction: CountryPrediction) -> Iterator[Row]:
    if not asked.explainer.by_country:
        yield Row(text.LOOKS, "", tuple(_plain(asked, chosen, layer) for layer in asked.layers))
        return
    if asked.against:
        yield Row(
            text.CONTRAST.format(country=name(asked.country), other=name(asked.against)),
            "",
            tuple(_contrast(asked, chosen, layer) for layer in asked.layers),
        )
    for country, role in _asked_about(asked, chosen, prediction):
        yield Row(
            text.WHY.format(country=name(country)),
            _remark(prediction, country, role),
            tuple(_shown(asked, chosen, country, layer) for layer in asked.layers),
        )


def _asked_about(
    asked: Asked, chosen: Chosen, prediction: CountryPrediction
) -> list[tuple[str, str]]:
    """Countries with why they are shown, each once."""
    if asked.against:
        return [(asked.country, ""), (asked.against, "")]
    roles = {asked.country: ""}
    predicted, true = prediction.codes[0], truth(chosen)
    roles[predicted] = text.ROLES["both" if true == predicted else "predicted"]
    if true in prediction.codes and true != predicted:
        roles[true] = text.ROLES["true"]
    return list(roles.items())


def _remark(prediction: CountryPrediction, country: str, role: str) -> str:
    told = text.IN_ANSWER.format(
        share=percent(prediction.probability(country)),
        rank=prediction.codes.index(country) + 1,
        count=len(prediction.codes),
    )
    return f"{role}: {told}" if role else told


def _shown(asked: Asked, chosen: Chosen, country: str, layer: str) -> Shown:
    cam = _cam(asked, chosen, country, layer)
    return Shown(
        cam,
        text.CAM.format(layer=layer, country=name(country), share=percent(cam.probability)),
        text.CAM_ALT.format(country=name(country), layer=layer, method=asked.explainer.title),
    )


def _contrast(asked: Asked, chosen: Chosen, layer: str) -> Shown:
    cams = [_cam(asked, chosen, code, layer) for code in (asked.country, asked.against)]
    told = text.CONTRAST_CAPTION.format(
        layer=layer, country=name(asked.country), other=name(asked.against)
    )
    return Shown(contrast(*cams), told, told, signed=True)


def _plain(asked: Asked, chosen: Chosen, layer: str) -> Shown:
    return Shown(
        _cam(asked, chosen, asked.country, layer),
        text.PLAIN_CAPTION.format(layer=layer),
        text.PLAIN_ALT.format(method=asked.explainer.title),
    )


def _percentages(asked: Asked) -> str:
    """What the maps' percentages are, with the linear models' own accuracy where they have one."""
    split, told = measured(asked.model.checkpoint)
    probes = told.get("probes", {})
    if asked.explainer.name != "probes" or not all(layer in probes for layer in asked.layers):
        return text.OWN_PERCENTAGES
    shares = " and ".join(
        f"**{whole_percent(probes[layer]['top1'])}** after {layer}" for layer in asked.layers
    )
    return text.PROBES_ACCURACY.format(
        shares=shares, photos=told["photos"], split=split, whole=whole_percent(told["top1"])
    )


def _members(model: Shelved, country: str, chosen: Chosen, prediction: CountryPrediction) -> None:
    lower = st.columns(4, gap="medium", vertical_alignment="bottom")
    look = pick_look(True, lower[:2])
    show_legend(look, text.SIGNED_ENDS if look.signed else text.ENDS, lower[2])
    note(text.MEMBERS.format(title=plain(model.title)))
    maps = []
    for part in model.parts:
        for explainer in [each for each in memory.methods(part.model) if each.by_country][:1]:
            cam = memory.cams(explainer, part.version, chosen.photo, country)[-1]
            told = text.MEMBER.format(
                title=part.title, layer=cam.layer, share=percent(cam.probability)
            )
            alt = text.CAM_ALT.format(
                country=name(country), layer=cam.layer, method=f"{part.title}, {explainer.title}"
            )
            maps.append(Shown(cam, told, alt))
    row = Row(text.WHY.format(country=name(country)), _remark(prediction, country, ""), tuple(maps))
    pictures = draw([row], band_of(chosen.photo.pixels), look)
    line = f"{model.title}. {text.CAUTION}"
    ends = text.SIGNED_ENDS if look.signed else text.ENDS
    download(pictures, look, ends, line, f"explained {country}.png")
