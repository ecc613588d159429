"""The photos that were read: where they lie, what was left out, and the name that starts it all."""

from __future__ import annotations

import streamlit as st

from geoloc.draw.maps import base_map
from geoloc.draw.photo_map import photos_group
from geoloc.geo import City, LatLon
from geoloc.photo import read_photo
from pages.jobs import Collection, Kept, Run, Skipped, Survey, jobs, settings, survey
from pages.language import N_, _, ngettext
from pages.shared.frame import halves, plain
from pages.shared.leaflet import leaflet
from pages.shared.picker import fill
from pages.train import state

_MAP_HEIGHT = 420
_NAMES = 4
_SHOWN, _ACROSS, _SMALL = 12, 12, (120, 90)
_USES = {
    "train": N_("training"),
    "val": N_("choosing the best epoch"),
    "test": N_("measuring the result"),
}
_UNUSED = N_("nothing yet")
_HEADS = {
    "streetclip-head": "StreetCLIP",
    "siglip2-head": "SigLIP 2",
    "dinov3-head": "DINOv3",
}


def photos(run: Run, collection: Collection) -> None:
    """The table, the map and the problems of a run's photos, and the way on."""
    found = _of_town(run, collection)
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
        _problems(collection, found)
    _thumbnails(run, found)
    _tables(collection, found)
    if not found.hindrance:
        _start(run, found)


def _of_town(run: Run, collection: Collection) -> Survey:
    """The photos of the town that is trained on; where there are several, the visitor chooses."""
    found = survey(collection.photos)
    numbers = [number for number, town in enumerate(found.towns) if town.is_enough]
    if len(numbers) < 2:
        return found
    town = st.selectbox(
        _("Which town to train on"),
        numbers,
        index=found.town if found.chosen else None,
        format_func=lambda number: found.towns[number].title,
        placeholder=_("Choose a town"),
        key=f"own town {run.tag} {len(collection.photos)}",
        help=_("These photos are of several towns, and a model is of one."),
    )
    return found if town is None else survey(collection.photos, town)


def _counted(count: int) -> str:
    return ngettext("{n:,} photo can be used", "{n:,} photos can be used", count)


def _plan(found: Survey) -> str:
    return _(
        "**{train:,}** to train on, **{val:,}** to choose the best epoch by, **{test:,}** to "
        "measure the result on. Photos of one piece of ground, {block} m a side, stay together: "
        "the model is measured at places that it has not seen.",
        train=found.count("train"),
        val=found.count("val"),
        test=found.count("test"),
        block=found.block_m,
    )


def _map(run: Run, found: Survey) -> None:
    if not found.photos:
        return
    trained = [_at(p) for p, s in zip(found.photos, found.splits, strict=False) if s == "train"]
    held = [_at(p) for p, s in zip(found.photos, found.splits, strict=False) if s != "train"]
    leaflet(
        base_map(City("own", _("Your photos"), found.box)),
        f"own map {run.tag} {found.town} {len(found.photos)}",
        _MAP_HEIGHT,
        photos_group(trained or list(map(_at, found.photos)), held, found.box),
    )


def _thumbnails(run: Run, found: Survey) -> None:
    with st.container(key="own photos"):
        grid = st.grid(_ACROSS, min_column_width=80, gap=(8, 8))
        for photo in found.photos[:_SHOWN]:
            with grid.cell():
                file = run.photos / photo.file
                if file.is_file():
                    st.image(fill(read_photo(file).pixels, _SMALL), alt=photo.name, width="stretch")


def _at(photo: Kept) -> LatLon:
    return LatLon(photo.lat, photo.lon)


def _problems(collection: Collection, found: Survey) -> None:
    lines = [
        _(
            "- **{what}: {count:,}** ({files}). {advice}",
            what=_(reason.what),
            count=len(files),
            files=_some(files),
            advice=_(reason.advice),
        )
        for reason, files in collection.by_reason().items()
    ]
    if found.far and found.chosen:
        lines.append(
            _(
                "- **Of other towns: {count:,}** ({towns}). A model is of one town: train each for "
                "itself.",
                count=len(found.far),
                towns=plain(found.elsewhere),
            )
        )
    if lines:
        st.markdown(_("Left out:") + "\n\n" + "\n".join(lines))
    else:
        st.write(_("No file was left out."))


def _some(files: list[Skipped]) -> str:
    names = ", ".join(plain(file.name) for file in files[:_NAMES])
    more = len(files) - _NAMES
    return _("{names} and {more:,} more", names=names, more=more) if more > 0 else names


def _tables(collection: Collection, found: Survey) -> None:
    if found.photos:
        with st.expander(_("The table"), icon=":material/table_rows:"):
            splits = found.splits or ("",) * len(found.photos)
            lat, lon, heading = _("Latitude"), _("Longitude"), _("Looks to")
            st.dataframe(
                {
                    _("Photo"): [photo.name for photo in found.photos],
                    lat: [photo.lat for photo in found.photos],
                    lon: [photo.lon for photo in found.photos],
                    heading: [photo.heading for photo in found.photos],
                    _("Used for"): [_(_USES.get(split, _UNUSED)) for split in splits],
                },
                column_config={
                    lat: st.column_config.NumberColumn(format="%.5f"),
                    lon: st.column_config.NumberColumn(format="%.5f"),
                    heading: st.column_config.NumberColumn(
                        format="%.0f°", help=_("Degrees clockwise from north")
                    ),
                },
                hide_index=True,
            )
    if collection.skipped:
        with st.expander(_("The files left out"), icon=":material/block:"):
            st.dataframe(
                {
                    _("File"): [file.name for file in collection.skipped],
                    _("Why"): [_(file.reason.what) for file in collection.skipped],
                    _("In detail"): [file.detail for file in collection.skipped],
                },
                hide_index=True,
            )


def _reader(recipe: str) -> str:
    """What people call the network whose view of the photos a recipe builds on."""
    return _HEADS.get(recipe) or _("A small network, within minutes")


def _start(run: Run, found: Survey) -> None:
    st.subheader(_("Train"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            _("Name of the city"),
            key=state.TITLE,
            max_chars=jobs.LONGEST_TITLE,
            placeholder=_("e.g. Lisbon"),
        )
        recipes = settings.recipes()
        if len(recipes) > 1:
            st.selectbox(
                _("What looks at the photos"), recipes, format_func=_reader, key=state.RECIPE
            )
        st.button(
            _("Train"),
            icon=":material/model_training:",
            on_click=state.start,
            args=(run, found),
            disabled=jobs.running_run() is not None,
        )
    state.complain(state.TITLE)
    if jobs.running_run() is not None:
        st.info(
            _("Another city is being trained on this server, and there is one at a time."),
            icon=":material/hourglass:",
        )
