"""From a folder's name or a table's cell to a country: codes as they are written, names by letters.

Names: ISO 3166, CLDR's in English, French and each country's own languages (Babel), the short ones
of Natural Earth's and the World Bank's tables, and what else people call a country. A long official
name ("Republic of Poland") is its short one behind a form of government.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import iso3166
from babel.languages import get_official_languages

from geoloc.countries.names import CODES, locale_of, name, plain

_ALIASES = {
    "AE": ("UAE", "Emirates", "al-Imarat", "الإمارات"),
    "AG": ("Antigua and Barb.", "Antigua"),
    "AL": ("Shqiperia",),
    "AM": ("Hayastan",),
    "AR": ("Argentine Republic",),
    "AT": ("Oesterreich",),
    "AX": ("Aland", "Aaland"),
    "BA": ("Bosnia", "Bosnia and Herz.", "BiH"),
    "BD": ("Bangla Desh",),
    "BG": ("Bulgariya",),
    "BL": ("St-Barth", "Saint Barts", "St-Barths"),
    "BN": ("Brunei", "Negara Brunei Darussalam"),
    "BQ": ("Bonaire", "Sint Eustatius", "Saba", "BES Islands"),
    "BT": ("Druk Yul",),
    "BV": ("Bouvet",),
    "BY": ("Byelorussia", "Belorussia"),
    "BZ": ("Belice",),
    "CC": ("Cocos Islands", "Keeling Islands", "Cocos Is."),
    "CD": (
        "DRC",
        "DR Congo",
        "D.R. Congo",
        "RD Congo",
        "Zaire",
        "Dem. Rep. Congo",
        "Dem. Rep. of the Congo",
        "Dem. Rep. of Congo",
        "Congo, Dem. Rep.",
        "Congo DR",
        "Congo DRC",
        "Congo Kinshasa",
    ),
    "CF": ("CAR", "Central African Rep.", "Central Africa"),
    "CG": (
        "Republic of the Congo",
        "Congo Republic",
        "Congo, Rep.",
        "Rep. Congo",
        "Rep. of the Congo",
        "Rep. of Congo",
        "Congo Brazzaville",
    ),
    "CH": ("Swiss Confederation", "Confoederatio Helvetica", "Helvetia"),
    "CI": ("Ivory Coast",),
    "CK": (
        "Cook Is.",
        "Kuki Airani",
    ),
    "CN": (
        "PRC",
        "P.R. China",
        "PR China",
        "Mainland China",
        "China, People's Republic",
        "Zhongguo",
    ),
    "CX": ("Christmas I.",),
    "CZ": ("Czech Republic", "Czech Rep."),
    "DO": ("Dominican Rep.",),
    "DZ": ("al-Jazair",),
    "EG": ("Egypt, Arab Rep.", "Misr"),
    "EH": ("W. Sahara", "Sahrawi Arab Democratic Republic", "SADR"),
    "ER": ("State of Eritrea",),
    "FJ": ("Viti",),
    "FK": ("Falklands", "Malvinas", "Islas Malvinas", "Falkland Is."),
    "FM": ("Micronesia, Fed. Sts.", "Fed. States of Micronesia", "Fed. Sts. Micronesia", "FSM"),
    "FO": ("Faroes", "Faeroe Islands", "Faeroe Is.", "Faroe Is."),
    "FR": ("French Republic",),
    "GA": ("Gabonese Republic",),
    "GB": (
        "UK",
        "Great Britain",
        "Britain",
        "England",
        "Scotland",
        "Wales",
        "Northern Ireland",
        "N. Ireland",
    ),
    "GE": ("Sakartvelo",),
    "GF": ("Guyane",),
    "GM": ("Gambia, The",),
    "GQ": ("Eq. Guinea", "Equat. Guinea"),
    "GR": ("Hellenic Republic", "Hellas", "Ellada"),
    "GS": (
        "South Georgia",
        "S. Geo. and the Is.",
        "S. Geo. and S. Sandw. Is.",
        "South Georgia and the Islands",
    ),
    "HK": ("Hong Kong SAR", "香港", "Hong Kong, China", "China, Hong Kong SAR", "Hongkong"),
    "HM": ("Heard I. and McDonald Is.",),
    "IE": ("Republic of Ireland", "Eire", "Ireland, Rep."),
    "IL": ("State of Israel", "Yisrael"),
    "IM": ("Isle of Man", "Ellan Vannin"),
    "IN": ("Bharat",),
    "IO": ("Br. Indian Ocean Ter.", "Chagos", "Chagos Archipelago", "Diego Garcia"),
    "IR": ("Iran, Islamic Rep.", "Iran, I.R.", "Persia"),
    "IT": ("Italian Republic",),
    "JP": ("Nippon", "Nihon"),
    "KG": ("Kyrgyz Republic", "Kyrgyz Rep.", "Kirghizia", "Kirgizstan"),
    "KH": ("Kampuchea",),
    "KM": ("Komori",),
    "KN": ("Saint Christopher and Nevis", "Federation of Saint Christopher and Nevis"),
    "KP": (
        "DPRK",
        "조선",
        "북조선",
        "Dem. Rep. Korea",
        "Dem. People's Rep. Korea",
        "Dem. People's Rep. of Korea",
        "Korea, Dem. People's Rep.",
        "Korea, Dem. Rep.",
        "Korea, D.P.R.",
        "Korea DPR",
        "Korea North",
        "N. Korea",
        "Choson",
    ),
    "KR": (
        "Korea, Rep.",
        "한국",
        "남한",
        "Rep. Korea",
        "Rep. of Korea",
        "Korea ROK",
        "ROK",
        "Korea South",
        "S. Korea",
        "Hanguk",
        "Daehan Minguk",
    ),
    "KW": ("State of Kuwait",),
    "KY": ("Cayman Is.", "Caymans"),
    "LA": ("Lao PDR", "Lao People's Dem. Rep.", "Lao P.D.R.", "Lao"),
    "LB": ("Lebanese Republic",),
    "LY": ("State of Libya", "Libyan Arab Jamahiriya"),
    "MA": ("al-Maghrib",),
    "MD": ("Moldova, Rep.", "Rep. of Moldova"),
    "ME": ("Црна Гора",),
    "MF": ("St-Martin", "St. Martin (French part)", "Saint Martin French part"),
    "MG": ("Madagasikara",),
    "MH": ("Marshall Is.",),
    "MK": (
        "Macedonia",
        "Македонија",
        "FYROM",
        "FYR Macedonia",
        "Macedonia, FYR",
        "Former Yugoslav Republic of Macedonia",
        "N. Macedonia",
        "Makedonija",
        "Severna Makedonija",
    ),
    "MM": ("Burma", "Union of Myanmar", "Republic of the Union of Myanmar", "Myanma"),
    "MN": ("Mongol Uls",),
    "MO": ("Macau", "Macao SAR", "澳门", "Macau SAR", "Macao, China", "China, Macao SAR"),
    "MP": ("Northern Marianas", "N. Mariana Is.", "N. Mariana Islands", "CNMI"),
    "MX": ("United Mexican States", "Estados Unidos Mexicanos"),
    "NL": ("Holland", "The Netherlands"),
    "NZ": ("Aotearoa", "Aotearoa New Zealand"),
    "PF": ("Fr. Polynesia",),
    "PG": ("PNG",),
    "PN": ("Pitcairn Is.", "Pitcairn Group of Islands"),
    "PR": ("Puerto Rico (U.S.)",),
    "PS": (
        "West Bank",
        "فلسطين",
        "Gaza",
        "Gaza Strip",
        "West Bank and Gaza",
        "West Bank and Gaza Strip",
        "State of Palestine",
        "Occupied Palestinian Territory",
    ),
    "PT": ("Portuguese Republic",),
    "PW": ("Belau",),
    "QA": ("State of Qatar",),
    "RE": ("La Reunion", "Reunion Island"),
    "RS": ("Srbija",),
    "RU": ("Rossiya", "Rossija", "Russian Fed."),
    "SA": ("KSA", "Saudi", "السعودية"),
    "SB": ("Solomon Is.", "Solomons"),
    "SC": ("Sesel",),
    "SD": ("Sudan, Rep.",),
    "SH": (
        "St. Helena, Ascension and Tristan da Cunha",
        "Saint Helena",
        "Ascension",
        "Tristan da Cunha",
    ),
    "SJ": ("Svalbard", "Jan Mayen", "Svalbard Is.", "Svalbard og Jan Mayen"),
    "SK": ("Slovak Republic", "Slovak Rep."),
    "SO": ("Somalia, Fed. Rep.", "Somaliland"),
    "SS": ("S. Sudan",),
    "ST": ("Sao Tome", "Sao Tome and Prin.", "S. Tome and Principe"),
    "SX": ("Saint Maarten", "St. Maarten", "Sint Maarten (Dutch part)"),
    "SY": ("Syrian Arab Rep.",),
    "SZ": ("Swaziland",),
    "TC": ("Turks and Caicos Is.", "Turks & Caicos"),
    "TD": ("Tchad",),
    "TF": (
        "Fr. S. Antarctic Lands",
        "Fr. S. and Antarctic Lands",
        "French Southern and Antarctic Lands",
        "TAAF",
    ),
    "TG": ("Togolese Republic",),
    "TH": ("Siam", "Prathet Thai", "ประเทศไทย"),
    "TL": ("East Timor",),
    "TN": ("Tunisian Republic",),
    "TR": ("Turkey",),
    "TW": (
        "Taiwan, China",
        "China, Taiwan",
        "Taiwan, ROC",
        "Taiwan, Province of China",
        "Chinese Taipei",
        "Republic of China",
        "Republic of China (Taiwan)",
        "ROC",
    ),
    "TZ": ("Tanzania, United Rep.", "United Rep. of Tanzania"),
    "UA": ("Ukraina", "The Ukraine"),
    "UM": ("US Minor Outlying Islands", "U.S. Minor Outlying Is.", "USMOI"),
    "US": ("America", "Etats-Unis d'Amerique"),
    "VA": (
        "Vaticano",
        "Holy See",
        "Vatican City State",
        "Holy See (Vatican City)",
        "Holy See (Vatican City State)",
    ),
    "VC": ("St. Vin. and Gren.", "Saint Vincent"),
    "VE": ("Venezuela, RB", "Venezuela, R.B."),
    "VG": ("BVI", "British Virgin Is.", "Virgin Islands (British)", "Virgin Islands (U.K.)"),
    "VI": (
        "USVI",
        "U.S. Virgin Is.",
        "Virgin Islands (U.S.)",
        "Virgin Islands of the United States",
        "United States Virgin Islands",
    ),
    "WF": ("Wallis and Futuna Is.", "Wallis and Futuna Islands"),
    "XK": ("Kosovo, Rep.",),
    "YE": ("Yemen, Rep.",),
}
# Letters with points between them are an abbreviation, not a code with rubbish in it: "N.A." is
# Namibia to nobody.
_DOTTED = {"u.s.": "US", "u.s": "US", "u.s.a.": "US", "u.s.a": "US", "u.k.": "GB", "u.k": "GB"}
_DOTTED |= {"u.a.e.": "AE", "u.a.e": "AE", "d.r.c.": "CD", "p.r.c.": "CN", "d.p.r.k.": "KP"}

_JOINING_WORDS = {"and", "et", "the", "of"}
_GOVERNMENT = re.compile(
    r"(?:the )?(?:[\w'’-]+(?: and)? ){0,3}?"
    r"(?:republic|rep|kingdom|commonwealth|principality|sultanate|grand duchy|union|emirate|"
    r"federation|bailiwick|territory|collectivity|department|country|nation|independent state|"
    r"plurinational state) of (?:the )?(.+)"
)


def code_of(text: str) -> str | None:
    """The country that a folder name or table cell means, None when that is not certain.

    Understands alpha-2 and alpha-3 codes as they are written, in either case, and names in English,
    French and the country's own languages, and those that data sets give their folders; of names,
    case, accents, spaces, hyphens and underscores do not matter. Names that stand for several
    countries ("Korea", "Virgin Islands") are not guessed, and "N/A" is no Namibia.

    Example:
        >>> code_of("Korea, South"), code_of("N/A"), code_of("NA")
        ('KR', None, 'NA')
    """
    # A file name that is not valid text would lose letters below and could become another's name.
    if any("\ud800" <= char <= "\udfff" for char in text):
        return None
    written = text.strip().casefold()
    code = _codes().get(written) or _DOTTED.get(written)
    return code or _by_name(text) or _by_government(text) or _by_both_names(text)


def is_code(text: str) -> bool:
    """Whether a text is a country's alpha-2 or alpha-3 code, in either case."""
    return text.strip().casefold() in _codes()


