"""Contrast of a text with the crops of its batch, with one right answer or with several."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .precision import in_full_precision


@in_full_precision
def contrastive_loss(scores: Tensor, scale: float | Tensor) -> Tensor:
    """InfoNCE of each pair, [batch]; scores [batch, batch] are cosines, pairs lie on the diagonal.

    L_i = -(ln softmax_row(scale S)_ii + ln softmax_column(scale S)_ii) / 2.
    Source: Radford et al., CLIP, ICML 2021; per pair as in the published code of RDE (scale 50 there).
    """
    logits = scale * scores
    return -(F.log_softmax(logits, dim=1).diagonal() + F.log_softmax(logits, dim=0).diagonal()) / 2


@in_full_precision
def soft_contrast(logits: Tensor, matches: Tensor) -> Tensor:
    """InfoNCE in both directions with several right answers, a scalar (ours).

    logits [statements, crops]; matches bool of the same shape: every crop of which the statement is true is
    as right as the others. Rows and columns without a match are left out.
    """
    losses = []
    for scores, right in ((logits, matches), (logits.T, matches.T)):
        target = right.to(scores.dtype)
        count = target.sum(dim=1)
        each = -(F.log_softmax(scores, dim=1) * target).sum(dim=1) / count.clamp(min=1)
        matched = count > 0
        losses.append((each * matched).sum() / matched.sum().clamp(min=1))
    return torch.stack(losses).mean()
