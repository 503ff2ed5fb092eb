"""The towers and what else learns beside them."""

import copy

import torch
from torch import nn

from ..network import NetworkSettings, TwoTowers
from ..network.reconstruction import ReconstructionHead
from ..network.restoration import RestorationHead
from .settings import ObjectiveWeights


class Learner(nn.Module):
    """Towers, the heads that the objectives in use need, and AMNS' averaged image tower, which takes no gradient."""

    def __init__(self, network: NetworkSettings, weights: ObjectiveWeights):
        super().__init__()
        self.towers = TwoTowers(network).to(memory_format=torch.channels_last)
        self.restoration = RestorationHead(network) if weights.restoration else None
        self.reconstruction = ReconstructionHead(network) if weights.reconstruction else None
        self.averaged_image = None
        if weights.attention_masking:
            self.averaged_image = copy.deepcopy(self.towers.image).requires_grad_(False).eval()

    def train(self, mode: bool = True) -> "Learner":
        super().train(mode)
        if self.averaged_image is not None:
            self.averaged_image.eval()
        return self
