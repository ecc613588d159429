"""Reading text in pictures of signs."""

import subprocess
import sys

import numpy as np
import pytest

from geoloc.clues import CluesError, clues_of, read_text
from geoloc.clues import reader as readers
from geoloc.photo import Photo
from tests.geoloc.clues.signs import sign


@pytest.fixture
def extra():
    pytest.importorskip("rapidocr", reason="needs the extra `signs`")


@pytest.mark.usefixtures("extra")
@pytest.mark.parametrize("text", ["Killorglin", "Zakaz wstępu", "Straße 17", "ΦΑΡΜΑΚΕΙΟ", "東京駅"])
def test_a_line_is_read_where_it_stands(text):
    line, *others = read_text(sign(text))
    assert line.text.replace(" ", "") == text.replace(" ", "")
    assert line.confidence > 0.8
    assert not others
    xs, ys = zip(*line.box, strict=True)
    assert 100 < min(xs) < 180
    assert 200 < min(ys) < max(ys) < 320


@pytest.mark.usefixtures("extra")
def test_lines_are_read_from_top_to_bottom():
    assert [line.text for line in read_text(sign("Killarney", "Tralee"))] == ["Killarney", "Tralee"]


@pytest.mark.usefixtures("extra")
@pytest.mark.parametrize("turn", [-15, 0, 15])
def test_a_slanted_line_has_its_angle(turn):
    (line,) = read_text(sign("Killorglin", turn=turn))
    assert line.text == "Killorglin"
    assert abs(line.angle - turn) < 4


@pytest.mark.usefixtures("extra")
def test_a_photo_without_text_has_no_lines():
    assert read_text(Photo(np.full((300, 400, 3), 90, np.uint8), "0" * 64)) == ()


@pytest.mark.usefixtures("extra")
def test_a_sign_in_a_photo_speaks_for_its_country():
    clues = clues_of(read_text(sign("Killorglin", "12 km")))
    assert clues[0].likelihoods["IE"] == clues[0].strength


@pytest.mark.usefixtures("extra")
def test_a_folder_of_another_script_says_what_it_lacks(tmp_path):
    with pytest.raises(CluesError, match=r"rec\.onnx") as caught:
        read_text(sign("서울"), script=tmp_path)
    assert caught.value.code == "script-incomplete"


@pytest.mark.parametrize("package", ["rapidocr", "onnxruntime"])
def test_without_the_extra_a_sentence_says_what_to_install(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    readers._reader.cache_clear()
    with pytest.raises(CluesError, match=r"where-am-i\[signs\]"):
        read_text(sign("Killorglin"))
    readers._reader.cache_clear()


def test_importing_the_library_loads_nothing_of_the_extra():
    code = (
        "import sys, geoloc.clues, geoloc.cli; "
        "print(*{'rapidocr', 'onnxruntime', 'py3langid', 'phonenumbers'} & sys.modules.keys())"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""
