"""Attention weights, kept while a network runs as it always does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.overrides import TorchFunctionMode


class KeptAttention(TorchFunctionMode):
    """Within it, attention is computed step by step, A = softmax(Q K^T s + M), and A is kept.

    PyTorch's `scaled_dot_product_attention` never makes A; networks that call it, timm's and ours,
    need no change to show theirs. A mode belongs to the thread that entered it, so that visitors
    who share a network don't see each other's.

    Attributes:
        blocks: A of each call in turn, (B, heads, T, T); gradients lead through them.

    Example:
        >>> q = torch.rand(1, 2, 5, 8)
        >>> with KeptAttention() as kept:
        ...     _ = F.scaled_dot_product_attention(q, q, q)
        >>> kept.blocks[0].shape
        torch.Size([1, 2, 5, 5])
    """

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Tensor] = []

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        if func is F.scaled_dot_product_attention:
            return self._attend(*args, **(kwargs or {}))
        return func(*args, **(kwargs or {}))

    def _attend(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        attn_mask: Tensor | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        scale: float | None = None,
        enable_gqa: bool = False,
    ) -> Tensor:
        if dropout_p or is_causal or enable_gqa:
            raise NotImplementedError("only the plain attention of a network that answers is kept")
        logits = query @ key.transpose(-2, -1) * (scale or query.shape[-1] ** -0.5)
        if attn_mask is not None and attn_mask.dtype == torch.bool:
            logits = logits.masked_fill(~attn_mask, -torch.inf)
        elif attn_mask is not None:
            logits = logits + attn_mask
        self.blocks.append(logits.softmax(dim=-1))
        return self.blocks[-1] @ value
