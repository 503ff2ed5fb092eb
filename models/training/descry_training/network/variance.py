"""The uncertainty of an embedding."""

import torch
from torch import Tensor, nn

LOWEST, HIGHEST = -12.0, 0.0
START = -7.0  # a deviation of 0.03 in each of 256 dimensions, together half as long as the mean


class LogVariance(nn.Module):
    """Logarithm of the variance in each dimension of the joint space, from the class token: [batch, joint].

    The mean of the distribution is the unit-length global vector (our choice: the papers leave it unnormalised,
    which a score by cosine does not see). Starts the same for everything, at `START`.
    """

    def __init__(self, width: int, joint: int):
        super().__init__()
        self.head = nn.Linear(width, joint)
        nn.init.zeros_(self.head.weight)
        nn.init.constant_(self.head.bias, START)

    def forward(self, summary: Tensor) -> Tensor:
        return torch.clamp(self.head(summary).float(), LOWEST, HIGHEST)
