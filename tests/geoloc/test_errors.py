"""What the library says when something is wrong: a code, parameters, and an English sentence."""

import ast
import pickle
from collections import Counter
from string import Formatter

import pytest

from geoloc.errors import GeolocError, Notice
from geoloc.models.release import ReleaseError
from geoloc.networks.backbones import BackboneError
from geoloc.settings import PROJECT


@pytest.mark.parametrize("kind", [ReleaseError, BackboneError])
def test_every_error_of_the_library_can_be_caught_as_one(kind):
    with pytest.raises(GeolocError) as caught:
        raise kind("too_large", "This file has {size} MB.", size=31)
    assert isinstance(caught.value, ValueError)
    assert (caught.value.code, dict(caught.value.parameters)) == ("too_large", {"size": 31})
    assert str(caught.value) == "This file has 31 MB."


def test_an_error_that_names_another_says_its_sentence():
    inner = GeolocError("inner", "It is {what}.", what="gone")
    assert str(GeolocError("outer", "lite0: {error}", error=inner)) == "lite0: It is gone."


def test_braces_stay_where_there_are_no_parameters():
    assert str(Notice("braces", "a { b }")) == "a { b }"


def test_an_error_comes_whole_out_of_another_process():
    error = ReleaseError("damaged", "{model} is damaged.", model="lite0")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is ReleaseError
    assert str(copy) == "lite0 is damaged." and copy.notice == error.notice


def test_notices_of_one_kind_and_values_are_equal_and_can_be_kept_in_sets():
    one, other = (Notice("a", "{n}", {"n": 1}) for _ in range(2))
    assert one == other and len({one, other, Notice("a", "{n}", {"n": 2})}) == 2


def test_a_code_stands_for_one_thing_and_its_sentence_names_its_parameters_alone():
    raised: Counter[tuple[str, str]] = Counter()
    sentences: dict[tuple[str, str], set[str]] = {}
    for file in (PROJECT / "geoloc").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            kind = getattr(getattr(node, "func", None), "id", "")
            if not kind.endswith("Error") or len(getattr(node, "args", ())) != 2:
                continue
            code, template = (getattr(part, "value", None) for part in node.args)
            if not isinstance(template, str):
                continue
            places = {name for _text, name, *_rest in Formatter().parse(template) if name}
            given = {keyword.arg for keyword in node.keywords}
            assert None in given or places == given, f"{file}: {code}"
            raised[kind, code] += 1
            sentences.setdefault((kind, code), set()).add(template)
    assert len(raised) > 20
    assert not [key for key, said in sentences.items() if len(said) > 1]
