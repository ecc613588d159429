"""Memory that batches need again and again stays with the process."""

import ctypes
import subprocess
import sys

import pytest

from training.cpu_speed import memory

COUNT = """
import resource, sys
from training.cpu_speed import memory
if sys.argv[1] == "keep":
    memory.keep()
import torch

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

for number in range(24):
    if number == 12:
        before = faults()
    torch.ones(16 * 2**20)
print(faults() - before)
"""


def page_faults(how: str) -> int:
    told = subprocess.run(
        [sys.executable, "-c", COUNT, how], capture_output=True, text=True, check=True
    )
    return int(told.stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="no glibc")
def test_large_tensors_are_given_the_same_pages_again():
    assert page_faults("keep") < page_faults("as it is") / 10


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    memory.keep()
