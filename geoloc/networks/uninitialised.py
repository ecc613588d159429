"""Networks whose weights are about to be loaded: none are drawn at random first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor
from torch.nn import init
from torch.overrides import TorchFunctionMode

_DRAWS = frozenset(
    (
        Tensor.normal_,
        Tensor.uniform_,
        init.kaiming_normal_,
        init.kaiming_uniform_,
        init.normal_,
        init.trunc_normal_,
        init.uniform_,
        init.xavier_uniform_,
    )
)


class Uninitialised(TorchFunctionMode):
    """Within it, tensors that were to be filled with random numbers stay as they are.

    Drawing millions of numbers only to overwrite them takes a tenth of a second, and on the meta
    device, which has no numbers, it loads torch's compiler.

    Example:
        >>> import torch
        >>> before = torch.zeros(3)
        >>> with Uninitialised():
        ...     after = torch.nn.init.normal_(before)
        >>> after
        tensor([0., 0., 0.])
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        if func in _DRAWS:
            return args[0] if args else (kwargs or {})["tensor"]
        return func(*args, **(kwargs or {}))
