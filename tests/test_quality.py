"""Style, types and documentation, as `make lint` checks them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from geoloc.settings import PROJECT

CHECKS = {
    "style": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "documentation": ["mkdocs", "build", "--strict", "--quiet"],
}


@pytest.mark.parametrize("check", CHECKS)
def test_the_code_passes(check, tmp_path):
    tool, *arguments = CHECKS[check]
    if tool == "mkdocs":
        arguments += ["--site-dir", str(tmp_path)]
    run = subprocess.run(
        [sys.executable, "-m", tool, *arguments],
        cwd=PROJECT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
