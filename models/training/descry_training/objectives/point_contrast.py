"""Uncertainty-aware alignment: points sampled from the Gaussians, contrasted between and within the modalities.

Source: Deng et al., Visual Intelligence 2025, abstract only: inter- and intra-modal contrast over sampled points. The
contrasts over points are ours. Sampling, BOMA and HNM are those of the published code of OMRE (TIFS 2026, same first
author).
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from .contrast import soft_contrast
from .distribution_matching import distribution_matching
from .precision import in_full_precision

POINTS = 3  # samples of one distribution


@in_full_precision
def sample_points(mean: Tensor, log_sigma: Tensor, generator: torch.Generator, count: int = POINTS) -> Tensor:
    """mu + exp(log sigma) e with e ~ N(0, 1), [batch, count, joint], from mean and log_sigma [batch, joint]."""
    batch, joint = mean.shape
    noise = torch.randn(batch, count, joint, generator=generator, device=generator.device)
    return mean[:, None] + log_sigma.exp()[:, None] * noise.to(mean.device, mean.dtype)


@in_full_precision
def between_modalities(text_points: Tensor, image_points: Tensor, same: Tensor, scale: float | Tensor) -> Tensor:
    """Multi-positive contrast of every text point with every image point, a scalar.

    text_points [texts, count, joint], image_points [images, count, joint], same bool [texts, images].
    """
    cosines = _flat(text_points) @ _flat(image_points).T
    return soft_contrast(scale * cosines, _spread(same, text_points.shape[1], image_points.shape[1]))


@in_full_precision
def within_modality(points: Tensor, same: Tensor, scale: float | Tensor) -> Tensor:
    """Multi-positive contrast of the points of one modality with each other, a scalar; a point is not its own pair.

    points [batch, count, joint], same bool [batch, batch], true on the diagonal.
    """
    flat = _flat(points)
    itself = torch.eye(len(flat), dtype=torch.bool, device=flat.device)
    right = _spread(same, points.shape[1], points.shape[1]) & ~itself
    # Finite: a masked column weighs nothing in the softmax, and zero times it stays zero.
    return soft_contrast((scale * flat @ flat.T).masked_fill(itself, -1e4), right)


@in_full_precision
def sampled_similarity(text_mean: Tensor, text_points: Tensor, image_mean: Tensor, image_points: Tensor) -> Tensor:
    """S_ij = (mean_k cos(mu_i, z_j^k) + mean_k cos(z_i^k, mu_j)) / 2, [texts, images]; for `boma` and `hinge_pairs`."""
    towards_images = F.normalize(text_mean, dim=-1) @ F.normalize(image_points, dim=-1).mean(dim=1).T
    towards_texts = F.normalize(text_points, dim=-1).mean(dim=1) @ F.normalize(image_mean, dim=-1).T
    return (towards_images + towards_texts) / 2


@in_full_precision
def boma(similarity: Tensor, same: Tensor, scale: float | Tensor = 50.0) -> Tensor:
    """Bidirectional one-to-many alignment of OMRE, a scalar: SDM of sampled similarities [batch, batch]."""
    return distribution_matching(similarity, same, scale).mean()


@in_full_precision
def hinge_pairs(similarity: Tensor, negative: Tensor, margin: float = 0.2) -> Tensor:
    """HNM of OMRE, a scalar: clamp(margin + S_ij - S_ii, 0, margin), averaged where not zero, both directions summed.

    similarity [batch, batch]; negative bool [batch, batch], diagonal false. That code takes every other pair of the
    batch as negative, also of the same person; `~same` is ours. A pair further off than the margin gets no gradient.
    """
    losses = []
    for one, wrong in ((similarity, negative), (similarity.T, negative.T)):
        excess = (margin + one - one.diagonal()[:, None]).clamp(min=0, max=margin) * wrong
        losses.append(excess.sum() / (excess > 0).sum().clamp(min=1))
    return torch.stack(losses).sum()


def _flat(points: Tensor) -> Tensor:
    return F.normalize(points, dim=-1).flatten(0, 1)


def _spread(same: Tensor, rows: int, columns: int) -> Tensor:
    return same.repeat_interleave(rows, dim=0).repeat_interleave(columns, dim=1)
