"""Convolution blocks of the image tower."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class HalfInstanceNorm(nn.Module):
    """Half of the channels normalised by instance, half by batch.

    IBN-a of Pan et al., "Two at Once: Enhancing Learning and Generalization Capacities via IBN-Net", ECCV 2018:
    the first half forgets the look of one camera, the second keeps what colours mean.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.half = channels // 2
        self.instance = nn.InstanceNorm2d(self.half, affine=True)
        self.batch = nn.BatchNorm2d(channels - self.half)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.instance(x[:, : self.half]), self.batch(x[:, self.half :])], dim=1)


def convolution(inputs: int, outputs: int, kernel: int, stride: int, instance_norm: bool = False) -> nn.Sequential:
    """Convolution, normalisation, ReLU: [batch, inputs, H, W] -> [batch, outputs, H / stride, W / stride]."""
    norm = HalfInstanceNorm(outputs) if instance_norm else nn.BatchNorm2d(outputs)
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), norm, nn.ReLU())


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions around a shortcut; shape is kept."""

    def __init__(self, channels: int, instance_norm: bool = False):
        super().__init__()
        self.first = convolution(channels, channels, 3, 1, instance_norm)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(self.first(x)))


class MixStyle(nn.Module):
    """Mix the mean and deviation of every channel between crops of a training batch; nothing otherwise.

    Zhou et al., "Domain Generalization with MixStyle", ICLR 2021: share lambda ~ Beta(0.1, 0.1), statistics detached.
    """

    def __init__(self, probability: float, concentration: float = 0.1):
        super().__init__()
        self.probability = probability
        self.share = torch.distributions.Beta(concentration, concentration)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or torch.rand(()) >= self.probability:
            return x
        mean = x.mean(dim=(2, 3), keepdim=True).detach()
        deviation = (x.var(dim=(2, 3), keepdim=True).detach() + 1e-6).sqrt()
        other = torch.randperm(len(x))
        share = self.share.sample((len(x), 1, 1, 1)).to(x.dtype)
        mixed_mean = share * mean + (1 - share) * mean[other]
        mixed_deviation = share * deviation + (1 - share) * deviation[other]
        return (x - mean) / deviation * mixed_deviation + mixed_mean
