"""What has a form of its own: addresses, telephones, money, post codes, plates, units, roads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module

from geoloc.clues.clue import Clue, Kind
from geoloc.clues.errors import not_installed
from geoloc.clues.text import TextLine
from geoloc.countries import CODES

_DOMAIN_STRENGTH = 80
_NAME = re.compile(r"[\w-]{2,}(?:\.[\w-]{2,})+")
# Sold to anybody for what they spell.
_SPELLING_DOMAINS = "AI CC CO EU FM GG GL IM IO LA LY ME MU NU SC SH TK TO TV VC WS"
_ADDRESS = re.compile(r"www\.|https?:|@|/", re.I)

_PHONE_STRENGTH = 60
_PHONE = re.compile(r"(?:\+|\b00)[1-9][\d ()./-]{6,18}\d")

_EUROZONE = "AD AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MC ME MT NL PT SI SK SM VA XK"
# (before or after an amount, strength, countries)
_MONEY: tuple[tuple[str, float, str], ...] = (
    ("€|EUR", 12, _EUROZONE),
    ("£", 20, "GB IM JE GG GI FK"),
    ("₹|Rs\\.?", 20, "IN PK NP LK MU"),
    ("₩", 60, "KR"),
    ("₪|NIS", 60, "IL PS"),
    ("₫|VND", 60, "VN"),
    ("฿|THB", 60, "TH"),
    ("₴|грн", 60, "UA"),
    ("₽|руб", 60, "RU BY"),
    ("₺|TL", 30, "TR"),
    ("₱|PHP", 60, "PH"),
    ("₦", 60, "NG"),
    ("₡", 60, "CR"),
    ("₸", 60, "KZ"),
    ("₮", 60, "MN"),
    ("zł|zl|PLN", 60, "PL"),
    ("Kč|CZK", 60, "CZ"),
    ("Ft|HUF", 30, "HU"),
    ("lei|RON", 40, "RO MD"),
    ("kr|,-", 12, "NO SE DK IS FO GL"),
    ("SEK", 60, "SE"),
    ("NOK", 60, "NO"),
    ("DKK", 60, "DK FO GL"),
    ("CHF|Fr\\.", 40, "CH LI"),
    ("R\\$", 60, "BR"),
    ("S/\\.?", 40, "PE"),
    ("RM", 40, "MY"),
    ("Rp\\.?", 40, "ID"),
    ("NT\\$", 60, "TW"),
    ("HK\\$", 60, "HK"),
    ("A\\$|AUD", 40, "AU"),
    ("NZ\\$|NZD", 40, "NZ"),
    ("S\\$|SGD", 40, "SG"),
    ("C\\$|CAD", 40, "CA"),
    ("¥|円", 30, "JP CN"),
    ("元", 40, "CN TW"),
    ("KSh|Ksh|KES", 40, "KE"),
    ("TSh|TZS", 40, "TZ"),
    ("UGX", 60, "UG"),
    ("ден", 60, "MK"),
    ("лв", 60, "BG"),
    ("дин|RSD", 60, "RS"),
    (r"(?<![A-Z])\$", 4, "US CA AU NZ MX CL CO AR SG HK TW EC PA SV UY"),
)
_AMOUNT = r"\d[\d.,' ]{0,12}"

# Of post codes only those whose form is one country's own, or stands with its letters.
_POSTCODES: tuple[tuple[str, float, str], ...] = (
    (r"\b[A-PR-UWYZ][A-HK-Y]?\d[A-HJKPSTUW\d]? \d[ABD-HJLNP-UW-Z]{2}\b", 50, "GB"),
    (r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d\b", 50, "CA"),
    (r"\b[1-9]\d{3} (?!S[ADS]\b)[A-Z]{2}\b(?! ?\d)", 15, "NL"),
    (r"〒 ?\d{3}-?\d{4}", 100, "JP"),
    (r"\b\d{5}-\d{3}\b", 40, "BR"),
    (r"\b[1-9]\d{3}-\d{3}\b", 30, "PT"),
    (r"(?<![\d-])\d{2}-\d{3}(?![\d-]) [^\W\d]", 20, "PL"),
    (r"\b[ACDEFHKNPRTVWXY](?:\d\d|6W) [ACDEFHKNPRTVWXY\d]{4}\b", 30, "IE"),
    (r"\bLV-\d{4}\b", 80, "LV"),
    (r"\bLT-\d{5}\b", 80, "LT"),
    (r"\b[A-Z][a-z]+,? (?:A[KLRZ]|C[AOT]|DE|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|"
     r"O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]) \d{5}(?:-\d{4})?\b", 60, "US"),
    (r"\b(?:NSW|VIC|QLD|TAS|ACT) \d{4}\b", 80, "AU"),
)  # fmt: skip

# A whole line, or all but a country's letters; many countries share a form, and cars travel.
_PLATES: tuple[tuple[str, float, str], ...] = (
    (r"[A-Z]{2}\d{2} ?[A-Z]{3}", 25, "GB"),
    (r"[A-Z]{2}-\d{3}-[A-Z]{2}", 15, "FR IT"),
    (r"[A-Z]{2} ?\d{3} ?[A-Z]{2}", 6, "IT FR AR AL RS"),
    (r"\d{4} ?[BCDFGHJKLMNPRSTVWXYZ]{3}", 15, "ES"),
    (r"\d{2}-[A-Z]{1,2}-\d{1,6}|\d{3}-[A-Z]{1,2}-\d{1,6}", 25, "IE"),
    (r"[A-Z]{2}-\d{2}-[A-Z]{2}|\d{2}-[A-Z]{2}-[A-Z]{2}|[A-Z]{2}-[A-Z]{2}-\d{2}|"
     r"\d{2}-[A-Z]{3}-\d|\d-[A-Z]{3}-\d{2}|[A-Z]-\d{3}-[A-Z]{2}|[A-Z]{2}-\d{3}-[A-Z]",
     20, "NL"),
    (r"\d-[A-Z]{3}-\d{3}", 40, "BE"),
    (r"[A-Z]{2} ?\d{2} ?[A-Z]{1,2} ?\d{4}", 50, "IN"),
    (r"[A-Z]{3} ?\d[A-Z]\d{2}", 25, "BR"),
    (r"[АВЕКМНОРСТУХ] ?\d{3} ?[АВЕКМНОРСТУХ]{2} ?\d{2,3}", 50, "RU"),
    (r"[A-Z]{1,3}[:. -][A-Z]{1,2} ?\d{1,4}", 6, "DE"),
    (r"[A-Z]{2} ?\d{2}-?[A-Z]{2}", 3, "NO DK SK"),
    (r"[A-Z]{3} ?\d{2}[A-Z\d]", 5, "SE FI LT HU"),
)  # fmt: skip

_UNITS: tuple[tuple[str, float, str], ...] = (
    (r"\bm\.?p\.?h\.?\b|\bmiles?\b", 15, "GB US IM JE GG PR"),
    (r"(?<=\d) ?(?:yds|yards)\b", 20, "GB IM"),
    (r"(?<=\d) ?(?:sq ?ft|ft|feet)\b", 4, "US GB IN"),
    (r"(?<=\d) ?gal\b|per gallon", 8, "US PR EC CO PE GT"),
    (r"坪", 40, "TW JP"),
)

_ROADS: tuple[tuple[str, float, str], ...] = (
    (r"\b(?:I|US|U\.S\.)[ -]\d{1,3}\b", 15, "US"),
    (r"\b(?:interstate|state route|county road) \d", 15, "US"),
    (r"^A\d{2,4}(?:\(M\))?$|\(A\d{2,4}(?:\(M\))?\)|\(M\d{1,2}\)", 12, "GB"),
    (r"^B\d{3,4}$|\bB\d{4}\b", 15, "GB IM"),
    (r"\bD ?\d{2,4}[A-Z]?\b", 5, "FR HR TR CZ"),
    (r"\bBR-\d{3}\b", 60, "BR"),
    (r"\b(?:SS|SP|S\.S\.|S\.P\.) ?n?\.? ?\d{1,3}\b", 12, "IT BR"),
    (r"\b(?:Fv|Rv)\.? ?\d{1,4}\b", 30, "NO"),
    (r"\bE ?\d{2}\b(?! ?[A-Z\d])", 3,
     "NO SE FI DK DE BE NL LU FR ES PT IT AT CH CZ SK PL HU RO BG HR SI RS ME BA MK AL GR TR UA "
     "BY LT LV EE MD RU"),
    (r"\bN ?\d{1,3}\b", 3, "FR BE NL IE ES LU CH ZA IN"),
    (r"\bR ?\d{3}\b", 4, "IE ZA"),
    (r"\bSH ?\d{1,2}\b", 6, "NZ IN"),
    (r"\bL ?\d{3,4}\b", 3, "DE AT IE"),
)  # fmt: skip


def domains(line: TextLine) -> Iterator[Clue]:
    """A country's top-level domain; those that are sold for what they spell say nothing."""
    for name in _NAME.findall(line.text.replace(" .", ".")):
        domain = name.rsplit(".", 1)[1].upper()
        code = {"UK": "GB"}.get(domain, domain)
        if code not in CODES or code in _SPELLING_DOMAINS.split():
            continue
        # A full stop without a space after it looks like a domain: "calle.el".
        strength = _DOMAIN_STRENGTH if _ADDRESS.search(line.text) else _DOMAIN_STRENGTH / 4
        yield Clue.spoken(Kind.DOMAIN, f".{domain.lower()}", {code: 1}, strength, line)
        return


