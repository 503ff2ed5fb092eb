"""Losses are computed in float32 also where the network around them runs in bfloat16."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import torch
from torch import Tensor

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
SHORT_TYPES = (torch.bfloat16, torch.float16)


def in_full_precision(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """The function with autocast switched off and its 16-bit tensors widened (float64 stays float64)."""

    def widen(value: object) -> object:
        return value.float() if isinstance(value, Tensor) and value.dtype in SHORT_TYPES else value

    @wraps(function)
    def wrapped(*arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
        devices = (value.device.type for value in (*arguments, *named.values()) if isinstance(value, Tensor))
        with torch.autocast(next(devices, "cpu"), enabled=False):
            return function(*map(widen, arguments), **{name: widen(value) for name, value in named.items()})

    return wrapped
