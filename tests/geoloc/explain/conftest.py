"""The networks that all tests of explanations share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from geoloc.tasks.country import CountryClassifier
from tests.geoloc.explain import networks


@pytest.fixture(scope="session")
def classifier_of(tmp_path_factory) -> Callable[[str], CountryClassifier]:
    """Gives the classifier of a kind in `networks.SHAPES`, made once; not to be changed."""
    folder = tmp_path_factory.mktemp("models")
    made: dict[str, CountryClassifier] = {}

    def of(kind: str) -> CountryClassifier:
        if kind not in made:
            made[kind] = networks.classifier(folder, kind)
        return made[kind]

    return of