def phones(line: TextLine) -> Iterator[Clue]:
    """An international telephone number that its country's plan allows (libphonenumber).

    Raises:
        CluesError: if the extra `signs` is not installed.
    """
    match = _PHONE.search(line.text)
    if not match:
        return
    try:
        plans = import_module("phonenumbers")
    except ImportError as error:
        raise not_installed(error) from error
    digits = re.sub(r"^00", "+", re.sub(r"\(0\)", "", match[0]))
    try:
        number = plans.parse(digits)
    except plans.NumberParseException:
        return
    code = plans.region_code_for_number(number)
    if code in CODES:
        yield Clue.spoken(Kind.PHONE, f"+{number.country_code}", {code: 1}, _PHONE_STRENGTH, line)


def money(line: TextLine) -> Iterator[Clue]:
    """An amount with the sign or the letters of a currency."""
    for sign, strength, countries in _MONEY:
        word = rf"(?<![^\W\d_])(?:{sign})(?![^\W\d_])"
        match = re.search(rf"{word} ?{_AMOUNT}|{_AMOUNT} ?{word}", line.text)
        if match:
            (what, *_) = re.findall(sign, match[0])
            yield Clue.spoken(Kind.CURRENCY, what, _even(countries), strength, line)
            return


def postcodes(line: TextLine) -> Iterator[Clue]:
    """A post code whose form is one country's."""
    return _first(Kind.POSTCODE, _POSTCODES, line)


