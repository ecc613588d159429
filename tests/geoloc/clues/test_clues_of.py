"""What text says of the country: a line a case, for each kind of clue."""

import pytest

pytest.importorskip("rapidocr", reason="needs the extra `signs`")

from geoloc.clues import Kind, TextLine, clues_of, typed_text

SAYS = [
    # text, kind, the countries it speaks for most
    ("ラーメン", Kind.SCRIPT, {"JP"}),
    ("東京駅", Kind.SCRIPT, {"JP"}),
    ("北京饭店", Kind.SCRIPT, {"CN"}),
    ("臺北車站", Kind.SCRIPT, {"HK", "MO", "TW"}),
    ("서울역", Kind.SCRIPT, {"KP", "KR"}),
    ("ร้านอาหาร", Kind.SCRIPT, {"TH"}),
    ("מסעדה", Kind.SCRIPT, {"IL"}),
    ("Αθήνα", Kind.SCRIPT, {"GR"}),
    ("თბილისი", Kind.SCRIPT, {"GE"}),
    ("Երևան", Kind.SCRIPT, {"AM"}),
    ("ਲੁਧਿਆਣਾ", Kind.SCRIPT, {"IN"}),
    ("Łąka", Kind.LETTERS, {"PL"}),
    ("kůň", Kind.LETTERS, {"CZ"}),
    ("erdő", Kind.LETTERS, {"HU"}),
    ("bò ở", Kind.LETTERS, {"VN"}),
    ("Їжак", Kind.LETTERS, {"UA"}),
    ("Þór", Kind.LETTERS, {"IS"}),
    ("SKLEP SPOŻYWCZY", Kind.WORD, {"PL"}),
    ("Biedronka", Kind.WORD, {"PL"}),
    ("FJELLSTUE", Kind.WORD, {"NO", "SJ"}),
    ("Storgatan", Kind.WORD, {"AX", "SE"}),
    ("PASSO CARRABILE", Kind.WORD, {"IT", "SM", "VA"}),
    ("Géill Slí", Kind.WORD, {"IE"}),
    ("ARAF", Kind.WORD, {"GB"}),
    ("RUMAH MAKAN", Kind.WORD, {"ID"}),
    ("SPEED LIMIT 35", Kind.WORD, {"US"}),
    ("Wstęp wzbroniony osobom nieupoważnionym przez właściciela", Kind.LANGUAGE, {"PL"}),
    ("Killorglin", Kind.PLACE, {"IE"}),
    ("WARSZAWA", Kind.PLACE, {"PL"}),
    ("Kyle of Lochalsh 23", Kind.PLACE, {"GB"}),
    ("BALLAGHASHEEN PASS", Kind.SOUND, {"IE"}),
    ("Österreich", Kind.COUNTRY, {"AT"}),
    ("www.hotel-post.at", Kind.DOMAIN, {"AT"}),
    ("info@shop.co.uk", Kind.DOMAIN, {"GB"}),
    ("+48 22 123 45 67", Kind.PHONE, {"PL"}),
    ("0048 22 123 45 67", Kind.PHONE, {"PL"}),
    ("+1 416 555 0123", Kind.PHONE, {"CA"}),
    ("3,50 zł", Kind.CURRENCY, {"PL"}),
    ("R$ 12,90", Kind.CURRENCY, {"BR"}),
    ("CHF 20", Kind.CURRENCY, {"CH", "LI"}),
    ("SW1A 1AA", Kind.POSTCODE, {"GB"}),
    ("K1A 0B6", Kind.POSTCODE, {"CA"}),
    ("Denver, CO 80202", Kind.POSTCODE, {"US"}),
    ("00-950 Warszawa", Kind.POSTCODE, {"PL"}),
    ("01310-100", Kind.POSTCODE, {"BR"}),
    ("AB12 CDE", Kind.PLATE, {"GB"}),
    ("12-D-12345", Kind.PLATE, {"IE"}),
    ("1-ABC-123", Kind.PLATE, {"BE"}),
    ("MH 12 AB 1234", Kind.PLATE, {"IN"}),
    ("MAX 30 MPH", Kind.UNIT, {"GB", "GG", "IM", "JE", "PR", "US"}),
    ("A835", Kind.ROAD, {"GB"}),
    ("BR-101", Kind.ROAD, {"BR"}),
    ("Fv 337", Kind.ROAD, {"NO"}),
]


@pytest.mark.parametrize(("text", "kind", "countries"), SAYS, ids=[case[0] for case in SAYS])
def test_text_speaks_for_countries(text, kind, countries):
    clue = next(clue for clue in typed_text(text) if clue.kind == kind)
    assert {c for c, times in clue.likelihoods.items() if times == clue.strength} == countries


SILENT = [
    "STOP",
    "TAXI",
    "Hotel",
    "Google",
    "© 2013 Google",
    "2013/05/21",
    "21.05.2013 14:32",
    "14:32",
    "Toyota",
    "MICHELIN",
    "Coca-Cola",
    "Police",
    "Restaurant",
    "WC",
    "7",
    "A",
    "www.example.com",
    "youtube.tv",
    "24 km",
    "435 meters",
    "XXXXXX",
]


@pytest.mark.parametrize("text", SILENT)
def test_text_that_stands_everywhere_says_nothing(text):
    assert typed_text(text) == ()


@pytest.mark.parametrize(("name", "fewer"), [("London", "Killorglin"), ("Oban", "Drogheda")])
def test_a_name_known_far_away_and_a_short_one_say_less(name, fewer):
    assert typed_text(name)[0].strength < typed_text(fewer)[0].strength


def test_a_place_of_many_countries_names_them_all():
    assert {"CA", "GB", "NZ"} <= typed_text("Whitby")[0].likelihoods.keys()


def test_a_name_in_a_sentence_says_less_than_one_alone():
    sentence = typed_text("Wer hat an der Uhr in Killorglin gedreht")
    place = next(clue for clue in sentence if clue.kind == Kind.PLACE)
    assert place.strength < typed_text("Killorglin")[0].strength / 4


def test_text_that_was_hardly_read_says_nothing():
    assert clues_of([TextLine("Killorglin", confidence=0.7)]) == ()


def test_what_stands_there_twice_is_said_once():
    assert len(clues_of([TextLine("Killorglin"), TextLine("KILLORGLIN")])) == 1


def test_a_plate_is_told_by_its_form_alone():
    clue = typed_text("AB12 CDE")[0]
    assert "AB12" not in clue.reason + str(clue.as_json())
    assert "AA99 AAA" in clue.reason


def test_the_strongest_clue_comes_first():
    strengths = [clue.strength for clue in typed_text("Rue\nwww.mairie.fr\n€ 5\nLyon")]
    assert len(strengths) > 2
    assert strengths == sorted(strengths, reverse=True)


def test_a_reason_says_what_was_read_and_how_strongly_it_speaks():
    assert (
        typed_text("Killorglin")[0].reason == "place name (killorglin): Ireland 40 times likelier"
    )


@pytest.mark.parametrize(
    "text",
    [
        "\ud800",
        "\x00\x00",
        "+" * 400,
        "1" * 500,
        "‮" * 50,
        "🙂🙂🙂",
        "ﷺ" * 100,
        "a." * 200,
        " \n \n",
    ],
)
def test_no_text_is_too_odd(text):
    typed_text(text)
