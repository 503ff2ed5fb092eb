"""RDE: confident consensus division (CCD), which pairs of the training set to believe.

Before an epoch every pair has a loss under each of two embeddings. The losses of right and of wrong captions form two
humps; a two-component Gaussian mixture separates them, and the two embeddings vote.
Source: Qin et al., CVPR 2024, and the published code of RDE. Ours: the mixture starts from a 2-means split that starts
from the smallest and the largest loss, so that there is no chance in it, and the coin has a seed.
"""

from dataclasses import dataclass

import numpy as np

BELIEVED = 0.5  # posterior of the small-loss component above which a pair is believed


@dataclass(frozen=True)
class MixtureSettings:
    iterations: int
    tolerance: float  # of the mean log-likelihood
    floor: float  # added to each variance


PUBLISHED = MixtureSettings(10, 1e-2, 5e-4)
FINE = MixtureSettings(100, 1e-4, 1e-6)  # published for more than 40 % wrong captions and for RSTPReid


@dataclass(frozen=True)
class Mixture:
    """Two components; each array [2], the one with the smaller mean first."""

    means: np.ndarray
    variances: np.ndarray
    weights: np.ndarray
    iterations: int

    def posterior(self, losses: np.ndarray) -> np.ndarray:
        """Probability [n] that each loss belongs to the component with the smaller mean."""
        joint = _log_joint(losses, self.means, self.variances, self.weights)
        return np.exp(joint[:, 0] - np.logaddexp(joint[:, 0], joint[:, 1]))


def normalise_losses(losses: np.ndarray) -> np.ndarray:
    """Losses [n] brought to 0..1 over the training set; all zero where they are all equal."""
    losses = np.asarray(losses, dtype=np.float64)
    spread = np.ptp(losses)
    return (losses - losses.min()) / spread if spread > 0 else np.zeros_like(losses)


def fit_mixture(losses: np.ndarray, settings: MixtureSettings = PUBLISHED) -> Mixture:
    """Expectation maximisation on losses [n]; stops where the mean log-likelihood gains less than the tolerance."""
    losses = np.asarray(losses, dtype=np.float64)
    upper = _upper_half(losses)
    parts = _maximise(losses, np.stack([~upper, upper], axis=1).astype(np.float64), settings.floor)
    likelihood, iteration = -np.inf, 0
    for iteration in range(1, settings.iterations + 1):
        joint = _log_joint(losses, *parts)
        each = np.logaddexp(joint[:, 0], joint[:, 1])
        parts = _maximise(losses, np.exp(joint - each[:, None]), settings.floor)
        gain, likelihood = each.mean() - likelihood, each.mean()
        if abs(gain) < settings.tolerance:
            break
    order = np.argsort(parts[0], kind="stable")
    return Mixture(*(part[order] for part in parts), iteration)


def believed(posterior: np.ndarray) -> np.ndarray:
    """Which pairs [n] one embedding believes. Where it believes all, the lowest 1 % are doubted all the same."""
    threshold = BELIEVED
    if posterior.min() > threshold:
        threshold = np.sort(posterior)[len(posterior) // 100]
    return posterior > threshold


def consensus_weights(first_losses: np.ndarray, second_losses: np.ndarray, generator: np.random.Generator,
                      settings: MixtureSettings = PUBLISHED) -> np.ndarray:
    """Weight 0 or 1 of each pair, float32 [n], from its raw losses [n] under two embeddings.

    Believed by both 1, by neither 0; where they disagree the generator tosses a coin.
    """
    votes = []
    for losses in (first_losses, second_losses):
        scaled = normalise_losses(losses)
        votes.append(believed(fit_mixture(scaled, settings).posterior(scaled)))
    coin = generator.integers(0, 2, len(votes[0])).astype(bool)
    return np.where(votes[0] == votes[1], votes[0], coin).astype(np.float32)


def _upper_half(losses: np.ndarray) -> np.ndarray:
    """2-means in one dimension, bool [n]: a threshold between two centres, moved until it rests."""
    low, high = losses.min(), losses.max()
    upper = losses > (low + high) / 2
    while upper.any():
        low, high = losses[~upper].mean(), losses[upper].mean()
        moved = losses > (low + high) / 2
        if (moved == upper).all():
            break
        upper = moved
    return upper


def _maximise(losses: np.ndarray, shares: np.ndarray, floor: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    count = shares.sum(axis=0) + 10 * np.finfo(np.float64).eps  # an empty component must not divide by zero
    means = (shares * losses[:, None]).sum(axis=0) / count
    variances = (shares * (losses[:, None] - means) ** 2).sum(axis=0) / count + floor
    return means, variances, count / count.sum()


def _log_joint(losses: np.ndarray, means: np.ndarray, variances: np.ndarray, weights: np.ndarray) -> np.ndarray:
    squares = (np.asarray(losses, dtype=np.float64)[:, None] - means) ** 2 / variances
    return np.log(weights) - 0.5 * (np.log(2 * np.pi * variances) + squares)
