"""Uncertainty-aware alignment: what sampling many points would give, without sampling (ours).

A point z = mu + sigma e has length close to sqrt(|mu|^2 + sum sigma^2), therefore
    E[cos(m, z)] ~ cos(m, mu) / sqrt(1 + sum sigma^2 / |mu|^2),
better the more dimensions there are. A search with it gives the same ranks every time.
"""

import torch.nn.functional as F
from torch import Tensor

from .precision import in_full_precision


@in_full_precision
def certainty(mean: Tensor, log_sigma: Tensor) -> Tensor:
    """1 / sqrt(1 + sum sigma^2 / |mu|^2), [batch], in 0..1; mean and log_sigma [batch, joint]."""
    spread = (2 * log_sigma).exp().sum(dim=1)
    return (1 + spread / mean.square().sum(dim=1).clamp(min=1e-12)).rsqrt()


@in_full_precision
def expected_similarity(text_mean: Tensor, text_log_sigma: Tensor, image_mean: Tensor,
                        image_log_sigma: Tensor) -> Tensor:
    """The limit of `point_contrast.sampled_similarity` for many points, [texts, images].

    cos(mu_t, mu_v) (c_t + c_v) / 2 with c the certainties; means and log sigmas [texts or images, joint].
    """
    cosines = F.normalize(text_mean, dim=1) @ F.normalize(image_mean, dim=1).T
    sureness = certainty(text_mean, text_log_sigma)[:, None] + certainty(image_mean, image_log_sigma)
    return cosines * sureness / 2
