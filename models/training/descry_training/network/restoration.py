"""Text-guided image restoration (TIR) of SEN: only in training, never exported."""

import torch
from torch import Tensor, nn

from .attention import AttentionBlock
from .cross_attention import CrossAttention
from .selection import ABSENT
from .settings import CELL, NetworkSettings
from .text_tower import TextFeatures


class RestorationHead(nn.Module):
    """Paints hidden cells of a grey crop in colour, from what is left of it and what the text says.

    SEN (`Delong-liu-bupt/SEN`): 30 % of a grey picture is seen, hidden places hold a learned token, everything looks at
    the text, blocks follow, and a linear layer gives the colours. Ours: cells of 8 x 8 pixels are hidden before the
    convolutions (a convolution would carry them past a mask behind it), and one block instead of four.
    """

    def __init__(self, settings: NetworkSettings):
        super().__init__()
        width = settings.channels[-1]
        self.hidden = nn.Parameter(torch.zeros(width))
        self.position = nn.Parameter(torch.randn(settings.cells, width) * 0.02)
        self.read = CrossAttention(width, settings.text_width, settings.head_width, settings.expansion)
        self.block = AttentionBlock(width, settings.head_width, settings.expansion)
        self.norm = nn.LayerNorm(width)
        self.colours = nn.Linear(width, CELL * CELL * 3)

    def forward(self, cells: Tensor, hidden: Tensor, text: TextFeatures) -> Tensor:
        """cells [batch, cells, width] of the grey crop, hidden bool [batch, cells] -> [batch, cells, 8 * 8 * 3]."""
        x = torch.where(hidden[..., None], self.hidden.to(cells.dtype), cells) + self.position
        x = self.read(x, text.tokens, (1 - text.present) * ABSENT)
        return self.colours(self.norm(self.block(x))).float()
