"""The two towers.

Image: convolutions reduce 128 x 48 pixels to a 16 x 6 grid, one attention block lets the cells see each
other, and each cell is projected to a unit vector of the joint space (a *patch*). The crop's vector is the
normalised weighted mean of its patches, so `patch . sentence` says what each place contributes. Two
things keep all crops from sharing one direction, where training would start and stay: the batch norm behind the
projection, and the offset that makes the weighted means (not the plain ones) average to nothing.
Text: a small transformer without recurrence, pooled by learned weights.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

OFFSET_MOMENTUM = 0.05


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
        query, key, value = packed.unbind(0)
        logits = (query * self.head_width**-0.5) @ key.transpose(-2, -1)
        if bias is not None:
            logits = logits + bias
        mixed = logits.softmax(dim=-1) @ value
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
        self.register_buffer("offset", torch.zeros(settings.joint))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        vectors, lengths, crops = self.describe(pixels)
        return crops, vectors / lengths[..., None]

    def describe(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Patch vectors before they are normalised, their lengths, and the global: what training needs, in less memory."""
        x = self.cells(pixels).flatten(2).transpose(1, 2)
        x = x + self.position.to(x.dtype)
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        vectors = self.centre(self.project(x).flatten(0, 1)).view(*x.shape[:2], -1)
        weights = self.weigh(x)[..., 0].float().softmax(dim=1)
        pooled = (weights[:, None].to(vectors.dtype) @ vectors)[:, 0].float()
        offset = self.offset
        if self.training:
            offset = pooled.mean(dim=0)
            self.offset.lerp_(offset.detach(), OFFSET_MOMENTUM)
        vectors = vectors - offset.to(vectors.dtype)
        lengths = torch.linalg.vector_norm(vectors, dim=-1, dtype=torch.float32).clamp(min=1e-6)
        return vectors, lengths, F.normalize(pooled - offset, dim=-1)


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
        return self.finish(self.pool(ids))

    def finish(self, pooled: Tensor) -> Tensor:
        """Centred and normalised. In training, hand over all kinds of text at once: they share one centre."""
        return F.normalize(self.centre(pooled), dim=-1)

    def pool(self, ids: Tensor) -> Tensor:
        absent = (ids == 0).to(self.position.dtype) * -10000.0
        x = self.embed(ids) + self.position[: ids.shape[1]]
        for block in self.blocks:
            x = block(x, absent[:, None, None, :])
        x = self.norm(x)
        weights = (self.weigh(x).float() + absent[:, :, None]).softmax(dim=1)
        return (weights * self.project(x).float()).sum(dim=1)


class TwoTowers(nn.Module):
    def __init__(self, settings: NetworkSettings):
        super().__init__()
        self.settings = settings
        self.image = ImageTower(settings)
        self.text = TextTower(settings)
        self.log_scales = nn.Parameter(torch.tensor([2.8, 2.5]))  # of sentences and phrases: inverse temperatures
