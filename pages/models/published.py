"""Published models that can be fetched: what each is, under which licence, and a button for it."""

from __future__ import annotations

import os

import streamlit as st

from geoloc.models.hub import store
from geoloc.models.hub.catalogue import Entry, catalogue
from geoloc.models.hub.store import HubError
from pages.language import N_, _, said
from pages.server.reach import is_local
from pages.shared.frame import note, plain

FETCH = "GEOLOC_FETCH"
"""The owner of a server sets it to "on" or "off"; unset: on where only this computer reaches it."""

_USES = {
    "countries": N_("names the country, by comparing your photo with the countries' names"),
    "world": N_("puts a pin anywhere in the world, and in any city, without a photo of it"),
    "backbone": N_("answers nothing itself: a model of your own is trained on it in seconds"),
}


def published() -> None:
    """A closed list of the published models, each with what it is and a way to get it."""
    with st.expander(_("With internet: larger models of others"), icon=":material/download:"):
        st.write(
            _(
                "Researchers publish models that have seen far more photos than those here. None "
                "is fetched unless you ask. What they reach was published by others: measure it on "
                "your own photos, `python -m training evaluate NAME --on FOLDER`."
            )
        )
        here = store.all_fetched()
        for entry in catalogue():
            with st.container(border=True, key=f"published {entry.name}"):
                _described(entry)
                if entry.name in here:
                    note(_("It is on this computer."))
                elif _is_on():
                    _offer(entry)
        if not _is_on():
            note(_("The server's owner fetches models: `geoloc models get NAME`."))


def _described(entry: Entry) -> None:
    st.markdown(f"**[{entry.title}]({entry.link})**, `{entry.name}`: {_(_USES[entry.use])}.")
    note(
        _(
            "About {size:,} MB, {pixels} pixels, licence: [{licence}]({link})",
            size=entry.megabytes,
            pixels=entry.input,
            licence=entry.licence,
            link=entry.licence_link,
        )
    )
    for figure in entry.figures:
        note(
            _(
                "Published elsewhere: {share:.1%} {what}, {data} ([source]({source}))",
                share=figure.value,
                what=figure.what,
                data=figure.on,
                source=figure.source,
            )
        )


def _offer(entry: Entry) -> None:
    agreed = st.checkbox(
        _("I have read the licence {licence} and keep to it", licence=entry.licence),
        key=f"licence {entry.name}",
    )
    label = _("Fetch {title}", title=entry.title)
    if not st.button(label, key=f"fetch {entry.name}", disabled=not agreed):
        return
    # Transformers, which it is opened with, takes seconds to import.
    from geoloc.models.hub import models

    try:
        with st.spinner(_("Fetching {title}: this takes minutes…", title=entry.title)):
            models.get(entry.name, lambda _offer: True)
    except HubError as error:
        st.error(plain(said(error)), icon=":material/error:")
    else:
        st.rerun()


def _is_on() -> bool:
    wanted = os.environ.get(FETCH, "").strip().lower()
    return wanted == "on" if wanted else is_local(st.get_option("server.address"))
