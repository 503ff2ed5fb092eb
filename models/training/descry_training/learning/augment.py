"""Cheap changes to a batch while training, on top of the camera model baked into the crops."""

import torch
from torch import Tensor

from ..pixels import PIXEL_MEAN, PIXEL_STD


def normalise(pixels: Tensor) -> Tensor:
    """uint8 [n, H, W, 3] -> float32 [n, 3, H, W] as the network expects."""
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (PIXEL_MEAN, PIXEL_STD))
    return ((pixels.permute(0, 3, 1, 2).float() / 255 - mean) / std).contiguous(memory_format=torch.channels_last)


def augment(pixels: Tensor, generator: torch.Generator) -> Tensor:
    """Light, colour cast, small shifts and hidden boxes: float [n, 3, H, W] of the same shape."""

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator) * (high - low) + low

    count, _, height, width = pixels.shape
    pixels = pixels * uniform(0.8, 1.2, count, 1, 1, 1) * uniform(0.93, 1.07, count, 3, 1, 1)
    pixels = pixels + uniform(-0.25, 0.25, count, 1, 1, 1) + uniform(-0.06, 0.06, count, 3, 1, 1)
    for group in torch.arange(count).chunk(4):
        top, left = (int(uniform(-0.045, 0.045, 1) * size) for size in (height, width))
        pixels[group] = pixels[group].roll((top, left), (2, 3))
    for index in (torch.rand(count, generator=generator) < 0.25).nonzero().flatten().tolist():
        tall, wide = int(uniform(0.06, 0.3, 1) * height), int(uniform(0.12, 0.5, 1) * width)
        y, x = int(uniform(0, height - tall, 1)), int(uniform(0, width - wide, 1))
        pixels[index, :, y : y + tall, x : x + wide] = uniform(-1.5, 1.5, 3, 1, 1)
    return pixels.contiguous(memory_format=torch.channels_last)


def pad_ids(rows: list[list[int]]) -> Tensor:
    """Token ids as int32 [n, longest], 0 behind the end."""
    longest = max(1, max(map(len, rows)))
    return torch.tensor([row + [0] * (longest - len(row)) for row in rows], dtype=torch.int32)