def plates(line: TextLine) -> Iterator[Clue]:
    """A number plate, of which only the form is told: 9 for a digit, A for a letter."""
    text = line.text.strip().strip("·.*").upper()
    for pattern, strength, countries in _PLATES:
        if re.fullmatch(pattern, text):
            yield Clue.spoken(Kind.PLATE, plate_form(text), _even(countries), strength, line)
            return


def plate_form(text: str) -> str:
    """A plate without what tells whose it is: "AB12 CDE" is "AA99 AAA"."""
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", text))


def units(line: TextLine) -> Iterator[Clue]:
    """Units that only some countries measure in."""
    return _first(Kind.UNIT, _UNITS, line, re.IGNORECASE)


def roads(line: TextLine) -> Iterator[Clue]:
    """Numbers of roads in the form of few countries."""
    return _first(Kind.ROAD, _ROADS, line)


def _first(
    kind: Kind,
    rules: tuple[tuple[str, float, str], ...],
    line: TextLine,
    flags: re.RegexFlag = re.NOFLAG,
) -> Iterator[Clue]:
    for pattern, strength, countries in rules:
        match = re.search(pattern, line.text, flags)
        if match:
            yield Clue.spoken(kind, match[0].strip(), _even(countries), strength, line)
            return


def _even(countries: str) -> Mapping[str, float]:
    return dict.fromkeys(countries.split(), 1.0)
