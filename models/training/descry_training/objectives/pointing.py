"""Where in the crop a phrase is true (ours)."""

import torch.nn.functional as F
from torch import Tensor

from .precision import in_full_precision

PATCH_SCALE = 12.0  # inverse temperature


@in_full_precision
def point_at(vectors: Tensor, lengths: Tensor, phrases: Tensor, cells: Tensor) -> Tensor:
    """A phrase should be most similar to the cells that show what it names, a scalar.

    vectors [n, cells, joint] and their lengths [n, cells] of the crop each phrase was made for,
    phrases [n, joint] of unit length, cells bool [n, cells]. Phrases that no cell shows are left out.
    """
    products = vectors @ phrases[..., None].to(vectors.dtype)
    similarity = products[..., 0] / lengths * PATCH_SCALE
    target = cells.to(similarity.dtype)
    count = target.sum(dim=1)
    each = -(F.log_softmax(similarity, dim=1) * target).sum(dim=1) / count.clamp(min=1)
    shown = count > 0
    return (each * shown).sum() / shown.sum().clamp(min=1)
