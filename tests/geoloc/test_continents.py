"""Which continent a country lies on, and how far countries are apart."""

from collections import Counter

import pytest

from geoloc.countries import CODES, CONTINENTS, continent, distances_km, on_continent


def test_every_country_lies_on_one_continent():
    assert Counter(map(continent, CODES)) == {
        "Africa": 60,
        "Antarctica": 1,
        "Asia": 51,
        "Europe": 52,
        "North America": 41,
        "Oceania": 29,
        "South America": 16,
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("RU", "Europe"),
        ("TR", "Asia"),
        ("CY", "Asia"),
        ("KZ", "Asia"),
        ("EG", "Africa"),
        ("TL", "Asia"),
        ("MX", "North America"),
        ("PA", "North America"),
        ("CO", "South America"),
        ("GL", "North America"),
        ("XK", "Europe"),
        ("TW", "Asia"),
        ("nz", "Oceania"),
    ],
)
def test_a_country_between_continents_lies_where_the_united_nations_put_it(code, expected):
    assert continent(code) == expected


def test_an_unknown_code_has_no_continent():
    with pytest.raises(ValueError, match="No country has the code 'QQ'"):
        continent("QQ")


def test_continents_are_named_in_alphabetical_order():
    assert list(CONTINENTS) == sorted(CONTINENTS)


def test_neighbours_are_nearer_than_antipodes():
    km = distances_km(["ES", "PT", "NZ"])
    assert (km == km.T).all() and not km.diagonal().any()
    assert 300 < km[0, 1] < 700 and km[0, 2] > 18_000


@pytest.mark.parametrize("name", CONTINENTS)
def test_a_continents_countries_lie_on_it(name):
    codes = on_continent(name)
    assert codes and {continent(code) for code in codes} == {name}


def test_no_country_lies_on_a_continent_that_is_none():
    with pytest.raises(ValueError, match="No continent 'Atlantis'; there are Africa"):
        on_continent("Atlantis")
