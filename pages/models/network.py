"""What a model is made of: its stages with their shapes and parameters."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from geoloc.draw.charts import architecture, shape_text
from geoloc.models.release import Release
from geoloc.networks.model_summary import Stage, model_summary
from pages.language import _
from pages.shared.frame import ink, plain
from pages.shared.plot import plot


def network(checkpoint: Release) -> None:
    """The network as a drawing, from the photo down."""
    if checkpoint.members:
        st.write(
            _(
                "An ensemble has no network of its own. Choose one of the models that it averages "
                "to see theirs."
            )
        )
        return
    spec = checkpoint.card.network
    # Building a network can mean importing a large library first, once a process.
    with st.spinner(_("Looking into the network…")):
        checkpoint.hold_against_weights()  # a card may ask for more than memory holds
        stages = _stages(spec.name, json.dumps(spec.shape, sort_keys=True))
    total = sum(stage.parameters for stage in stages)
    settings = ", ".join(f"{key} {value}" for key, value in spec.shape.items())
    st.write(
        _(
            "From the photo to its answer: **{total:,} parameters** in the network “{network}” "
            "({settings}). Rectangles have the proportions of the maps that a stage hands on; "
            "their sides grow with the square root of the maps' sides.",
            total=total,
            network=spec.name,
            settings=plain(settings),
        )
    )
    plot(
        architecture(stages, ink()),
        "architecture",
        _("Stages: {stages}", stages=_("; ").join(map(_told, stages))),
    )


def _told(stage: Stage) -> str:
    return _(
        "{name}, {shape}, {n:,} parameters",
        name=stage.name,
        shape=shape_text(stage.shape),
        n=stage.parameters,
    )


@st.cache_data(show_spinner=False, max_entries=32)
def _stages(name: str, shape: str) -> tuple[Stage, ...]:
    told: dict[str, Any] = json.loads(shape)
    return model_summary(name, told)
