"""The reader of a folder a country, in its three layouts."""

import os

import numpy as np
import pytest

from training.data.sources import SourceError, read


def make(root, *paths):
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def test_folders_are_read_by_code_and_by_name(tmp_path):
    make(tmp_path, "FR/a.jpg", "POL/b.PNG", "South Korea/c.webp", "Czechia/d.jpeg", "de/e.jpg")
    table, problems = read("folders", tmp_path)
    countries = dict(zip(table["group"], table["country"], strict=True))
    assert countries == {
        "FR/a.jpg": "FR",
        "POL/b.PNG": "PL",
        "South Korea/c.webp": "KR",
        "Czechia/d.jpeg": "CZ",
        "de/e.jpg": "DE",
    }
    assert not problems
    assert np.isnan(table[["lat", "lon", "heading", "yaw"]].to_numpy()).all()


GEOGUESSR_50K = """
Aland, Albania, American Samoa, Andorra, Antarctica, Argentina, Armenia, Australia, Austria,
Bangladesh, Belarus, Belgium, Bermuda, Bhutan, Bolivia, Botswana, Brazil, Bulgaria, Cambodia,
Canada, Chile, China, Colombia, Costa Rica, Croatia, Curacao, Czechia, Denmark, Dominican Republic,
Ecuador, Egypt, Estonia, Eswatini, Faroe Islands, Finland, France, Germany, Ghana, Gibraltar,
Greece, Greenland, Guam, Guatemala, Hong Kong, Hungary, Iceland, India, Indonesia, Iraq, Ireland,
Isle of Man, Israel, Italy, Japan, Jersey, Jordan, Kenya, Kyrgyzstan, Laos, Latvia, Lebanon,
Lesotho, Lithuania, Luxembourg, Macao, Madagascar, Malaysia, Malta, Martinique, Mexico, Monaco,
Mongolia, Montenegro, Mozambique, Myanmar, Nepal, Netherlands, New Zealand, Nigeria,
North Macedonia, Northern Mariana Islands, Norway, Pakistan, Palestine, Paraguay, Peru,
Philippines, Pitcairn Islands, Poland, Portugal, Puerto Rico, Qatar, Reunion, Romania, Russia,
San Marino, Senegal, Serbia, Singapore, Slovakia, Slovenia, South Africa,
South Georgia and South Sandwich Islands, South Korea, South Sudan, Spain, Sri Lanka,
Svalbard and Jan Mayen, Sweden, Switzerland, Taiwan, Tanzania, Thailand, Tunisia, Turkey,
US Virgin Islands, Uganda, Ukraine, United Arab Emirates, United Kingdom, United States, Uruguay,
Venezuela, Vietnam
"""


def test_every_folder_name_of_geoguessr_50k_is_a_country(tmp_path):
    names = [name.strip() for name in GEOGUESSR_50K.replace("\n", " ").split(",")]
    make(tmp_path, *(f"compressed_dataset/{name}/canvas_1629265720.jpg" for name in names))
    table, problems = read("folders", tmp_path)
    assert not problems
    assert table["country"].nunique() == len(names) == 124
    codes = dict(zip(table["group"].str.split("/").str[1], table["country"], strict=True))
    assert {codes[name] for name in ("Aland", "Curacao", "Reunion", "US Virgin Islands")} == {
        "AX",
        "CW",
        "RE",
        "VI",
    }


@pytest.mark.parametrize("wrapper", ["compressed_dataset", "archive/compressed_dataset"])
def test_the_geoguessr_layout_is_read(tmp_path, wrapper):
    make(tmp_path, f"{wrapper}/Brazil/canvas_1629265720.jpg", f"{wrapper}/South Korea/canvas_1.jpg")
    table, problems = read("auto", tmp_path)
    assert table["country"].tolist() == ["BR", "KR"] and not problems
    assert table["path"][0] == str(tmp_path / wrapper / "Brazil" / "canvas_1629265720.jpg")


def test_folders_of_splits_are_kept_as_splits(tmp_path):
    make(tmp_path, *(f"country211/{s}/AD/1.jpg" for s in ("train", "valid", "test")))
    table, _ = read("auto", tmp_path)
    splits = dict(zip(table["group"], table["split"], strict=True))
    assert splits == {
        "country211/test/AD/1.jpg": "test",
        "country211/train/AD/1.jpg": "train",
        "country211/valid/AD/1.jpg": "val",
    }


