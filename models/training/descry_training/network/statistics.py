"""Batch norms that look but do not remember."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn

BatchNorms = (nn.BatchNorm1d, nn.BatchNorm2d)


def batch_norms(module: nn.Module) -> list[nn.BatchNorm1d | nn.BatchNorm2d]:
    return [part for part in module.modules() if isinstance(part, BatchNorms)]


@contextmanager
def unremembered(module: nn.Module) -> Iterator[None]:
    """Batches inside use their own statistics and leave no trace in the running ones.

    For passes over crops or texts that are changed (grey, in part hidden), which the finished model never sees.
    """
    norms = batch_norms(module)
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 0.0
    try:
        yield
    finally:
        for norm, momentum in zip(norms, before):
            norm.momentum = momentum
