"""Which continent a country lies on, by the United Nations' geoscheme (standard M49).

The scheme gives each country to one continent whole, even where maps draw a line through it: Russia
is in Europe, where most Russians live; Turkey, Cyprus, Georgia, Armenia, Azerbaijan and Kazakhstan
are in Asia; Egypt is in Africa; East Timor and all of Indonesia are in Asia. Of M49's Americas the
region South America is one continent here, and the other regions, with Central America and the
Caribbean, are North America. Kosovo and Taiwan, which M49 does not list, lie among their
neighbours. Assigning a country takes no side in a dispute.
"""

from __future__ import annotations

from geoloc.countries.names import known
from geoloc.language import N_

_CODES = {
    N_("Africa"): (
        "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA "
        "MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW"
    ),
    N_("Antarctica"): "AQ",
    N_("Asia"): (
        "AE AF AM AZ BD BH BN BT CN CY GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN "
        "MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE"
    ),
    N_("Europe"): (
        "AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT "
        "LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK"
    ),
    N_("North America"): (
        "AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI "
        "PA PM PR SV SX TC TT US VC VG VI"
    ),
    N_("Oceania"): (
        "AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS"
    ),
    N_("South America"): "AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE",
}

CONTINENTS: tuple[str, ...] = tuple(_CODES)
"""The seven continents, in alphabetical order."""

_CONTINENT = {code: continent for continent, codes in _CODES.items() for code in codes.split()}


def continent(code: str) -> str:
    """The country's continent, one of `CONTINENTS`.

    Raises:
        ValueError: if the code is unknown.
    """
    return _CONTINENT[known(code)]


def on_continent(name: str) -> tuple[str, ...]:
    """The codes of a continent's countries.

    Raises:
        ValueError: if there is no such continent.
    """
    if name not in _CODES:
        raise ValueError(f"No continent {name!r}; there are {', '.join(CONTINENTS)}.")
    return tuple(_CODES[name].split())
