"""Uncertainty-aware alignment: the Gaussians must not shrink to points.

Source: the published code of OMRE and of MAP (Ji et al., CVPR 2023): max(0, gamma - H) with gamma 300 at 512
dimensions and H = D/2 (ln 2 pi + 1) + 1/2 sum(log sigma), which reads as a log-variance what sampling uses as the
logarithm of a standard deviation. `consistent` uses the entropy that fits the sampling. `width_floor` is ours.
"""

from math import log, pi

from torch import Tensor

from .precision import in_full_precision

LOWEST_WIDTH = -4.5  # of the mean log sigma: |sigma| is about 0.25 at 512 dimensions, beside a mean of length one


@in_full_precision
def gaussian_entropy(log_sigma: Tensor, consistent: bool = False) -> Tensor:
    """Entropy in nats, [batch], of diagonal Gaussians with log_sigma [batch, joint]."""
    joint = log_sigma.shape[1]
    return joint / 2 * (log(2 * pi) + 1) + log_sigma.sum(dim=1) * (1.0 if consistent else 0.5)


@in_full_precision
def entropy_floor(log_sigma: Tensor, gamma: float = 300.0, consistent: bool = False) -> Tensor:
    """Mean of max(0, gamma - H), a scalar; gamma in nats goes with the number of dimensions."""
    return (gamma - gaussian_entropy(log_sigma, consistent)).clamp(min=0).mean()


@in_full_precision
def width_floor(log_sigma: Tensor, lowest: float = LOWEST_WIDTH) -> Tensor:
    """Mean of max(0, lowest - mean log sigma), a scalar: the same floor for any number of dimensions (ours)."""
    return (lowest - log_sigma.mean(dim=1)).clamp(min=0).mean()
