"""The two houses: what may import what, read from every file."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from geoloc.settings import PROJECT

ROOTS = ("geoloc", "pages", "training")
FILES = sorted(file for root in ROOTS for file in (PROJECT / root).rglob("*.py"))
LIBRARY = [file for file in FILES if file.is_relative_to(PROJECT / "geoloc")]

FORBIDDEN = {
    "geoloc": {"pages", "training", "streamlit", "streamlit_folium", "gettext"},
    "training": {"pages", "streamlit", "streamlit_folium"},
    "pages": {"training"},
}
"""By house, what none of its files imports."""

DRAWING = {"plotly", "folium", "branca"}
"""What only `geoloc.draw` of the library imports: the extra [draw] brings it."""


ONLINE = {"geoclip", "httpx", "huggingface_hub", "transformers"}
"""What the extra [hub] brings, and what it goes online with."""

PUBLIC_OF_STREAMLIT = {"streamlit", "streamlit.delta_generator", "starlette.middleware"}
"""What its documentation names; the rest of it may change with any release."""


def imports(file: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{file}: an import says where it goes"
            yield node.module


def packages(file: Path) -> set[str]:
    """The top packages that a file imports."""
    return {module.partition(".")[0] for module in imports(file)}


def relative(file: Path) -> str:
    return file.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("house", ROOTS)
def test_imports_point_down(house):
    wrong = [
        f"{relative(file)} imports {name}"
        for file in FILES
        if relative(file).startswith(f"{house}/")
        for name in packages(file) & FORBIDDEN[house]
    ]
    assert not wrong


def test_only_drawing_needs_plotly_and_folium():
    wrong = [
        f"{relative(file)} imports {name}"
        for file in LIBRARY
        if not relative(file).startswith("geoloc/draw/")
        for name in packages(file) & DRAWING
    ]
    assert not wrong


def test_only_drawing_imports_drawing():
    wrong = [
        relative(file)
        for file in LIBRARY
        if not relative(file).startswith("geoloc/draw/")
        and any(module.startswith("geoloc.draw") for module in imports(file))
    ]
    assert not wrong


def test_nothing_that_can_go_online_is_imported_before_somebody_asks_for_it():
    """Serving the released models needs none of the extra [hub]."""
    wrong = [
        f"{relative(file)}:{node.lineno}"
        for file in FILES
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in ([node.module or ""] if isinstance(node, ast.ImportFrom) else node.names)
        if str(getattr(module, "name", module)).partition(".")[0] in ONLINE
    ]
    assert not wrong


def test_the_library_prints_in_its_command_alone():
    wrong = [
        f"{relative(file)}:{node.lineno}"
        for file in LIBRARY
        if file.name != "cli.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    ]
    assert not wrong


def test_errors_are_said_in_english_and_only_what_is_drawn_is_translated():
    """`geoloc.text` translates charts, maps and names of places; errors carry codes instead."""
    places = ("geoloc/draw/", "geoloc/geo/", "geoloc/explain/layer_title.py", "geoloc/text.py")
    wrong = [
        relative(file)
        for file in LIBRARY
        if not relative(file).startswith(places)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext")
    ]
    assert not wrong


def test_one_module_knows_where_things_lie():
    """No path is computed from a file's place in the tree but in `geoloc.settings`."""
    wrong = [relative(file) for file in FILES if ".parents[" in file.read_text(encoding="utf-8")]
    assert not wrong


def test_one_module_knows_the_insides_of_streamlit():
    """An upgrade of Streamlit breaks `pages.shared.streamlit_internals`, and nothing else."""
    wrong = [
        f"{relative(file)} imports {module}"
        for file in FILES
        if file.name != "streamlit_internals.py"
        for module in imports(file)
        if module.startswith(("streamlit.", "starlette")) and module not in PUBLIC_OF_STREAMLIT
    ]
    assert not wrong
