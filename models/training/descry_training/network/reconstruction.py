"""Attribute-masked language reconstruction: only in training, never exported."""

import torch
from torch import Tensor, nn

from .cross_attention import CrossAttention
from .settings import NetworkSettings


class ReconstructionHead(nn.Module):
    """Hidden words looked up in the crop: masked text tokens look at points drawn from the crop's distribution and at
    its patches, and should become what they are when the words are seen.

    After the uncertainty-aware system (abstract) and OMRE (`Yifei-AHU/OMRE`), whose samples are of every image token;
    ours has one distribution a crop, so its samples stand beside the patches. One layer instead of four blocks.
    """

    def __init__(self, settings: NetworkSettings):
        super().__init__()
        self.look = CrossAttention(settings.text_width, settings.joint, settings.head_width, settings.expansion)
        self.norm = nn.LayerNorm(settings.text_width)
        self.out = nn.Linear(settings.text_width, settings.text_width)

    def forward(self, tokens: Tensor, patches: Tensor, points: Tensor) -> Tensor:
        """tokens [batch, length, width], patches [batch, cells, joint], points [batch, samples, joint]
        -> [batch, length, width]"""
        seen = torch.cat([points.to(patches.dtype), patches], dim=1)
        return self.out(self.norm(self.look(tokens, seen))).float()
