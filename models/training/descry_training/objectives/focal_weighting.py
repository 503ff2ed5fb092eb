"""AMNS: more weight on hard samples.

The abstract of AMNS (Zhang and Zhou, arXiv 2409.06385) names a weight adjustment focal loss without its formula, and
no code is published. This is the generic focal loss (Lin et al., ICCV 2017) on the probability of the right answers;
it is ours, not that paper's.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from .precision import in_full_precision


@in_full_precision
def focal_matching(scores: Tensor, same: Tensor, scale: float | Tensor = 50.0, power: float = 2.0) -> Tensor:
    """Mean of -(1 - P_i)^power ln P_i over both directions, a scalar.

    scores [texts, images] cosines, same bool; P_i is the softmax mass of row i of scale S on its right answers.
    Rows and columns without one are left out.
    """
    losses = []
    for logits, right in ((scale * scores, same), (scale * scores.T, same.T)):
        answered = right.any(dim=1)
        # Finite floor: see triplet_alignment. Clamped because rounding can lift a probability above one.
        mass = torch.logsumexp(F.log_softmax(logits, dim=1).masked_fill(~right, -1e4), dim=1).clamp(max=0)
        each = -(1 - mass.exp()) ** power * mass
        losses.append(each.masked_fill(~answered, 0).sum() / answered.sum().clamp(min=1))
    return torch.stack(losses).mean()
