"""Torchvision must import beside any torch, and by one door only."""

import re
import subprocess
import sys
from pathlib import Path

from geoloc.settings import PROJECT

ROOT = PROJECT


def run_python(code: str, *folders: Path) -> subprocess.CompletedProcess[str]:
    """Runs `code` in a fresh interpreter that looks for modules in `folders` first."""
    search = "".join(f"sys.path.insert(0, {str(folder)!r})\n" for folder in (ROOT, *folders))
    return subprocess.run(
        [sys.executable, "-c", f"import sys\n{search}{code}"], capture_output=True, text=True
    )


def write_torchvision(folder: Path, source: str) -> None:
    (folder / "torchvision").mkdir()
    (folder / "torchvision" / "__init__.py").write_text(source)


def test_torchvision_imports_and_a_resnet_answers():
    done = run_python(
        "import torch\n"
        "from geoloc.networks.vision import torchvision\n"
        "network = torchvision.models.resnet18(weights=None, num_classes=7).eval()\n"
        "print(tuple(network(torch.zeros(2, 3, 120, 240)).shape))\n"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "(2, 7)"


def test_operators_that_are_missing_are_declared_and_the_import_is_tried_again(tmp_path):
    write_torchvision(
        tmp_path,
        "import torch\n"
        "@torch.library.register_fake('torchvision::nms')\n"
        "def nms(dets, scores, iou_threshold): return dets\n"
        "@torch.library.register_fake('torchvision::qnms')\n"
        "def qnms(dets, scores, iou_threshold): return dets\n"
        "complete = True\n",
    )
    done = run_python(
        "from geoloc.networks.vision import torchvision\nprint(torchvision.complete)", tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "True"


def test_any_other_error_passes_through(tmp_path):
    write_torchvision(tmp_path, "raise RuntimeError('the disk is on fire')\n")
    done = run_python("import geoloc.networks.vision", tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip().endswith("RuntimeError: the disk is on fire")


def test_nobody_else_imports_torchvision_directly():
    shown = [path for path in ROOT.iterdir() if not path.name.startswith(".")]
    files = [*ROOT.glob("*.py"), *(file for path in shown for file in path.rglob("*.py"))]
    direct = re.compile(r"^\s*(?:import|from)\s+torchvision\b", re.MULTILINE)
    door = ROOT / "geoloc" / "networks" / "vision.py"
    assert door in files
    offenders = [str(file) for file in files if file != door and direct.search(file.read_text())]
    assert not offenders, "write `from geoloc.networks.vision import torchvision` instead"