@cache
def _codes() -> dict[str, str]:
    codes = {country.alpha3.casefold(): country.alpha2 for country in iso3166.countries}
    return codes | {code.casefold(): code for code in CODES}


def _by_name(text: str) -> str | None:
    names = _names()
    return next((names[form] for form in _forms(text) if form in names), None)


def _by_government(text: str) -> str | None:
    """The country of an official name, such as "Federal Republic of Germany"."""
    match = _GOVERNMENT.fullmatch(re.sub(r"[\s_]+", " ", plain(text)).strip())
    return _by_name(match[1]) if match else None


def _by_both_names(text: str) -> str | None:
    """The country of "Germany, Federal Republic of", and of two names: "Burma (Myanmar)"."""
    turned = re.fullmatch(r"([^,]+),([^,]+)", text)
    if turned:
        return _by_government(f"{turned[2]} {turned[1]}")
    both = re.fullmatch(r"([^()]+)\(([^()]+)\)\s*", text)
    named = {_by_name(part) or _by_government(part) for part in both.groups()} if both else ()
    return named.pop() if len(named) == 1 else None


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for labels in (_in_english_and_french, _endonyms):
        owners: dict[str, set[str]] = {}
        for code in CODES:
            for label in labels(code):
                for form in _forms(label):
                    owners.setdefault(form, set()).add(code)
        # One name for two countries is nobody's: Sint Maarten's own Dutch has "Sint-Maarten" too.
        names = {form: min(codes) for form, codes in owners.items() if len(codes) == 1} | names
    return names


