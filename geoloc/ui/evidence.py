"""What speaks for the pin: the training views that resemble the photo most."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geoloc.city.prediction import CityPrediction
from geoloc.ui.portrait import coordinates

_COMPASS = (
    "north",
    "north-east",
    "east",
    "south-east",
    "south",
    "south-west",
    "west",
    "north-west",
)


def evidence(prediction: CityPrediction) -> None:
    """A closed table of the views, where the model compares any; the map has them as arrows."""
    if not prediction.views:
        return
    with st.expander(
        f"The {len(prediction.views)} training views most like it", icon=":material/travel_explore:"
    ):
        st.write(
            "The model describes each photo by 256 numbers, trained to be alike for photos of one "
            "place. These training views have the most similar numbers; the arrows on the map show "
            "where they were taken. A likeness of 1 would be the same photo."
        )
        st.dataframe(
            pd.DataFrame(
                {
                    "Place": [coordinates(view.position) for view in prediction.views],
                    "Looking": [_towards(view.heading) for view in prediction.views],
                    "Likeness": [view.similarity for view in prediction.views],
                }
            ),
            hide_index=True,
            column_config={"Likeness": st.column_config.NumberColumn(format="%.2f")},
        )


def _towards(heading: int | None) -> str:
    if heading is None:
        return "unknown"
    return f"{_COMPASS[round(heading / 45) % 8]} ({heading}°)"
