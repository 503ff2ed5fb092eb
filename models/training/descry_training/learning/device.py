"""Where training runs: on a CUDA device if there is one, else on the processor. Same steps, same mixed precision."""

import torch
from torch import Tensor


def training_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def mixed_precision(where: Tensor) -> torch.autocast:
    """bfloat16 where it is safe, on the device of `where`."""
    return torch.autocast(where.device.type, torch.bfloat16)
