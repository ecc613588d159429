"""The models at hand: a folder of checkpoint folders."""

import pytest

from geoloc.models.registry import available, deciding, load_model, median_error_m, of_task
from geoloc.models.release import CARD, ReplacedError, load, save
from tests.geoloc import small_models


def fill(folder):
    save(folder / "zebra", small_models.network(), small_models.country_card(name="zebra"))
    save(folder / "ant", small_models.network(), small_models.country_card(name="ant"))
    save(folder / "town", small_models.network(outputs=2), small_models.city_card(name="town"))


def test_every_checkpoint_is_listed_by_name(tmp_path):
    fill(tmp_path)
    (tmp_path / "notes.txt").touch()
    (tmp_path / "empty").mkdir()
    found, problems = available(tmp_path)
    assert [checkpoint.name for checkpoint in found] == ["ant", "town", "zebra"]
    assert problems == []


def test_an_unusable_checkpoint_is_a_sentence_and_hides_no_other(tmp_path):
    fill(tmp_path)
    (tmp_path / "ant" / CARD).write_text("{}")
    found, problems = available(tmp_path)
    assert [checkpoint.name for checkpoint in found] == ["town", "zebra"]
    assert list(map(str, problems)) == ["ant: card.json is not a model card of format 2."]


def test_a_task_has_its_own_models(tmp_path):
    fill(tmp_path)
    assert [checkpoint.name for checkpoint in of_task("country", tmp_path)] == ["ant", "zebra"]
    assert [checkpoint.name for checkpoint in of_task("city", tmp_path)] == ["town"]


def test_where_there_is_no_folder_there_are_no_models(tmp_path):
    assert available(tmp_path / "nowhere") == ([], [])


def test_models_are_ranked_by_val_so_that_test_says_how_good_the_choice_is(tmp_path):
    told = {"val": {"photos": 9, "p50": 90.0}, "test": {"photos": 9, "p50": 50.0}}
    town = save(
        tmp_path, small_models.network(outputs=2), small_models.city_card(name="town", metrics=told)
    )
    assert median_error_m(town) == 90.0


def test_without_scores_of_val_those_of_test_rank_and_without_any_none_do(tmp_path):
    told = {"test": {"photos": 9, "p50": 50.0}}
    town = save(
        tmp_path, small_models.network(outputs=2), small_models.city_card(name="town", metrics=told)
    )
    assert median_error_m(town) == 50.0
    town = save(
        tmp_path, small_models.network(outputs=2), small_models.city_card(name="town", metrics={})
    )
    assert deciding(town.city_card.metrics) is None and median_error_m(town) == float("inf")


def test_what_is_being_written_is_no_model_yet(tmp_path):
    fill(tmp_path)
    (tmp_path / "ant").rename(tmp_path / ".ant.0123.partial")
    assert [checkpoint.name for checkpoint in available(tmp_path)[0]] == ["town", "zebra"]


def test_a_model_replaced_while_it_is_opened_is_opened_as_it_is_now(tmp_path):
    fill(tmp_path)
    before = load(tmp_path / "ant")
    card = small_models.country_card(name="ant", title="Newer")
    save(tmp_path / "ant", small_models.network(seed=1), card)
    with pytest.raises(ReplacedError, match="published in its place"):
        before.network()
    assert load_model(before).checkpoint.title == "Newer"
