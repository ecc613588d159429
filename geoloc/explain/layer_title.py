"""Layers for people: what a network's parts are called."""

from __future__ import annotations

from geoloc.text import N_, _

_NAMED = (N_("all blocks"), N_("last stage"), N_("the whole model"))
_NUMBERED = {"block": N_("block {number}"), "stage": N_("stage {number}")}


def layer_title(layer: str) -> str:
    """A layer in words: "block 6", "all blocks"; modules such as "conv_3" keep their own names.

    Args:
        layer: of a `Cam`.
    """
    kind, _space, number = layer.partition(" ")
    if number.isdecimal() and kind in _NUMBERED:
        return _(_NUMBERED[kind], number=number)
    return _(layer) if layer in _NAMED else layer
