"""Both towers and the temperatures they are trained with."""

import torch
from torch import nn

from .image_tower import ImageTower
from .settings import NetworkSettings
from .text_tower import TextTower


class TwoTowers(nn.Module):
    """The network that is exported; its score is the sum of `EMBEDDING_WEIGHTS` x cosine."""

    def __init__(self, settings: NetworkSettings):
        super().__init__()
        self.settings = settings
        self.image = ImageTower(settings)
        self.text = TextTower(settings)
        self.log_scales = nn.Parameter(torch.tensor([2.8, 2.5]))  # of sentences and phrases: inverse temperatures
