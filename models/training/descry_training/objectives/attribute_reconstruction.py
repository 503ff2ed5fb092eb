"""Uncertainty-aware alignment: words hidden from the sentence are recovered with the help of the crop.

Source: Deng et al., Visual Intelligence 2025, abstract only: attribute words are masked. The loss, 1 - cosine of
recovered and clean features at masked positions, is that of the published code of OMRE, which masks 15 % of all words.
Ours: the share is of the attribute words, at least one of them, and no gradient passes into the clean features.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from .precision import in_full_precision


def choose_masked(attributes: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Positions to hide, bool [batch, length]: round(share) of each sentence's attribute words, at least one.

    attributes bool [batch, length]; a sentence without attribute words keeps all its words.
    """
    draw = torch.rand(attributes.shape, generator=generator, device=generator.device).to(attributes.device)
    place = draw.masked_fill(~attributes, 2.0).argsort(dim=1).argsort(dim=1)
    wanted = (attributes.sum(dim=1) * share).round().clamp(min=1)
    return (place < wanted[:, None]) & attributes


@in_full_precision
def reconstruction_loss(recovered: Tensor, clean: Tensor, masked: Tensor) -> Tensor:
    """Mean of 1 - cos over masked positions, a scalar.

    recovered [..., batch, length, joint] (a leading axis of sampled points may be there), clean [batch, length,
    joint], masked bool [batch, length].
    """
    each = (1 - F.cosine_similarity(recovered, clean.detach(), dim=-1)) * masked
    samples = each.numel() // masked.numel()
    return each.sum() / (samples * masked.sum()).clamp(min=1)
