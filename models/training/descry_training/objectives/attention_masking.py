"""AMNS: attention-weighted masking (AWM), which cells of a crop are kept for the network that learns.

A running average of the network looks at the whole crop; only the cells it attends to most go into the learning one.
The abstract (Zhang and Zhou, arXiv 2409.06385) leaves share, momentum and kind of attention open. Ours: those of the
published code of A-CLIP (Yang et al., ICCV 2023): int(cells share) + 1 cells at share 0.5, momentum 0.996 to 1.
"""

from math import cos, pi

import torch
from torch import Tensor, nn

FIRST_MOMENTUM = 0.996


def keep_by_attention(attention: Tensor, share: float = 0.5) -> Tensor:
    """The most attended cells, bool [batch, cells], from attention [batch, cells]: as many in every row.

    Of equals the first is kept, so that the choice repeats.
    """
    cells = attention.shape[1]
    order = attention.detach().float().sort(dim=1, descending=True, stable=True).indices
    kept = torch.zeros_like(attention, dtype=torch.bool)
    return kept.scatter_(1, order[:, :min(cells, int(cells * share) + 1)], True)


def average_momentum(step: int, steps: int, first: float = FIRST_MOMENTUM) -> float:
    """From `first` at step 0 to 1 at the last, along half a cosine."""
    return 1 - (1 - first) * (1 + cos(pi * min(step, steps) / steps)) / 2


@torch.no_grad()
def update_average(online: nn.Module, averaged: nn.Module, momentum: float) -> None:
    """averaged = momentum averaged + (1 - momentum) online, in place; buffers are copied."""
    for mean, value in zip(averaged.parameters(), online.parameters(), strict=True):
        mean.lerp_(value.to(mean.dtype), 1 - momentum)
    for copy, value in zip(averaged.buffers(), online.buffers(), strict=True):
        copy.copy_(value)
