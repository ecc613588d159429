"""The README claims nothing that the released models' cards don't say."""

from geoloc.models.registry import available
from geoloc.settings import PROJECT
from training.evaluation.figures import markdown

README = PROJECT / "README.md"


def test_the_figures_are_those_of_the_cards():
    text = README.read_text(encoding="utf-8")
    for table in markdown(available()[0]).split("\n\n"):
        assert table in text


def test_every_picture_and_file_it_points_to_is_there():
    text = README.read_text(encoding="utf-8")
    targets = [part.split(")")[0] for part in text.split("](")[1:]]
    local = [target for target in targets if "://" not in target]
    assert local and all((README.parent / target).exists() for target in local)
