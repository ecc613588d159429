"""What is installed: an app with exact versions from a clone, and a library that answers alone."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import geoloc
from geoloc.settings import PROJECT
from pages import gallery

LINES = (PROJECT / "requirements.txt").read_text().splitlines()
PINS = [Requirement(line) for line in LINES if line and not line.startswith("#")]
ABOUT = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
EXTRAS = {
    extra: list(map(Requirement, lines)) for extra, lines in ABOUT["optional-dependencies"].items()
}
LIBRARY = list(map(Requirement, ABOUT["dependencies"]))

HOUSES = {
    "geoloc": ("hub",),
    "geoloc/draw": ("draw",),
    "pages": ("draw", "app"),
    "training": ("train", "streetlearn", "pretrained"),
}
"""By folder, which extras bring what its files import beside what the library needs."""

BROUGHT = {
    "starlette": "streamlit",
    "uvicorn": "streamlit",
    "httpx": "huggingface_hub",
    "google": "protobuf",
    "plyvel": "plyvel-ci",
}
"""Packages that come with another, or under more than one name, by what brings them."""

APP_ONLY = ("streamlit", "streamlit_folium", "plotly", "folium", "branca", "pandas")


@pytest.mark.parametrize("pin", PINS, ids=str)
def test_the_app_s_versions_are_exact_and_within_the_library_s_ranges(pin):
    assert [part.operator for part in pin.specifier] == ["=="]
    (exact,) = pin.specifier
    ranges = [r for r in (*LIBRARY, *EXTRAS["draw"], *EXTRAS["app"], *EXTRAS["train"])]
    same = [r for r in ranges if r.name == pin.name]
    assert same, f"nothing needs {pin.name}"
    assert all(r.specifier.contains(exact.version) for r in same)


@pytest.mark.parametrize("extra", ["", "draw", "app", "train"])
def test_the_app_s_versions_leave_none_of_its_libraries_out(extra):
    needed = {r.name for r in (EXTRAS[extra] if extra else LIBRARY)} - {ABOUT["name"]}
    # Branca comes with folium, whose version decides.
    assert needed <= {pin.name for pin in PINS} | {"branca"}


def test_the_lock_has_the_app_s_versions_and_a_hash_of_every_file():
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    locked = [Requirement(block.split("\\")[0]) for block in blocks]
    assert all("--hash=sha256:" in block for block in blocks)
    versions = {each.name: str(each.specifier) for each in locked}
    assert all(versions[pin.name] == str(pin.specifier) for pin in PINS)
    needed = {r.name for r in (*LIBRARY, *EXTRAS["draw"], *EXTRAS["app"], *EXTRAS["train"])}
    assert needed - {ABOUT["name"]} <= versions.keys()


@pytest.mark.parametrize("house", HOUSES)
def test_what_a_house_imports_is_declared(house):
    brought = packages_distributions()
    declared = {_plain(r.name) for extra in HOUSES[house] for r in EXTRAS[extra]}
    declared |= {_plain(r.name) for r in LIBRARY}
    undeclared = set()
    for file in (PROJECT / house).rglob("*.py"):
        if house == "geoloc" and "draw" in file.relative_to(PROJECT).parts:
            continue
        for name in _imported(file) - {"geoloc", "pages", "training"}:
            sources = {BROUGHT.get(name, ""), *brought.get(name, [name])}
            if not {_plain(source) for source in sources} & declared:
                undeclared.add(f"{file.name}: {name}")
    assert not undeclared


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _imported(file: Path) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(str(node.module))
    return {module.partition(".")[0] for module in modules} - sys.stdlib_module_names


@pytest.mark.parametrize("name", ["opencv-python", "opencv-contrib-python"])
def test_no_other_opencv_overwrites_the_headless_one(name):
    with pytest.raises(PackageNotFoundError):
        version(name)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library as it is published, built of a copy so that nothing is left in the clone."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, source)
    for name in ("geoloc", "checkpoints", "pages", "training"):
        shutil.copytree(PROJECT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    own = source / "checkpoints/own-town"
    own.mkdir()
    (own / "card.json").write_text("{}")
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", source / "dist", source)
    (built,) = (source / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the library is installed in."""
    folder = tmp_path_factory.mktemp("installed")
    _pip("install", "--no-deps", "--no-index", "--target", folder, wheel)
    return folder


def _pip(command: str, *arguments: str | Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pip", command, "--quiet", *map(str, arguments)],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr


def test_the_wheel_holds_the_library_with_its_models_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"geoloc", "where_am_i"}
    assert "geoloc/py.typed" in names
    for name in geoloc.list_models():
        if not name.startswith("own-"):
            assert f"geoloc/checkpoints/{name}/card.json" in names
    assert not [name for name in names if "/own-" in name]


def test_the_library_answers_offline_without_what_only_the_app_needs(installed, tmp_path):
    (tmp_path / "street.jpg").write_bytes(gallery.entries()[0].read())
    script = f"""
        import socket, sys

        class Without:
            def __init__(self, finder):
                self.finder = finder

            def __getattr__(self, name):
                return getattr(self.finder, name)

            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] in {APP_ONLY}:
                    return None
                return self.finder.find_spec(name, path, target)

        def refuse(*_arguments):
            raise OSError("offline")

        sys.meta_path[:] = map(Without, sys.meta_path)
        socket.socket.connect = refuse

        import geoloc
        model = geoloc.load("lite0")
        top = model.predict("street.jpg").top(5)

        import json
        every = {{name: geoloc.load(name).predict("street.jpg").model
                 for name in geoloc.list_models()}}
        print(json.dumps([geoloc.__file__, top, every]))
    """
    lines = _run(["-c", textwrap.dedent(script)], installed, tmp_path).splitlines()
    file, top, every = json.loads(lines[-1])
    assert Path(file).is_relative_to(installed)
    expected = geoloc.load("lite0").predict(tmp_path / "street.jpg").top(5)
    assert [code for code, _p in top] == [code for code, _p in expected]
    assert every == {name: name for name in every}
    assert set(every) == {name for name in geoloc.list_models() if not name.startswith("own-")}


def test_the_command_of_an_installed_library_says_where_the_app_is(installed, tmp_path):
    said = _run(["-m", "geoloc.cli", "app"], installed, tmp_path, code=2)
    assert "runs from a clone" in said


def _run(arguments: list[str], installed: Path, folder: Path, code: int = 0) -> str:
    run = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(installed), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == code, run.stderr
    return run.stdout + run.stderr if code else run.stdout
