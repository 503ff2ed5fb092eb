"""The two towers.

Image: convolutions reduce 128 x 48 pixels to a 16 x 6 grid, one attention block lets the cells see each
other, and each cell is projected to a unit vector of the joint space (a *patch*). The crop's vector is the
normalised weighted mean of its patches, so `patch . sentence` says what each place contributes. Patches are
centred by a batch norm before they are normalised: without it training starts, and stays, at one vector for all.
Text: a small transformer without recurrence, pooled by learned weights.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class NetworkSettings:
    vocabulary: int
    joint: int = 256
    image_height: int = 128
    image_width: int = 48
    rows: int = 16
    columns: int = 6
    stem: int = 32
    channels: tuple[int, int] = (64, 128)
    image_width_tokens: int = 192
    image_blocks: int = 1
    text_width: int = 192
    text_blocks: int = 2
    head_width: int = 32
    maximum_tokens: int = 96


class AttentionBlock(nn.Module):
    """Pre-norm transformer block over [batch, tokens, width]; `bias` is added to the attention logits."""

    def __init__(self, width: int, head_width: int, expansion: int = 3, dropout: float = 0.0):
        super().__init__()
        self.heads = width // head_width
        self.head_width = head_width
        self.norm_attention = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.merge = nn.Linear(width, width)
        self.norm_mixer = nn.LayerNorm(width)
        self.mixer = nn.Sequential(
            nn.Linear(width, expansion * width), nn.GELU(), nn.Dropout(dropout), nn.Linear(expansion * width, width)
        )

    def forward(self, x: Tensor, bias: Tensor | None = None) -> Tensor:
        batch, tokens, width = x.shape
        packed = self.query_key_value(self.norm_attention(x))
        packed = packed.view(batch, tokens, 3, self.heads, self.head_width).permute(2, 0, 3, 1, 4)
        logits = packed[0] @ packed[1].transpose(-2, -1) * self.head_width**-0.5
        if bias is not None:
            logits = logits + bias
        mixed = logits.softmax(dim=-1) @ packed[2]
        x = x + self.merge(mixed.transpose(1, 2).reshape(batch, tokens, width))
        return x + self.mixer(self.norm_mixer(x))


def convolution(inputs: int, outputs: int, kernel: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions around a shortcut; shape is kept."""

    def __init__(self, channels: int):
        super().__init__()
        self.first = convolution(channels, channels, 3, 1)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(self.first(x)))


class ImageTower(nn.Module):
    """pixels [batch, 3, H, W] -> global [batch, joint], patches [batch, rows * columns, joint], all unit length."""

    def __init__(self, settings: NetworkSettings):
        super().__init__()
        middle, deep = settings.channels
        width = settings.image_width_tokens
        self.cells = nn.Sequential(
            convolution(3, settings.stem, 5, 2),
            convolution(settings.stem, middle, 3, 2),
            ResidualBlock(middle),
            convolution(middle, deep, 3, 2),
            ResidualBlock(deep),
            nn.Conv2d(deep, width, 1),
        )
        self.position = nn.Parameter(torch.randn(1, settings.rows * settings.columns, width) * 0.02)
        self.blocks = nn.ModuleList(
            AttentionBlock(width, settings.head_width) for _ in range(settings.image_blocks)
        )
        self.norm = nn.LayerNorm(width)
        self.project = nn.Linear(width, settings.joint)
        self.centre = nn.BatchNorm1d(settings.joint)
        self.weigh = nn.Linear(width, 1)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        x = self.cells(pixels).flatten(2).transpose(1, 2) + self.position
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        patches = self.centre(self.project(x).flatten(0, 1).float()).view(*x.shape[:2], -1)
        patches = F.normalize(patches, dim=-1)
        weights = self.weigh(x).float().softmax(dim=1)
        return F.normalize((weights * patches).sum(dim=1), dim=-1), patches


class TextTower(nn.Module):
    """ids [batch, length] (0 is padding) -> global [batch, joint], unit length."""

    def __init__(self, settings: NetworkSettings):
        super().__init__()
        width = settings.text_width
        self.embed = nn.Embedding(settings.vocabulary, width)
        self.position = nn.Parameter(torch.randn(settings.maximum_tokens, width) * 0.01)
        self.blocks = nn.ModuleList(AttentionBlock(width, settings.head_width) for _ in range(settings.text_blocks))
        self.norm = nn.LayerNorm(width)
        self.project = nn.Linear(width, settings.joint)
        self.centre = nn.BatchNorm1d(settings.joint)
        self.weigh = nn.Linear(width, 1)
        nn.init.normal_(self.embed.weight, std=0.05)

    def forward(self, ids: Tensor) -> Tensor:
        absent = (ids == 0).to(self.position.dtype) * -10000.0
        x = self.embed(ids) + self.position[: ids.shape[1]]
        for block in self.blocks:
            x = block(x, absent[:, None, None, :])
        x = self.norm(x)
        weights = (self.weigh(x).float() + absent[:, :, None]).softmax(dim=1)
        return F.normalize(self.centre((weights * self.project(x).float()).sum(dim=1)), dim=-1)


class TwoTowers(nn.Module):
    def __init__(self, settings: NetworkSettings):
        super().__init__()
        self.settings = settings
        self.image = ImageTower(settings)
        self.text = TextTower(settings)
        self.log_scale = nn.Parameter(torch.tensor(2.7))
