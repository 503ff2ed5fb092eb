"""Colour constancy: a crop without the cast of its light."""

import torch
from torch import Tensor, nn

from ..pixels import PIXEL_MEAN, PIXEL_STD

HIGHEST_GAIN = 2.0


class GreyWorld(nn.Module):
    """pixels [batch, 3, H, W] as the tower takes them -> [batch, 6, H, W]: the crop and its grey-world copy.

    Each channel is scaled so that its mean is the mean of all three (Buchsbaum 1980), by a factor of 2 at most:
    a crop may really be of one colour. Both copies go on, since the guess is wrong exactly then.
    """

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(PIXEL_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(PIXEL_STD).view(1, 3, 1, 1), persistent=False)

    def forward(self, pixels: Tensor) -> Tensor:
        light = pixels * self.std + self.mean
        channels = light.mean(dim=(2, 3), keepdim=True)
        grey = channels.mean(dim=1, keepdim=True)
        gain = (grey / channels.clamp(min=0.02)).clamp(1 / HIGHEST_GAIN, HIGHEST_GAIN)
        return torch.cat([pixels, (light * gain - self.mean) / self.std], dim=1)
