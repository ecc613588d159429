"""What a model is made of: its stages with their shapes and parameters."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from geoloc.checkpoint import Checkpoint
from geoloc.draw.charts import architecture, shape_text
from geoloc.networks.outline import Stage, outline
from geoloc.ui.cards.plot import plot
from geoloc.ui.frame import ink, plain


def network(checkpoint: Checkpoint) -> None:
    """The network as a drawing, from the photo down."""
    if checkpoint.members:
        st.write(
            "An ensemble has no network of its own. Choose one of the models that it averages to "
            "see theirs."
        )
        return
    spec = checkpoint.card["network"]
    stages = _stages(spec["name"], json.dumps(spec["shape"], sort_keys=True))
    total = sum(stage.parameters for stage in stages)
    settings = ", ".join(f"{key} {value}" for key, value in spec["shape"].items())
    st.write(
        f"From the photo to its answer: **{total:,} parameters** in the network “{spec['name']}” "
        f"({plain(settings)}). Rectangles have the proportions of the maps that a stage hands on; "
        "their sides grow with the square root of the maps' sides."
    )
    plot(
        architecture(stages, ink()),
        "architecture",
        "Stages: "
        + "; ".join(
            f"{s.name}, {shape_text(s.shape)}, {s.parameters:,} parameters" for s in stages
        ),
    )


# Building a network can mean importing a large library first, once a process.
@st.cache_data(show_spinner="Looking into the network…", max_entries=32)
def _stages(name: str, shape: str) -> tuple[Stage, ...]:
    told: dict[str, Any] = json.loads(shape)
    return outline(name, told)
