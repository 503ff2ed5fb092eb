"""The two towers.

Image: convolutions reduce 128 x 48 pixels to a 16 x 6 grid of cells. The crop's vector comes from eight horizontal
stripes of that grid, each pooled by mean and maximum and joined in order, so that what a colour belongs to (head,
trunk, legs, feet) is in its place from the first step. A second head projects every cell into the joint space
(a *patch*), trained to point at what a phrase names.
Text: convolutions over neighbouring words ("red jacket") and one attention block over the sentence, without
recurrence, pooled by mean and maximum.
Both vectors pass a batch norm before they are normalised: without it all of them start on one direction and stay.
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
    stripes: int = 8
    channels: tuple[int, int, int, int] = (32, 64, 128, 192)
    text_width: int = 192
    head_width: int = 32
    maximum_tokens: int = 96


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
        stem, middle, deep, last = settings.channels
        self.stripes = settings.stripes
        self.cells = nn.Sequential(
            convolution(3, stem, 5, 2),
            convolution(stem, middle, 3, 2),
            ResidualBlock(middle),
            convolution(middle, deep, 3, 2),
            ResidualBlock(deep),
            convolution(deep, last, 3, 1),
        )
        self.global_head = nn.Linear(2 * settings.stripes * last, settings.joint, bias=False)
        self.global_centre = nn.BatchNorm1d(settings.joint)
        self.patch_head = nn.Linear(last, settings.joint, bias=False)
        self.patch_centre = nn.BatchNorm1d(settings.joint)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        vectors, lengths, crops = self.describe(pixels)
        return crops, vectors / lengths[..., None]

    def describe(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Patch vectors before they are normalised, their lengths, and the global: what training needs, in less memory."""
        cells = self.cells(pixels)
        batch, channels, rows, columns = cells.shape
        stripes = cells.reshape(batch, channels, self.stripes, rows // self.stripes * columns)
        pooled = torch.cat([stripes.mean(dim=3), stripes.amax(dim=3)], dim=1).flatten(1)
        crops = F.normalize(self.global_centre(self.global_head(pooled)).float(), dim=-1)
        flat = cells.flatten(2).transpose(1, 2)
        vectors = self.patch_centre(self.patch_head(flat).flatten(0, 1)).view(batch, rows * columns, -1)
        lengths = torch.linalg.vector_norm(vectors, dim=-1, dtype=torch.float32).clamp(min=1e-6)
        return vectors, lengths, crops


class AttentionBlock(nn.Module):
    """Pre-norm transformer block over [batch, tokens, width]; `bias` is added to the attention logits."""

    def __init__(self, width: int, head_width: int, expansion: int = 2):
        super().__init__()
        self.heads = width // head_width
        self.head_width = head_width
        self.norm_attention = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.merge = nn.Linear(width, width)
        self.norm_mixer = nn.LayerNorm(width)
        self.mixer = nn.Sequential(nn.Linear(width, expansion * width), nn.GELU(), nn.Linear(expansion * width, width))

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, tokens, width = x.shape
        packed = self.query_key_value(self.norm_attention(x))
        packed = packed.view(batch, tokens, 3, self.heads, self.head_width).permute(2, 0, 3, 1, 4)
        query, key, value = packed.unbind(0)
        logits = (query * self.head_width**-0.5) @ key.transpose(-2, -1) + bias
        mixed = logits.softmax(dim=-1) @ value
        x = x + self.merge(mixed.transpose(1, 2).reshape(batch, tokens, width))
        return x + self.mixer(self.norm_mixer(x))


class NeighbourBlock(nn.Module):
    """A convolution over three neighbouring words around a shortcut."""

    def __init__(self, width: int):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Conv1d(width, width, 3, padding=1)
        self.merge = nn.Linear(width, width)

    def forward(self, x: Tensor, present: Tensor) -> Tensor:
        mixed = self.mix((self.norm(x) * present).transpose(1, 2)).transpose(1, 2)
        return x + self.merge(F.gelu(mixed))


class TextTower(nn.Module):
    """ids [batch, length] (0 is padding) -> global [batch, joint], unit length."""

    def __init__(self, settings: NetworkSettings):
        super().__init__()
        width = settings.text_width
        self.embed = nn.Embedding(settings.vocabulary, width)
        self.position = nn.Parameter(torch.randn(settings.maximum_tokens, width) * 0.01)
        self.neighbours = nn.ModuleList(NeighbourBlock(width) for _ in range(2))
        self.attention = AttentionBlock(width, settings.head_width)
        self.norm = nn.LayerNorm(width)
        self.project = nn.Linear(2 * width, settings.joint, bias=False)
        self.centre = nn.BatchNorm1d(settings.joint)
        nn.init.normal_(self.embed.weight, std=0.05)

    def forward(self, ids: Tensor) -> Tensor:
        return self.finish(self.pool(ids))

    def finish(self, pooled: Tensor) -> Tensor:
        """Centred and normalised. In training, hand over all kinds of text at once: they share one centre."""
        return F.normalize(self.centre(pooled), dim=-1)

    def pool(self, ids: Tensor) -> Tensor:
        present = (ids != 0).to(self.position.dtype)[..., None]
        absent = (1 - present) * -10000.0
        x = self.embed(ids) + self.position[: ids.shape[1]]
        for block in self.neighbours:
            x = block(x, present)
        x = self.norm(self.attention(x, absent[:, None, None, :, 0]))
        mean = (x * present).sum(dim=1) / present.sum(dim=1).clamp(min=1)
        highest = (x + absent).amax(dim=1)
        return self.project(torch.cat([mean, highest], dim=-1)).float()


class TwoTowers(nn.Module):
    def __init__(self, settings: NetworkSettings):
        super().__init__()
        self.settings = settings
        self.image = ImageTower(settings)
        self.text = TextTower(settings)
        self.log_scales = nn.Parameter(torch.tensor([2.8, 2.5]))  # of sentences and phrases: inverse temperatures
