"""The text tower: convolutions over neighbouring words ("red jacket"), attention over the sentence, three outputs."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .attention import ClassAttention
from .selection import ABSENT, TokenSelection, most_attended
from .settings import NetworkSettings
from .variance import LogVariance


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


@dataclass(frozen=True)
class TextFeatures:
    """What training needs of a batch of texts."""

    summary: Tensor  # [batch, width], the class token
    tokens: Tensor  # [batch, length, width]
    attention: Tensor  # [batch, length], from the class token
    present: Tensor  # [batch, length], 1 for a word, 0 for padding

    def part(self, rows: slice) -> "TextFeatures":
        return TextFeatures(self.summary[rows], self.tokens[rows], self.attention[rows], self.present[rows])


class TextTower(nn.Module):
    """ids [batch, length] (0 is padding) -> global, selected [batch, joint] of unit length, log_variance."""

    def __init__(self, settings: NetworkSettings):
        super().__init__()
        width = settings.text_width
        self.share = settings.selected_share
        self.embed = nn.Embedding(settings.vocabulary, width)
        self.masked = nn.Parameter(torch.zeros(width))  # stands for a word that is hidden in training
        self.position = nn.Parameter(torch.randn(settings.maximum_tokens, width) * 0.01)
        self.neighbours = nn.ModuleList(NeighbourBlock(width) for _ in range(2))
        self.attention = ClassAttention(width, settings.text_depth, settings.head_width, settings.expansion)
        self.global_head = nn.Linear(3 * width, settings.joint, bias=False)
        self.global_centre = nn.BatchNorm1d(settings.joint)
        self.selection = TokenSelection(width, settings.joint)
        self.selected_centre = nn.BatchNorm1d(settings.joint)
        self.log_variance = LogVariance(width, settings.joint)
        nn.init.normal_(self.embed.weight, std=0.05)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        features = self.read(ids)
        return self.centre(self.pool(features)), self.select(features), self.log_variance(features.summary)

    def read(self, ids: Tensor, hidden: Tensor | None = None) -> TextFeatures:
        """Words in their context; words where `hidden` (bool [batch, length]) is set are not to be seen."""
        present = (ids != 0).to(self.position.dtype)
        x = self.embed(ids)
        if hidden is not None:
            x = torch.where(hidden[..., None], self.masked, x)
        x = x + self.position[: ids.shape[1]]
        for block in self.neighbours:
            x = block(x, present[..., None])
        summary, tokens, attention = self.attention(x, (1 - present) * ABSENT)
        return TextFeatures(summary, tokens, attention, present)

    def pool(self, features: TextFeatures) -> Tensor:
        """[batch, joint], before centring: class token, mean and maximum of the words."""
        present = features.present[..., None]
        mean = (features.tokens * present).sum(dim=1) / present.sum(dim=1).clamp(min=1)
        highest = (features.tokens + (1 - present) * ABSENT).amax(dim=1)
        return self.global_head(torch.cat([features.summary, mean, highest], dim=-1)).float()

    def centre(self, pooled: Tensor) -> Tensor:
        """Centred and of unit length. In training, hand over all kinds of text at once: they share one centre."""
        return F.normalize(self.global_centre(pooled), dim=-1)

    def select(self, features: TextFeatures) -> Tensor:
        """[batch, joint], of unit length, from the most attended words."""
        count = torch.ceil(self.share * features.present.sum(dim=1, keepdim=True)).clamp(min=1)
        attention = torch.where(features.present > 0, features.attention, -1.0)
        chosen = most_attended(attention, count)
        return F.normalize(self.selected_centre(self.selection(features.tokens, chosen)), dim=-1)
