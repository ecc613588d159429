"""Favourites of a model: numbers in the card, photos only where the very same album is."""

from __future__ import annotations

from pathlib import Path

from geoloc.explain.top_activating import Favourite, as_card, digest, favourites, measured
from geoloc.models.card import as_text, of_json
from geoloc.models.release import Release
from geoloc.photo.folder import Album, AlbumPhoto
from tests.geoloc import small_models


def album(*files: str) -> Album:
    photos = [AlbumPhoto(f, "FR", None, None, "val", Path("/photos") / f) for f in files]
    return Album(tuple(photos), {})


MINE = album("paris/quiet street.jpg", "lyon/bridge.jpg", "nice/sea.jpg")


def card(**countries) -> Release:
    return model(top_activating=as_card(MINE, countries, "val"))


def model(**parts) -> Release:
    return Release(Path("small"), of_json(small_models.country_card(**parts)))


def test_favourites_are_the_albums_photos_in_the_cards_order():
    found = favourites(card(FR=[(2, 0.9), (0, 0.4)]), MINE, "FR")
    assert found == (Favourite(MINE.photos[2], 0.9), Favourite(MINE.photos[0], 0.4))


def test_a_country_without_favourites_has_none():
    assert favourites(card(FR=[(2, 0.9)]), MINE, "JP") == ()


def test_another_album_s_photos_are_never_taken_for_favourites():
    told = card(FR=[(2, 0.9)])
    for other in (album(), album("lyon/bridge.jpg", "paris/quiet street.jpg", "nice/sea.jpg")):
        assert favourites(told, other, "FR") is None


def test_the_card_tells_neither_the_photos_nor_their_names():
    told = as_text(card(FR=[(2, 0.9), (0, 0.4)]).card)
    for word in ("quiet", "street", "paris", "lyon", ".jpg", "/photos"):
        assert word not in told


def test_a_card_without_favourites_says_so():
    assert not measured(model())
    assert favourites(model(), MINE, "FR") is None
    assert measured(card(FR=[(1, 0.5)]))


def test_the_digest_changes_with_a_file_and_with_the_order():
    same, fewer = digest(album("a.jpg", "b.jpg")), digest(album("a.jpg"))
    assert len({same, fewer, digest(album("b.jpg", "a.jpg"))}) == 3
    assert same == digest(album("a.jpg", "b.jpg"))
