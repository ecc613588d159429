"""The photos that were read: where they lie, what was left out, and the name that starts it all."""

from __future__ import annotations

import streamlit as st
from streamlit_folium import st_folium

from geoloc.draw.maps import base_map
from geoloc.draw.photo_map import photos_group
from geoloc.geo import City, LatLon
from geoloc.own import Collection, Kept, Run, Skipped, Survey, jobs, survey
from geoloc.own.surveys import REACH_M
from geoloc.ui import train_state
from geoloc.ui.frame import halves, plain

_MAP_HEIGHT = 420
_NAMES = 4
_USES = {"train": "training", "val": "choosing the best epoch", "test": "measuring the result"}


def photos(run: Run, collection: Collection) -> None:
    """The table, the map and the problems of a run's photos, and the way on."""
    found = survey(collection.photos)
    drawn, told = halves()
    with drawn:
        _map(run, found)
    with told:
        st.header(_counted(len(found.photos)), anchor=False)
        if found.hindrance:
            st.error(found.hindrance, icon=":material/error:")
        else:
            st.write(_plan(found))
        for warning in found.warnings:
            st.warning(warning, icon=":material/warning:")
        _problems(collection, found.far)
    _tables(collection, found)
    if not found.hindrance:
        _start(run, found)


def _counted(count: int) -> str:
    return "1 photo can be used" if count == 1 else f"{count:,} photos can be used"


def _plan(found: Survey) -> str:
    return (
        f"**{found.count('train'):,}** to train on, **{found.count('val'):,}** to choose the best "
        f"epoch by, **{found.count('test'):,}** to measure the result on. Photos of one piece of "
        f"ground, {found.block_m} m a side, stay together: the model is measured at places that "
        "it has not seen."
    )


def _map(run: Run, found: Survey) -> None:
    if not found.photos:
        return
    trained = [_at(p) for p, s in zip(found.photos, found.splits, strict=False) if s == "train"]
    held = [_at(p) for p, s in zip(found.photos, found.splits, strict=False) if s != "train"]
    st_folium(
        base_map(City("own", "Your photos", found.box)),
        key=f"own map {run.tag} {len(found.photos)}",
        feature_group_to_add=photos_group(trained or list(map(_at, found.photos)), held),
        returned_objects=[],
        height=_MAP_HEIGHT,
        use_container_width=True,
    )


def _at(photo: Kept) -> LatLon:
    return LatLon(photo.lat, photo.lon)


def _problems(collection: Collection, far: tuple[Kept, ...]) -> None:
    lines = [
        f"- **{reason.what}: {len(files):,}** ({_some(files)}). {reason.advice}"
        for reason, files in collection.by_reason().items()
    ]
    if far:
        lines.append(
            f"- **Far from the others: {len(far):,}** ({_some(far)}). They are more than "
            f"{REACH_M / 1000:.0f} km from the middle of all: train each city for itself."
        )
    if lines:
        st.markdown("Left out:\n\n" + "\n".join(lines))
    else:
        st.write("No file was left out.")


def _some(files: list[Skipped] | tuple[Kept, ...]) -> str:
    names = ", ".join(plain(file.name) for file in files[:_NAMES])
    more = len(files) - _NAMES
    return f"{names} and {more:,} more" if more > 0 else names


def _tables(collection: Collection, found: Survey) -> None:
    if found.photos:
        with st.expander("The table", icon=":material/table_rows:"):
            splits = found.splits or ("",) * len(found.photos)
            st.dataframe(
                {
                    "Photo": [photo.name for photo in found.photos],
                    "Latitude": [photo.lat for photo in found.photos],
                    "Longitude": [photo.lon for photo in found.photos],
                    "Looks to": [photo.heading for photo in found.photos],
                    "Used for": [_USES.get(split, "nothing yet") for split in splits],
                },
                column_config={
                    "Latitude": st.column_config.NumberColumn(format="%.5f"),
                    "Longitude": st.column_config.NumberColumn(format="%.5f"),
                    "Looks to": st.column_config.NumberColumn(
                        format="%.0f°", help="Degrees clockwise from north"
                    ),
                },
                hide_index=True,
            )
    if collection.skipped:
        with st.expander("The files left out", icon=":material/block:"):
            st.dataframe(
                {
                    "File": [file.name for file in collection.skipped],
                    "Why": [file.reason.what for file in collection.skipped],
                    "In detail": [file.detail for file in collection.skipped],
                },
                hide_index=True,
            )


def _start(run: Run, found: Survey) -> None:
    st.subheader("Train", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Name of the city",
            key=train_state.TITLE,
            max_chars=jobs.LONGEST_TITLE,
            placeholder="Such as Lisbon",
        )
        st.button(
            "Train",
            icon=":material/model_training:",
            on_click=train_state.start,
            args=(run, found),
            disabled=jobs.running_run() is not None,
        )
    if jobs.running_run() is not None:
        st.info(
            "Another city is being trained on this server, and there is one at a time.",
            icon=":material/hourglass:",
        )