def _in_english_and_french(code: str) -> Iterator[str]:
    country = iso3166.countries_by_alpha2[code]
    formal = (country.name, country.apolitical_name)
    yield from formal
    yield from (" ".join(reversed(label.split(", "))) for label in formal)
    for tongue in ("en", "fr"):
        yield locale_of(tongue).territories[code]
        yield name(code, tongue)
    yield from _ALIASES.get(code, ())


def _endonyms(code: str) -> Iterator[str]:
    """A country's name in its own languages, and as "South Korea" turned to "Korea, South"."""
    for language in get_official_languages(code, regional=True, de_facto=True):
        for script in ("", "_Latn", "_Cyrl", "_Hant", "_Hans"):
            try:
                territories = locale_of(language + script).territories
            except ValueError:
                continue
            if code in territories:
                yield territories[code]
    for label in list(_in_english_and_french(code)):
        first, _, rest = label.partition(" ")
        if rest and "," not in label:
            yield f"{rest}, {first}"


def _forms(text: str) -> list[str]:
    """The text as bare letters: with every word, and without "and", "of", "the"."""
    words = re.findall(r"\w+", re.sub(r"['’‘ʼʻ`]", "", plain(text)).replace("_", " "))
    words = ["saint" if word == "st" else word for word in words]
    telling = [word for word in words if word not in _JOINING_WORDS]
    return [form for form in ("".join(words), "".join(telling)) if form]
