"""What is installed is what requirements.txt says, and nothing that breaks it."""

from importlib.metadata import PackageNotFoundError, version

import pytest

from geoloc.settings import PROJECT

LINES = (PROJECT / "requirements.txt").read_text().splitlines()
PINS = [line for line in LINES if line and not line.startswith("#")]


@pytest.mark.parametrize("pin", PINS)
def test_every_requirement_is_pinned_to_the_installed_version(pin):
    name, _, pinned = pin.partition("==")
    assert version(name).partition("+")[0] == pinned


@pytest.mark.parametrize("name", ["opencv-python", "opencv-contrib-python"])
def test_no_other_opencv_overwrites_the_headless_one(name):
    with pytest.raises(PackageNotFoundError):
        version(name)
