"""RDE: triplet losses that survive wrong captions.

Source: Qin et al., "Noisy-Correspondence Learning for Text-to-Image Person Re-identification", CVPR 2024, and the
published code of RDE. Both losses are given for each pair and summed (not averaged) over the batch in that code,
after multiplication by the confidence that the pair is right (`consensus_division`).
"""

from collections.abc import Callable

import torch
from torch import Tensor

from .precision import in_full_precision


@in_full_precision
def triplet_alignment(scores: Tensor, same: Tensor, margin: float = 0.1, temperature: float = 0.015) -> Tensor:
    """TAL of each pair, [batch]; scores [batch, batch] cosines of texts by images, same bool, pairs on the diagonal.

    L_i = [m - sum_j a_ij S_ij + t ln sum_j q_ij exp(S_ij / t)]+ + the same on S^T, with q = not same and
    a_ij the softmax of S_ij / t over the positives, through which no gradient passes. The smooth maximum over all
    negatives is an upper bound of the hardest one. A row with no negative costs nothing.
    """

    def smooth(negatives: Tensor) -> Tensor:
        return temperature * torch.logsumexp(negatives / temperature, dim=1)

    return _both_directions(scores, same, margin, temperature, smooth)


@in_full_precision
def hardest_triplet(scores: Tensor, same: Tensor, margin: float = 0.1, temperature: float = 0.015) -> Tensor:
    """TRL of each pair, [batch]: the baseline that RDE improves on, with the hardest negative in place of all.

    L_i = [m - sum_j a_ij S_ij + max_j q_ij S_ij]+ + the same on S^T; arguments as in `triplet_alignment`.
    """
    return _both_directions(scores, same, margin, temperature, lambda negatives: negatives.amax(dim=1))


def _both_directions(scores: Tensor, same: Tensor, margin: float, temperature: float,
                     worst: Callable[[Tensor], Tensor]) -> Tensor:
    return sum(_hinge(one, right, margin, temperature, worst) for one, right in ((scores, same), (scores.T, same.T)))


def _hinge(scores: Tensor, same: Tensor, margin: float, temperature: float,
           worst: Callable[[Tensor], Tensor]) -> Tensor:
    # A finite floor: minus infinity in every column would make the gradient of the row not a number.
    floor = -1e4
    share = torch.softmax((scores.detach() / temperature).masked_fill(~same, floor), dim=1) * same
    positive = (share * scores).sum(dim=1)
    complete = same.any(dim=1) & (~same).any(dim=1)
    return (margin - positive + worst(scores.masked_fill(same, floor))).clamp(min=0) * complete
