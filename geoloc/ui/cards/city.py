"""The parts of a city model's card, each drawn when it is opened."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit_folium import st_folium

from geoloc.card import city_scores
from geoloc.checkpoint import Checkpoint
from geoloc.draw.charts import error_rows, whole_percent, within_bars
from geoloc.draw.maps import area_text, base_map, distance_text
from geoloc.ui.cards.network import network
from geoloc.ui.cards.plot import plot, untold
from geoloc.ui.cards.training import training
from geoloc.ui.frame import ink

_MAP_PX = 460


def city_parts() -> dict[str, Callable[[Checkpoint], None]]:
    """What draws each part, by its title."""
    return {
        "Errors": _errors,
        "Regions": _regions,
        "Coverage": _coverage,
        "Training": training,
        "Network": network,
    }


def _errors(checkpoint: Checkpoint) -> None:
    scores = city_scores(checkpoint)
    if scores is None or not scores.errors.percentiles:
        return untold("How far its pins are off")
    st.write(
        f"How far its pins are from where {scores.photos:,} {scores.split} photos were taken, "
        "beside a pin that is always in the middle of the training photos."
    )
    errors = scores.errors
    plot(
        error_rows(errors, scores.middle, ink()),
        "errors",
        "Errors: "
        + ", ".join(f"{q}% within {distance_text(m)}" for q, m in errors.percentiles.items()),
    )
    if not errors.within:
        return untold("How many of its pins are near")
    st.subheader("Pins near the truth", anchor=False)
    plot(
        within_bars(errors, scores.middle, ink()),
        "within",
        "Share of pins: "
        + ", ".join(f"{whole_percent(s)} within {m} m" for m, s in errors.within.items()),
    )


def _regions(checkpoint: Checkpoint) -> None:
    scores = city_scores(checkpoint)
    if scores is None or not scores.regions:
        return untold("How often its regions hold the truth")
    st.write(
        "A pin alone claims too much. The model also draws the smallest regions that are meant to "
        f"hold half and nine tenths of the truths, fitted on val. Of {scores.photos:,} "
        f"{scores.split} photos they held:"
    )
    st.dataframe(
        [
            {
                "Region": f"{region.share}%",
                "Truths held": whole_percent(region.held),
                "95% interval": " to ".join(map(whole_percent, region.interval)),
                "Usual size": area_text(region.km2),
            }
            for region in scores.regions
        ],
        hide_index=True,
    )
    if scores.kept is not None:
        refused = (
            f", and {whole_percent(scores.refused)} of photos from anywhere else are refused"
            if scores.refused is not None
            else ""
        )
        st.write(
            f"A photo that looks little like the training photos gets a grey pin: "
            f"{whole_percent(scores.kept)} of the city's own {scores.split} photos keep "
            f"theirs{refused}."
        )


def _coverage(checkpoint: Checkpoint) -> None:
    coverage = checkpoint.coverage
    if coverage is None:
        return untold("Where its training photos lie")
    filled = int((coverage.counts > 0).sum())
    st.write(
        f"Where its {int(coverage.counts.sum()):,} training photos lie: a square is the stronger "
        f"the more photos it holds. {filled:,} of {coverage.counts.size:,} squares hold any; of "
        "the others the model knows nothing."
    )
    st_folium(
        base_map(checkpoint.city, coverage, streets=checkpoint.streets),
        key=f"coverage {checkpoint.folder.name}",
        returned_objects=[],
        height=_MAP_PX,
        use_container_width=True,
    )
