"""Torchvision beside a CPU-only torch: it is imported by `geoloc.networks.vision`, everywhere.

PyPI's torchvision wheel for Linux is linked to CUDA. Beside a CPU build of torch its compiled
operators do not load, and `import torchvision` stops at "operator torchvision::nms does not
exist", although its models and transforms need none of them. Declaring the schemas of the two
operators it looks for is enough to import it. What runs compiled code still fails:
`torchvision.ops.nms`, the codecs of `torchvision.io`, `transforms.v2.JPEG`. That is why photos
are decoded with Pillow or OpenCV.

Libraries that import torchvision themselves, timm for one, work after this module was imported.

Both libraries load torch's compiler as they are imported, for functions that no network here runs:
half of the time that a first answer would take. `compiler_later` puts that off until it is wanted,
and `hub_later` the client with which timm fetches weights from a model hub.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import torch

_MISSING_OPERATOR = "operator torchvision::nms does not exist"


def _declare_operators() -> torch.library.Library:
    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return library


def _forget_half_imported_modules() -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]


def _is_compile_supported(device_type: Any) -> Any:
    from torch._dynamo.utils import is_compile_supported

    return is_compile_supported(device_type)


def _disable(fn: Callable | None = None, *_: Any, **__: Any) -> Any:
    return fn if fn is not None else lambda decorated: decorated


@contextmanager
def compiler_later() -> Iterator[None]:
    """Within it, what is imported does not load torch's compiler, unless it is loaded already.

    `torchvision.ops.roi_align` asks the compiler what it supports once it is called. A function
    decorated with `torch.compiler.disable` stays as it is: timm's NaFlex networks, which geoloc
    does not compile, have one.
    """
    if "torch._dynamo" in sys.modules:
        yield
        return
    utils = ModuleType("torch._dynamo.utils")
    utils.is_compile_supported = _is_compile_supported  # type: ignore[attr-defined]
    sys.modules[utils.__name__] = utils
    disable, torch.compiler.disable = torch.compiler.disable, _disable
    try:
        yield
    finally:
        torch.compiler.disable = disable
        if sys.modules.get(utils.__name__) is utils:
            del sys.modules[utils.__name__]


@contextmanager
def hub_later() -> Iterator[None]:
    """Within it, timm is imported as if huggingface_hub were not installed: a third of a second.

    Who fetches weights through timm reloads `timm.models._hub` first.
    """
    if "huggingface_hub" in sys.modules:
        yield
        return
    sys.modules["huggingface_hub"] = None  # type: ignore[assignment]  # what Python documents
    try:
        yield
    finally:
        del sys.modules["huggingface_hub"]


try:
    with compiler_later():
        import torchvision
except RuntimeError as error:
    if str(error) != _MISSING_OPERATOR:
        raise
    _forget_half_imported_modules()
    # torch drops the declarations together with this object, so the name has to stay.
    _operators = _declare_operators()
    with compiler_later():
        import torchvision

__all__ = ["compiler_later", "hub_later", "torchvision"]
