"""Training losses over exact labels."""

import torch
import torch.nn.functional as F
from torch import Tensor

PATCH_SCALE = 12.0  # inverse temperature of the patch loss


def soft_contrast(logits: Tensor, matches: Tensor) -> Tensor:
    """InfoNCE in both directions with several right answers.

    logits [statements, crops]; matches bool of the same shape: every crop of which the statement is true is
    as right as the others. Rows and columns without a match are left out.
    """
    losses = []
    for scores, right in ((logits, matches), (logits.T, matches.T)):
        target = right.float()
        count = target.sum(dim=1)
        each = -(F.log_softmax(scores, dim=1) * target).sum(dim=1) / count.clamp(min=1)
        losses.append(each[count > 0].mean())
    return torch.stack(losses).mean()


def point_at(vectors: Tensor, lengths: Tensor, phrases: Tensor, cells: Tensor) -> Tensor:
    """A phrase should be most similar to the cells that show what it names.

    vectors [n, cells, joint] and their lengths [n, cells] of the crop each phrase was made for,
    phrases [n, joint], cells bool [n, cells].
    """
    products = vectors @ phrases[..., None].to(vectors.dtype)
    similarity = products[..., 0].float() / lengths * PATCH_SCALE
    target = cells.float()
    count = target.sum(dim=1)
    each = -(F.log_softmax(similarity, dim=1) * target).sum(dim=1) / count.clamp(min=1)
    return each[count > 0].mean()
