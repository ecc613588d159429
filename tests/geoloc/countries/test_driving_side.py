"""The countries that drive on the left: real ones, and the ones that everybody knows."""

import pytest

from geoloc.countries import CODES, LEFT_DRIVING

LEFT = "GB IE AU NZ ZA JP TH ID MY IN BD SG UG HK WS"
# Sweden, Gibraltar and Myanmar kept left once; Samoa does, American Samoa does not.
RIGHT = "US FR DE RU CN KR PH LA VN BR AR SE GI MM AS"


def test_every_code_is_a_countrys():
    assert set(CODES).issuperset(LEFT_DRIVING)


@pytest.mark.parametrize(("codes", "left"), [(LEFT, True), (RIGHT, False)], ids=["left", "right"])
def test_countries_drive_on_the_side_that_they_are_known_for(codes, left):
    assert {code: code in LEFT_DRIVING for code in codes.split()} == dict.fromkeys(
        codes.split(), left
    )
