"""Which countries drive on the left, so that a mirrored photo shows a road they do not have.

The side is the one that the territory's own road code sets, not that of the state it belongs to.
"""

from __future__ import annotations

_BY_CONTINENT = {
    "Europe": "CY GB GG IE IM JE MT",
    "Asia": "BD BN BT HK ID IN JP LK MO MV MY NP PK SG TH TL",
    "Africa": "BW KE LS MU MW MZ NA SC SH SZ TZ UG ZA ZM ZW",
    "Oceania": "AU CC CK CX FJ KI NF NR NU NZ PG PN SB TK TO TV WS",
    "America": "AG AI BB BM BS DM FK GD GY JM KN KY LC MS SR TC TT VC VG VI",
}

LEFT_DRIVING = frozenset(code for codes in _BY_CONTINENT.values() for code in codes.split())
"""The codes of the countries and territories whose traffic keeps left."""
