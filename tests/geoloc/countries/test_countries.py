"""Tests of geoloc.countries: codes and names, flags, borders and outlines."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from geoloc.countries import (
    CODES,
    area_km2,
    centroid,
    code_of,
    country_at,
    flag,
    flag_image,
    name,
    outlines,
)
from geoloc.countries.borders import REACH_M
from geoloc.geo import METRES_PER_DEGREE, LatLon, haversine_m

# Folders of the GeoGuessr 50k photos, with their codes.
GEOGUESSR_FOLDERS = {
    "AX": "Aland",
    "AL": "Albania",
    "AS": "American Samoa",
    "AD": "Andorra",
    "AQ": "Antarctica",
    "AR": "Argentina",
    "AM": "Armenia",
    "AU": "Australia",
    "AT": "Austria",
    "BD": "Bangladesh",
    "BY": "Belarus",
    "BE": "Belgium",
    "BM": "Bermuda",
    "BT": "Bhutan",
    "BO": "Bolivia",
    "BW": "Botswana",
    "BR": "Brazil",
    "BG": "Bulgaria",
    "KH": "Cambodia",
    "CA": "Canada",
    "CL": "Chile",
    "CN": "China",
    "CO": "Colombia",
    "CR": "Costa Rica",
    "HR": "Croatia",
    "CW": "Curacao",
    "CZ": "Czechia",
    "DK": "Denmark",
    "DO": "Dominican Republic",
    "EC": "Ecuador",
    "EG": "Egypt",
    "EE": "Estonia",
    "SZ": "Eswatini",
    "FO": "Faroe Islands",
    "FI": "Finland",
    "FR": "France",
    "DE": "Germany",
    "GH": "Ghana",
    "GI": "Gibraltar",
    "GR": "Greece",
    "GL": "Greenland",
    "GU": "Guam",
    "GT": "Guatemala",
    "HK": "Hong Kong",
    "HU": "Hungary",
    "IS": "Iceland",
    "IN": "India",
    "ID": "Indonesia",
    "IQ": "Iraq",
    "IE": "Ireland",
    "IM": "Isle of Man",
    "IL": "Israel",
    "IT": "Italy",
    "JP": "Japan",
    "JE": "Jersey",
    "JO": "Jordan",
    "KE": "Kenya",
    "KG": "Kyrgyzstan",
    "LA": "Laos",
    "LV": "Latvia",
    "LB": "Lebanon",
    "LS": "Lesotho",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "MO": "Macao",
    "MG": "Madagascar",
    "MY": "Malaysia",
    "ML": "Mali",
    "MT": "Malta",
    "MQ": "Martinique",
    "MX": "Mexico",
    "MC": "Monaco",
    "MN": "Mongolia",
    "ME": "Montenegro",
    "MZ": "Mozambique",
    "MM": "Myanmar",
    "NP": "Nepal",
    "NL": "Netherlands",
    "NZ": "New Zealand",
    "NG": "Nigeria",
    "MK": "North Macedonia",
    "MP": "Northern Mariana Islands",
    "NO": "Norway",
    "PK": "Pakistan",
    "PS": "Palestine",
    "PY": "Paraguay",
    "PE": "Peru",
    "PH": "Philippines",
    "PN": "Pitcairn Islands",
    "PL": "Poland",
    "PT": "Portugal",
    "PR": "Puerto Rico",
    "QA": "Qatar",
    "RE": "Reunion",
    "RO": "Romania",
    "RU": "Russia",
    "SM": "San Marino",
    "SN": "Senegal",
    "RS": "Serbia",
    "SG": "Singapore",
    "SK": "Slovakia",
    "SI": "Slovenia",
    "ZA": "South Africa",
    "GS": "South Georgia and South Sandwich Islands",
    "KR": "South Korea",
    "SS": "South Sudan",
    "ES": "Spain",
    "LK": "Sri Lanka",
    "SJ": "Svalbard and Jan Mayen",
    "SE": "Sweden",
    "CH": "Switzerland",
    "TW": "Taiwan",
    "TZ": "Tanzania",
    "TH": "Thailand",
    "TN": "Tunisia",
    "TR": "Turkey",
    "UG": "Uganda",
    "UA": "Ukraine",
    "AE": "United Arab Emirates",
    "GB": "United Kingdom",
    "US": "United States",
    "UY": "Uruguay",
    "VI": "US Virgin Islands",
    "VN": "Vietnam",
}

OTHER_SPELLINGS = [
    ("Åland", "AX"),
    ("aland_islands", "AX"),
    ("Bosnia", "BA"),
    ("bosnia-and-herzegovina", "BA"),
    ("Brunei", "BN"),
    ("Burma", "MM"),
    ("Cape Verde", "CV"),
    ("cabo verde", "CV"),
    ("Congo", "CG"),
    ("DR Congo", "CD"),
    ("Democratic Republic of the Congo", "CD"),
    ("Cote d'Ivoire", "CI"),
    ("Côte_d’Ivoire", "CI"),
    ("Ivory Coast", "CI"),
    ("Curaçao", "CW"),
    ("Czech Republic", "CZ"),
    ("UK", "GB"),
    ("Great Britain", "GB"),
    ("Scotland", "GB"),
    ("The Gambia", "GM"),
    ("Iran", "IR"),
    ("North Korea", "KP"),
    ("Korea, Republic of", "KR"),
    ("Macau", "MO"),
    ("Macedonia", "MK"),
    ("Micronesia", "FM"),
    ("Moldova", "MD"),
    ("Palestinian Territories", "PS"),
    ("Réunion", "RE"),
    ("Russian Federation", "RU"),
    ("St. Lucia", "LC"),
    ("SaintLucia", "LC"),
    ("St_Vincent_and_the_Grenadines", "VC"),
    ("Swaziland", "SZ"),
    ("Syria", "SY"),
    ("East Timor", "TL"),
    ("Trinidad & Tobago", "TT"),
    ("Trinidad And Tobago", "TT"),
    ("Türkiye", "TR"),
    ("USA", "US"),
    ("U.S.A.", "US"),
    ("United States of America", "US"),
    ("U.S. Virgin Islands", "VI"),
    ("British Virgin Islands", "VG"),
    ("Viet Nam", "VN"),
    ("Vatican", "VA"),
    ("Kosovo", "XK"),
    ("Espagne", "ES"),
    ("corée du sud", "KR"),
    ("and", "AD"),
    ("ET", "ET"),
    ("no", "NO"),
]

# What is written where a country is not known, and what is a code no longer with a sign in it.
NO_COUNTRY = ["N/A", "n/a", "n.a.", "N.A.", "#N/A", "<NA>", "-", "--", "?", "F-R", "D.E.", "(in)"]
NO_COUNTRY += ["unknown", "none", "null", "nan"]

# Natural Earth's and the World Bank's short names, those of the CIA's Factbook, and endonyms.
TABLES_SPELLINGS = {
    "AG": "Antigua and Barb.",
    "BA": "Bosnia and Herz.",
    "BS": "Bahamas, The",
    "CD": "Dem. Rep. Congo; Congo, Dem. Rep.; Congo, Democratic Republic of the; D.R. Congo",
    "CF": "Central African Rep.",
    "CG": "Congo, Rep.; Republic of Congo; Congo, Republic of the",
    "CN": "People's Republic of China; China, People's Republic of; 中国",
    "CZ": "Czech Rep.; Česko",
    "DO": "Dominican Rep.; República Dominicana",
    "EG": "Egypt, Arab Rep.; مصر",
    "EH": "W. Sahara",
    "FK": "Falkland Is.; Falkland Islands (Islas Malvinas)",
    "FM": "Micronesia, Fed. Sts.; Micronesia, Federated States of",
    "FO": "Faeroe Is.; Føroyar; Foroyar",
    "GM": "Gambia, The",
    "GQ": "Eq. Guinea",
    "HK": "Hong Kong SAR, China",
    "IR": "Iran, Islamic Rep.; Iran, Islamic Republic of",
    "KG": "Kyrgyz Republic",
    "KN": "St. Kitts and Nevis",
    "KP": "Korea, North; Korea, Dem. People's Rep.; Korea, Dem. People’s Rep.; Dem. Rep. Korea",
    "KR": "Korea, South; Korea, Rep.; Republic of Korea; 한국; 대한민국",
    "LA": "Lao PDR",
    "MF": "St. Martin (French part)",
    "MH": "Marshall Is.",
    "MK": "Republic of Macedonia; Macedonia, FYR; North Macedonia",
    "MO": "Macao SAR, China",
    "MP": "N. Mariana Is.",
    "PF": "Fr. Polynesia",
    "PS": "West Bank and Gaza; State of Palestine",
    "SB": "Solomon Is.",
    "SK": "Slovak Republic; Slovensko",
    "SO": "Somalia, Fed. Rep.",
    "SS": "S. Sudan",
    "SX": "Sint Maarten (Dutch part)",
    "TC": "Turks and Caicos Is.",
    "TW": "Taiwan, China",
    "VA": "Holy See (Vatican City)",
    "VC": "St. Vin. and Gren.; St. Vincent and the Grenadines",
    "VE": "Venezuela, RB",
    "VI": "Virgin Islands (U.S.); U.S. Virgin Is.",
    "YE": "Yemen, Rep.",
    "DE": "Deutschland; Federal Republic of Germany; Germany, Federal Republic of",
    "AT": "Österreich; Oesterreich; Osterreich",
    "BR": "Brasil; Federative Republic of Brazil",
    "CH": "Schweiz; Suisse; Svizzera; Swiss Confederation",
    "ES": "España; Espana; Kingdom of Spain",
    "FI": "Suomi",
    "GR": "Ελλάδα; Hellas",
    "HR": "Hrvatska",
    "HU": "Magyarország; Magyarorszag",
    "IN": "भारत; Bharat; Republic of India",
    "IT": "Italia",
    "JP": "日本; Nippon",
    "LT": "Lietuva",
    "MX": "México; United Mexican States",
    "NL": "Nederland; Kingdom of the Netherlands",
    "NO": "Norge; Noreg",
    "PL": "Polska; Republic of Poland",
    "RS": "Србија; Srbija",
    "RU": "Россия; Rossiya",
    "SE": "Sverige",
    "UA": "Україна",
    "UZ": "Oʻzbekiston; O'zbekiston",
}

CITIES = [
    ("Paris", 48.8566, 2.3522, "FR"),
    ("Warsaw", 52.2297, 21.0122, "PL"),
    ("Tokyo", 35.6762, 139.6503, "JP"),
    ("Nairobi", -1.2921, 36.8219, "KE"),
    ("Lima, by the sea", -12.1219, -77.0430, "PE"),
    ("Sydney", -33.8688, 151.2093, "AU"),
    ("Maseru, in an enclave", -29.3151, 27.4869, "LS"),
    ("San Marino", 43.9424, 12.4578, "SM"),
    ("Saint Peter's", 41.9022, 12.4533, "VA"),
    ("Rome", 41.9028, 12.4964, "IT"),
    ("Monaco", 43.7384, 7.4246, "MC"),
    ("Nice", 43.7102, 7.2620, "FR"),
    ("Gibraltar", 36.1408, -5.3536, "GI"),
    ("Detroit", 42.3314, -83.0458, "US"),
    ("Windsor, across the river", 42.3149, -83.0364, "CA"),
    ("El Paso", 31.7619, -106.4850, "US"),
    ("Ciudad Juárez", 31.6904, -106.4245, "MX"),
    ("Geneva", 46.2044, 6.1432, "CH"),
    ("Annemasse", 46.1930, 6.2350, "FR"),
    ("Strasbourg", 48.5734, 7.7521, "FR"),
    ("Kehl", 48.5740, 7.8120, "DE"),
    ("Bratislava", 48.1486, 17.1077, "SK"),
    ("Kinshasa", -4.3250, 15.3222, "CD"),
    ("Brazzaville", -4.2661, 15.2832, "CG"),
    ("Singapore", 1.2897, 103.8501, "SG"),
    ("Johor Bahru", 1.4655, 103.7578, "MY"),
    ("Hong Kong", 22.3000, 114.1700, "HK"),
    ("Shenzhen", 22.5431, 114.0579, "CN"),
    ("Macao", 22.1987, 113.5439, "MO"),
    ("Taipei", 25.0330, 121.5654, "TW"),
    ("Cayenne, overseas France", 4.9300, -52.3300, "GF"),
    ("Fort-de-France", 14.6000, -61.0700, "MQ"),
    ("Saint-Denis de La Réunion", -20.8823, 55.4504, "RE"),
    ("Longyearbyen", 78.2200, 15.6300, "SJ"),
    ("Kralendijk", 12.1500, -68.2700, "BQ"),
    ("Pristina", 42.6629, 21.1655, "XK"),
    ("Hargeisa", 9.5600, 44.0600, "SO"),
    ("Kyrenia", 35.3400, 33.3200, "CY"),
    ("Sevastopol", 44.6000, 33.5300, "UA"),
    ("Laayoune", 27.1418, -13.1875, "EH"),
    ("Ramallah", 31.9000, 35.2000, "PS"),
    ("Taveuni, at the antimeridian", -16.8500, -179.9700, "FJ"),
    ("Uelen, beyond the antimeridian", 66.1600, -169.8000, "RU"),
    ("Adak", 51.8800, -176.6500, "US"),
    ("Attu, beyond the antimeridian", 52.9000, 173.0000, "US"),
    ("McMurdo", -77.8500, 166.6700, "AQ"),
    ("the South Pole", -90.0, 0.0, "AQ"),
    ("the Golden Gate", 37.8199, -122.4783, "US"),
    ("10 km off Lisbon's coast", 38.6900, -9.6000, "PT"),
    ("the Atlantic", 30.0, -40.0, None),
    ("the Gulf of Guinea", 0.0, 0.0, None),
    ("the North Pole", 90.0, 0.0, None),
]

places = st.builds(LatLon, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(("code", "folder"), GEOGUESSR_FOLDERS.items())
def test_a_geoguessr_folder_is_its_country(code, folder):
    assert code_of(folder) == code


@pytest.mark.parametrize(("text", "code"), OTHER_SPELLINGS)
def test_other_spellings_are_understood(text, code):
    assert code_of(text) == code


@pytest.mark.parametrize(
    "text",
    ["", "  ", "the", "&", "Atlantis", "Korea", "Virgin Islands", "train", "ZZ", "USAA", "🇫🇷"],
)
def test_a_text_that_is_no_one_country_is_none(text):
    assert code_of(text) is None


@pytest.mark.parametrize("text", NO_COUNTRY)
def test_what_is_written_for_not_known_is_no_country(text):
    assert code_of(text) is None


@pytest.mark.parametrize("code", TABLES_SPELLINGS)
def test_names_of_other_peoples_tables_and_of_the_countries_themselves_are_known(code):
    spellings = TABLES_SPELLINGS[code].split("; ")
    assert {text: code_of(text) for text in spellings} == dict.fromkeys(spellings, code)


@given(st.sampled_from(CODES), st.sampled_from(["/", ".", "-", "<", ">", " "]), st.integers(0, 2))
def test_a_code_with_a_sign_in_it_is_that_code_no_more(code, sign, at):
    written = code[:at] + sign + code[at:]
    assert code_of(written) == (code if written.strip() == code else None)


@given(
    st.sampled_from(CODES),
    st.sampled_from(["en", "fr"]),
    st.sampled_from([str, str.upper, str.lower, str.swapcase]),
    st.sampled_from([" ", "_", "-", ""]),
)
def test_a_shown_name_leads_back_to_its_code_however_it_is_written(code, language, case, joint):
    assert code_of(case(name(code, language)).replace(" ", joint)) == code


@given(st.text())
def test_any_text_gives_a_code_or_none(text):
    assert code_of(text) in (None, *CODES)


def test_every_name_means_one_country_alone():
    for language in ("en", "fr"):
        names = {name(code, language) for code in CODES}
        assert len(names) == len(CODES) == 250


@pytest.mark.parametrize(
    ("code", "language", "shown"),
    [
        ("PL", "en", "Poland"),
        ("pl", "fr", "Pologne"),
        ("HK", "en", "Hong Kong"),
        ("HK", "fr", "Hong Kong"),
        ("DE", "pt-BR", "Alemanha"),
        ("JP", "ja", "日本"),
        ("XK", "en", "Kosovo"),
    ],
)
def test_a_country_is_named_in_the_readers_language(code, language, shown):
    assert name(code, language) == shown


@pytest.mark.parametrize("ask", [name, flag, flag_image, centroid, area_km2])
def test_an_unknown_code_is_refused_with_what_to_do(ask):
    with pytest.raises(ValueError, match="No country has the code 'QQ'.*ISO 3166-1"):
        ask("QQ")


def test_an_unknown_language_is_refused_with_what_to_do():
    with pytest.raises(ValueError, match="'klingon'.*language code"):
        name("FR", "klingon")


def test_a_flag_emoji_spells_its_code_in_regional_indicators():
    assert flag("FR") == flag("fr") == "🇫🇷"
    assert len({flag(code) for code in CODES}) == len(CODES)


def test_every_country_has_a_small_flag_picture():
    for code in CODES:
        kind, data = flag_image(code).split(",")
        png = base64.b64decode(data)
        assert kind == "data:image/png;base64"
        assert Image.open(BytesIO(png)).size == (80, 60)
        assert len(png) < 4096, code


def test_flag_pictures_show_the_right_colours():
    def colour(code, x, y):
        png = base64.b64decode(flag_image(code).split(",")[1])
        return Image.open(BytesIO(png)).convert("RGB").getpixel((x, y))

    red, green, blue = colour("FR", 15, 30)
    assert blue > 100 > red  # the hoist
    red, green, blue = colour("FR", 65, 30)
    assert red > 150 > green  # the fly
    assert min(colour("PL", 40, 15)) > 200  # white over red
    assert colour("PL", 40, 45)[0] > 150 > colour("PL", 40, 45)[1]


@pytest.mark.parametrize(
    ("lat", "lon", "code"), [city[1:] for city in CITIES], ids=[city[0] for city in CITIES]
)
def test_a_known_place_lies_in_its_country(lat, lon, code):
    assert country_at(LatLon(lat, lon)) == code


@given(places)
def test_any_place_lies_in_one_country_or_none(place):
    assert country_at(place) in (None, *CODES)


def test_a_place_at_sea_belongs_to_the_nearest_coast_within_reach_only():
    # Due west of Cabo da Roca, the western end of the mainland, nothing lies before the Azores.
    degree_m = METRES_PER_DEGREE * 0.7793  # cos 38.8°
    cape = LatLon(38.7804, -9.4989)
    near = LatLon(cape.lat, cape.lon - 0.9 * REACH_M / degree_m)
    far = LatLon(cape.lat, cape.lon - 1.1 * REACH_M / degree_m)
    assert haversine_m(cape, near) < REACH_M < haversine_m(cape, far)
    assert country_at(near) == "PT"
    assert country_at(far) is None


def test_the_nearest_coast_is_found_across_the_antimeridian():
    # Chukotka's coast is cut at 180°; off it, both sides of the cut see the same country.
    lat = 70.0 - 0.9  # south of Wrangel Island, off the mainland's north coast
    assert country_at(LatLon(lat, 179.99)) == country_at(LatLon(lat, -179.99)) == "RU"


def test_many_threads_get_the_same_answers():
    asked = [LatLon(lat, lon) for _, lat, lon, _ in CITIES] * 8
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(country_at, asked))
    assert answers == [code for *_, code in CITIES] * 8


def test_every_country_has_an_outline():
    features = outlines()["features"]
    assert outlines()["type"] == "FeatureCollection"
    assert sorted(feature["id"] for feature in features) == list(CODES)
    for feature in features:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert feature["properties"]["code"] == feature["id"]
        assert shape.geom_type == "MultiPolygon"
        assert shape.is_valid and shape.area > 0, feature["id"]
        assert shapely.box(-180, -90, 180, 90).covers(shape), feature["id"]


def test_outer_rings_run_clockwise_for_d3():
    for feature in outlines()["features"]:
        for rings in feature["geometry"]["coordinates"]:
            outer, *holes = (shapely.LinearRing(ring) for ring in rings)
            assert not outer.is_ccw, feature["id"]
            assert all(hole.is_ccw for hole in holes), feature["id"]


def test_no_outline_jumps_across_the_map():
    # A ring that crosses the antimeridian uncut is drawn as a band round the world.
    for feature in outlines()["features"]:
        for rings in feature["geometry"]["coordinates"]:
            lons = [lon for ring in rings for lon, _ in ring]
            steps = (
                abs(b - a) for ring in rings for (a, _), (b, _) in zip(ring, ring[1:], strict=False)
            )
            assert max(steps) < 10, feature["id"]
            assert max(lons) - min(lons) < 180 or feature["id"] == "AQ", feature["id"]


@pytest.mark.parametrize(
    ("code", "km2", "within"),
    [
        ("FR", 544_000, 0.02),
        ("DE", 357_000, 0.02),
        ("BR", 8_515_000, 0.02),
        ("LS", 30_355, 0.02),
        ("RE", 2_512, 0.05),
        ("SG", 735, 0.35),  # at 1:10 million much of its reclaimed land is missing
    ],
)
def test_areas_are_those_of_an_atlas(code, km2, within):
    assert area_km2(code) == pytest.approx(km2, rel=within)


def test_a_countrys_centroid_lies_in_the_country():
    for code in CODES:
        assert country_at(centroid(code)) == code


@pytest.mark.parametrize(
    ("code", "lat", "lon", "within_km"),
    [
        ("FR", 46.5, 2.5, 100),  # not pulled to the Caribbean
        ("US", 39.5, -98.5, 200),  # not pulled to Alaska
        ("FJ", -17.8, 178.0, 50),  # not on the other side of the world
        ("SG", 1.35, 103.8, 20),
        ("DE", 51.1, 10.4, 50),
    ],
)
def test_a_centroid_stands_in_the_main_land(code, lat, lon, within_km):
    assert haversine_m(centroid(code), LatLon(lat, lon)) < within_km * 1000


def test_a_file_name_that_is_no_valid_text_is_no_country():
    assert code_of("S\udce3o") is None
