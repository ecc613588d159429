"""Torchvision beside a CPU-only torch: it is imported by `geoloc.networks.vision`, everywhere.

PyPI's torchvision wheel for Linux is linked to CUDA. Beside a CPU build of torch its compiled
operators do not load, and `import torchvision` stops at "operator torchvision::nms does not
exist", although its models and transforms need none of them. Declaring the schemas of the two
operators it looks for is enough to import it. What runs compiled code still fails:
`torchvision.ops.nms`, the codecs of `torchvision.io`, `transforms.v2.JPEG`. That is why photos
are decoded with Pillow or OpenCV.

Libraries that import torchvision themselves, timm for one, work after this module was imported.
Importing takes seconds, because torchvision loads torch's compiler: do it where it is needed.
"""

import sys

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


try:
    import torchvision
except RuntimeError as error:
    if str(error) != _MISSING_OPERATOR:
        raise
    _forget_half_imported_modules()
    # torch drops the declarations together with this object, so the name has to stay.
    _operators = _declare_operators()
    import torchvision

__all__ = ["torchvision"]
