"""Uncertainty-aware alignment: texts and crops as Gaussians, right pairs close as distributions.

Source: Deng et al., Visual Intelligence 2025 (doi 10.1007/s44267-025-00078-x), of which the abstract names a
distribution contrast and no formula. The distance and the first contrast are those of the published code of MAP (Ji et
al., CVPR 2023); the form for unit vectors and several right answers are ours.
"""

from torch import Tensor

from .contrast import soft_contrast
from .precision import in_full_precision


@in_full_precision
def wasserstein_squared(text_mean: Tensor, text_log_sigma: Tensor, image_mean: Tensor,
                        image_log_sigma: Tensor) -> Tensor:
    """Squared 2-Wasserstein distance of diagonal Gaussians, [texts, images].

    |mu_t - mu_v|^2 + |sigma_t - sigma_v|^2; means and logarithms of standard deviations [texts or images, joint].
    """
    means = _squared_distance(text_mean, image_mean)
    return means + _squared_distance(text_log_sigma.exp(), image_log_sigma.exp())


@in_full_precision
def published_contrast(distance: Tensor, same: Tensor, temperature: float | Tensor = 0.07, scale: float = 1 / 200,
                       shift: float = 4.0) -> Tensor:
    """Contrast of (shift - scale W^2) / T, a scalar: MAP's constants, which fit features of length around ten."""
    return soft_contrast((shift - scale * distance) / temperature, same)


@in_full_precision
def unit_contrast(distance: Tensor, same: Tensor, temperature: float | Tensor = 0.05) -> Tensor:
    """Contrast of -W^2 / 2T, a scalar (ours): on unit means of equal spread it is InfoNCE at temperature T."""
    return soft_contrast(-distance / (2 * temperature), same)


def _squared_distance(first: Tensor, second: Tensor) -> Tensor:
    # Expanded: the difference of every two vectors would take [texts, images, joint] of memory.
    squares = first.square().sum(dim=1)[:, None] + second.square().sum(dim=1)
    return (squares - 2 * first @ second.T).clamp(min=0)
