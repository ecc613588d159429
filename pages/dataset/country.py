"""The map of the training photos, and what is known of the country that is chosen on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from geoloc.countries import alphabetical, flag_image, name
from geoloc.draw.charts import photos_map, total_by_country, whole_percent
from geoloc.photo.folder import Album
from pages.dataset import text
from pages.dataset.pictured import shown, typical
from pages.language import _, formatted
from pages.shared.frame import halves, ink, note, plain
from pages.shared.links import linked_selectbox
from pages.shared.plot import plot
from pages.shared.registry import Shelved
from pages.shared.split_name import split_name

_MAP_HEIGHT = 420
_LISTED = 8
_PHOTOS = 3
_KEY = "country"


def chosen_country(
    counts: Mapping[str, Mapping[str, int]], models: Sequence[Shelved], album: Album | None
) -> str:
    """The map, and beside it the country's numbers and photos; gives the country.

    Args:
        counts: photos by split and country.
        models: those that learnt from them.
        album: the server's folder of photos, if there is one.
    """
    total = total_by_country(counts)
    left, right = halves()
    # First: on a phone all else stands below it.
    with left:
        plot(
            photos_map(total, ink=ink()),
            "photos map",
            _(text.MAP_ALT, listed=listed(total)),
            height=_MAP_HEIGHT,
            on_pick=lambda code: _pick(code, total),
        )
    with right:
        largest = max(counts["train"], key=counts["train"].get)
        country = linked_selectbox(_(text.COUNTRY), alphabetical(total), _KEY, largest, name)
        _numbers(country, counts)
        _recall(country, models)
        _photos(country, models, album)
    return country


def listed(total: Mapping[str, int]) -> str:
    """The countries of the most photos, in words."""
    order = sorted(total, key=lambda code: (-total[code], code))
    told = ", ".join(
        _(text.COUNTED, what=name(code), count=total[code]) for code in order[:_LISTED]
    )
    more = len(order) - _LISTED
    return _(text.AND_MORE, listed=told, more=more) if more > 0 else told


def _pick(code: str, total: Mapping[str, int]) -> None:
    """Callback: the country that was clicked on the map."""
    if code in total:
        st.session_state[_KEY] = code
        st.query_params[_KEY] = code


def _numbers(country: str, counts: Mapping[str, Mapping[str, int]]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.image(flag_image(country), width=44, alt="")
        for split, photos in counts.items():
            st.metric(split_name(split), formatted(photos.get(country, 0), ","))


def _recall(country: str, models: Sequence[Shelved]) -> None:
    by_title = {
        plain(model.title): scores
        for model in models
        if (scores := model.checkpoint.country_card.scores) and scores.countries
    }
    if not by_title:
        return
    title = st.selectbox(_(text.RECALL_OF), list(by_title), key="recall of")
    scores = by_title[title]
    told = next((one for one in scores.countries if one.code == country), None)
    if told is None:
        note(_(text.RECALL_NONE))
        return
    taken = next((pair for pair in scores.pairs if pair.true == country), None)
    sentence = _(
        text.RECALL, share=whole_percent(told.share.value), right=told.right, photos=told.photos
    )
    if taken:
        sentence += " " + _(
            text.RECALL_TAKEN, country=name(taken.predicted), count=taken.photos, of=taken.of
        )
    st.progress(told.share.value, text=sentence)


def _photos(country: str, models: Sequence[Shelved], album: Album | None) -> None:
    photos = typical(country, models, album)[:_PHOTOS]
    if not photos:
        note(_(text.NO_PHOTO, country=name(country)))
        return
    with st.container(key="typical"):
        for column, photo in zip(st.columns(_PHOTOS), photos, strict=False):
            with column:
                shown(photo, photo.credit or None)
