"""The image tower: convolutions to a grid of cells, attention over the cells, four outputs.

The crop's global vector comes from the class token and from eight horizontal stripes of the grid, each pooled by mean
and maximum and joined in order, so that what a colour belongs to (head, trunk, legs, feet) is in its place from the
first step. Vectors pass a batch norm before they are normalised: without it all of them start on one direction and
stay there.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .attention import ClassAttention
from .convolution import MixStyle, ResidualBlock, convolution
from .grey_world import GreyWorld
from .selection import ABSENT, TokenSelection, most_attended
from .settings import NetworkSettings
from .variance import LogVariance

# As strong as the cells themselves: the selected vector and the patches have no other way to know top from bottom.
POSITION_SPREAD = 0.02


@dataclass(frozen=True)
class ImageFeatures:
    """What training needs of a batch of crops. Unit length: crops, selected."""

    crops: Tensor  # [batch, joint], the global vector
    selected: Tensor  # [batch, joint]
    log_variance: Tensor  # [batch, joint], of the distribution whose mean is `crops`
    patches: Tensor  # [batch, cells, joint], not yet of unit length: saves a copy in training
    patch_lengths: Tensor  # [batch, cells]
    attention: Tensor  # [batch, cells], from the class token


class ImageTower(nn.Module):
    """pixels [batch, 3, H, W] -> global, selected [batch, joint], patches [batch, cells, joint], all of unit length,
    and log_variance [batch, joint]."""

    def __init__(self, settings: NetworkSettings):
        super().__init__()
        stem, middle, deep, last = settings.channels
        norm = settings.instance_norm
        mix = [MixStyle(settings.mix_style)] if settings.mix_style else []
        self.stripes = settings.stripes
        self.chosen = max(1, int(settings.selected_share * settings.cells))
        self.prepare = GreyWorld() if settings.input_channels == 6 else nn.Identity()
        self.convolutions = nn.Sequential(
            convolution(settings.input_channels, stem, 5, 2, norm),
            *mix,
            convolution(stem, middle, 3, 2, norm),
            ResidualBlock(middle, norm),
            *mix,
            convolution(middle, deep, 3, 2),
            ResidualBlock(deep),
            convolution(deep, last, 3, 1),
        )
        self.position = nn.Parameter(torch.randn(settings.cells, last) * POSITION_SPREAD)
        self.attention = ClassAttention(last, settings.depth, settings.head_width, settings.expansion)
        self.global_head = nn.Linear((1 + 2 * settings.stripes) * last, settings.joint, bias=False)
        self.global_centre = nn.BatchNorm1d(settings.joint)
        self.selection = TokenSelection(last, settings.joint)
        self.selected_centre = nn.BatchNorm1d(settings.joint)
        self.patch_head = nn.Linear(last, settings.joint, bias=False)
        self.patch_centre = nn.BatchNorm1d(settings.joint)
        self.log_variance = LogVariance(last, settings.joint)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        features = self.describe(self.cells(pixels))
        patches = features.patches / features.patch_lengths[..., None]
        return features.crops, features.selected, patches, features.log_variance

    def cells(self, pixels: Tensor) -> Tensor:
        """The grid of cells as a row: [batch, cells, channels]."""
        return self.convolutions(self.prepare(pixels)).flatten(2).transpose(1, 2)

    def attend(self, cells: Tensor, kept: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Class token, tokens and attention; cells that are not `kept` (bool [batch, cells]) are not there."""
        absent = None if kept is None else (~kept).to(cells.dtype) * ABSENT
        return self.attention(cells + self.position, absent)

    def describe(self, cells: Tensor, kept: Tensor | None = None) -> ImageFeatures:
        """All outputs from the grid of cells, or from a part of it."""
        summary, tokens, attention = self.attend(cells, kept)
        if kept is not None:
            tokens = tokens * kept.to(tokens.dtype)[..., None]
        batch, count, channels = tokens.shape
        stripes = tokens.view(batch, self.stripes, count // self.stripes, channels)
        pooled = torch.cat([summary, stripes.mean(dim=2).flatten(1), stripes.amax(dim=2).flatten(1)], dim=1)
        selected = self.selection(tokens, most_attended(attention, self.chosen))
        patches = self.patch_centre(self.patch_head(tokens).flatten(0, 1)).view(batch, count, -1)
        return ImageFeatures(
            crops=F.normalize(self.global_centre(self.global_head(pooled)).float(), dim=-1),
            selected=F.normalize(self.selected_centre(selected), dim=-1),
            log_variance=self.log_variance(summary),
            patches=patches,
            patch_lengths=torch.linalg.vector_norm(patches.float(), dim=-1).clamp(min=1e-6),
            attention=attention,
        )
