"""The network's answer and clues as one: how far clues move it, and that none is certain."""

import math

import pytest

from geoloc.clues import Clue, Kind, drives_on, join, sun_in
from geoloc.tasks.country import CountryPrediction

SEEN = CountryPrediction("net", ("FR", "DE", "GB"), (0.6, 0.3, 0.1), likely=2)
PLACE = Clue(Kind.PLACE, "whitby", {"GB": 40.0})
AGAIN = Clue(Kind.PLACE, "scarborough", {"GB": 40.0})
ABROAD = Clue(Kind.PLACE, "killorglin", {"IE": 40.0})


def test_without_clues_the_answer_is_the_same():
    assert join(SEEN, ()) is SEEN


def test_with_weight_zero_the_answer_is_the_same():
    assert join(SEEN, [PLACE], weight=0) is SEEN


def test_a_clue_multiplies_the_odds_of_its_country():
    joined = join(SEEN, [PLACE], weight=1)
    before = SEEN.probability("GB") / SEEN.probability("FR")
    after = joined.probability("GB") / joined.probability("FR")
    # A little less, for the doubt that stays.
    assert 30 < after / before < 40


def test_all_probabilities_add_up_to_one():
    assert math.isclose(sum(join(SEEN, [PLACE, ABROAD]).probabilities), 1)


def test_a_country_that_the_network_does_not_know_can_be_named():
    assert join(SEEN, [Clue(Kind.PHONE, "+353", {"IE": 1000.0}), ABROAD], 1).codes[0] == "IE"


def test_one_kind_of_clue_again_counts_half():
    one, two = join(SEEN, [PLACE], 1), join(SEEN, [PLACE, AGAIN], 1)
    other = join(SEEN, [PLACE, Clue(Kind.WORD, "scarborough", {"GB": 40.0})], 1)
    assert one.probability("GB") < two.probability("GB") < other.probability("GB")


def test_no_number_of_clues_is_certain():
    kinds = [Clue(kind, "all", {"GB": 1e6}) for kind in Kind]
    assert join(SEEN, kinds, 1).probability("FR") > 0.01


def test_the_sets_of_a_network_do_not_hold_for_a_joined_answer():
    assert join(SEEN, [PLACE]).likely is None


def test_a_weight_is_not_negative():
    with pytest.raises(ValueError, match="0 or more"):
        join(SEEN, [PLACE], weight=-1)


def test_a_clue_speaks_for_a_country():
    with pytest.raises(ValueError, match="greater than 1"):
        Clue(Kind.WORD, "rue", {"FR": 1.0})


@pytest.mark.parametrize(
    ("clue", "likelier", "than"),
    [
        (drives_on("left"), "GB", "FR"),
        (drives_on("right"), "FR", "GB"),
        (sun_in("north"), "AU", "FR"),
        (sun_in("north"), "KE", "FR"),
        (sun_in("south"), "FR", "AU"),
        (sun_in("south"), "FR", "KE"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.what,
)
def test_what_a_visitor_sees_makes_a_country_likelier(clue, likelier, than):
    assert clue.likelihood(likelier) > clue.likelihood(than)


def test_beyond_the_tropics_the_sun_never_stands_on_the_other_side():
    assert sun_in("north").likelihood("FR") == 1
    assert sun_in("south").likelihood("NZ") == 1