def test_what_is_skipped_is_listed(tmp_path):
    make(
        tmp_path,
        "FR/a.jpg",
        "FR/notes.txt",
        "FR/old/b.jpg",
        "FR/._a.jpg",
        "Atlantis/c.jpg",
        "__MACOSX/FR/._a.jpg",
    )
    (tmp_path / "PL").mkdir()
    table, problems = read("folders", tmp_path)
    assert table["group"].tolist() == ["FR/a.jpg"]
    assert problems.reasons == {
        "folder is not named after a country": ["Atlantis"],
        "folder inside a country's folder": ["FR/old"],
        "not a photo by its name": ["FR/notes.txt"],
        "country's folder without photos": ["PL"],
    }
    assert "Atlantis\n      Rename it after a country" in str(problems)


def test_names_of_undecodable_bytes_are_skipped_and_can_be_printed(tmp_path):
    make(tmp_path, "FR/a.jpg")
    os.mkdir(os.fsencode(tmp_path) + b"/S\xe3o")
    for name in (b"/FR/s\xe3o.jpg", b"/S\xe3o/b.jpg"):
        with open(os.fsencode(tmp_path) + name, "wb"):
            pass
    table, problems = read("folders", tmp_path)
    assert table["group"].tolist() == ["FR/a.jpg"]
    assert list(problems.reasons) == [
        "file name is not Unicode",
        "folder is not named after a country",
    ]
    assert "s\\udce3o.jpg" in str(problems)


def test_only_unknown_folders_are_an_error_that_lists_them(tmp_path):
    make(tmp_path, "Atlantis/a.jpg", "Eldorado/b.jpg")
    with pytest.raises(SourceError, match="(?s)named after countries.*Atlantis, Eldorado"):
        read("folders", tmp_path)


def test_one_unknown_folder_is_named_in_the_error(tmp_path):
    make(tmp_path, "Atlantis/a.jpg")
    with pytest.raises(SourceError, match="Atlantis"):
        read("folders", tmp_path)


def test_moving_the_data_changes_no_split(tmp_path):
    names = [f"{code}/{i}.jpg" for code in ("FR", "PL") for i in range(30)]
    make(tmp_path / "here", *names)
    make(tmp_path / "there", *names)
    here, there = (read("folders", tmp_path / place).table for place in ("here", "there"))
    assert here["split"].tolist() == there["split"].tolist()
    assert set(here["split"]) == {"train", "val", "test"}


ASKED = {
    "yes and no": ({"yes", "no"}, {"no"}),
    "in and out": ({"in", "out"}, {"in"}),
    "a confusion matrix": ({"tp", "tn", "fp", "fn"}, {"tn"}),
    "words among names": ({"France", "Poland", "no", "misc"}, {"no"}),
    "words of three letters": ({"can", "bottle", "per"}, {"can", "per"}),
    "several among many": ({"tn", "in", "no", "cats", "dogs"}, {"tn", "in", "no"}),
}
TAKEN = {
    "codes alone": {"no", "in", "tn"},
    "many codes and another": {"no", "in", "tn", "de", "fr", "it", "pl", "es", "misc"},
    "codes in capitals": {"NO", "IN", "misc", "notes"},
    "one code": {"no"},
}


@pytest.mark.parametrize(("folders", "asked"), ASKED.values(), ids=ASKED)
def test_a_short_word_among_folders_that_are_no_countries_is_asked_about(tmp_path, folders, asked):
    make(tmp_path, "Spain/z.jpg", *(f"{folder}/a.jpg" for folder in folders))
    table, problems = read("folders", tmp_path)
    taken = set(table["group"].str.split("/").str[0])
    assert not taken & asked and "Spain" in taken
    assert set(problems.reasons["folder may be named after a country or be a plain word"]) == asked
    assert "as " + min(asked).upper() in str(problems)


def test_folders_that_are_all_in_doubt_are_no_data_set_and_the_question_is_put(tmp_path):
    make(tmp_path, "yes/a.jpg", "no/b.jpg")
    with pytest.raises(SourceError, match="plain words: no. .* no as NO or Norway"):
        read("auto", tmp_path)
    with pytest.raises(SourceError, match="plain word: no"):
        read("folders", tmp_path)


@pytest.mark.parametrize("folders", TAKEN.values(), ids=TAKEN)
def test_codes_that_are_plainly_meant_are_taken(tmp_path, folders):
    make(tmp_path, *(f"{folder}/a.jpg" for folder in folders))
    table, _ = read("auto", tmp_path)
    assert len(table) == len(folders - {"misc", "notes"})


@pytest.mark.parametrize(
    ("folder", "code"),
    [
        ("Korea, South", "KR"),
        ("Republic of Macedonia", "MK"),
        ("Dem. Rep. Congo", "CD"),
        ("Taiwan, China", "TW"),
        ("Deutschland", "DE"),
        ("España", "ES"),
    ],
)
def test_other_peoples_names_of_countries_are_known(tmp_path, folder, code):
    make(tmp_path, f"{folder}/a.jpg")
    assert read("auto", tmp_path).table["country"].tolist() == [code]
