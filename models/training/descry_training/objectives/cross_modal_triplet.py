"""SEN: a pair should be closer than the nearest stranger.

Source: the published code of SEN (Neural Networks 184, 2025, 107028); weight 10 there, beside SDM with weight 1.
"""

import torch
from torch import Tensor

from .precision import in_full_precision


@in_full_precision
def cross_modal_triplet(scores: Tensor, same: Tensor, margin: float = 0.05) -> Tensor:
    """Mean hinge in both directions, summed, a scalar; scores [batch, batch] cosines, pairs on the diagonal.

    mean_i [S_i,n(i) - S_ii + m]+ with n(i) the most similar sample of another person; chosen without gradient.
    Rows with no stranger cost nothing.
    """
    losses = []
    for one, right in ((scores, same), (scores.T, same.T)):
        nearest = one.detach().masked_fill(right, -torch.inf).argmax(dim=1, keepdim=True)
        stranger = (~right).any(dim=1)
        each = (one.gather(1, nearest)[:, 0] - one.diagonal() + margin).clamp(min=0)
        losses.append((each * stranger).mean())
    return torch.stack(losses).sum()
