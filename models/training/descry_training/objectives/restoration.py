"""SEN: text-guided image restoration (TIR), the crop redrawn in colour from a few grey patches and the sentence.

Source: the published code of SEN (Neural Networks 184, 2025, 107028), which follows He et al., MAE, CVPR 2022: 30 % of
the tokens stay visible, the input is grey, the loss is the mean square on masked patches against the normalised colour
pixels, with weight 10. Ours: the class token, where a network has one, is no part of the tokens masked here, and
exactly the masked patches are counted (that code counts one visible patch too many).
"""

import torch
from torch import Tensor

from .precision import in_full_precision

LUMA = (0.2989, 0.5870, 0.1140)


def random_masking(tokens: Tensor, keep_share: float, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Keep int(length keep_share), at least one, of tokens [batch, length, width], at random and in random order.

    -> visible [batch, kept, width], masked bool [batch, length], restore int64 [batch, length] for `put_back`.
    """
    batch, length, width = tokens.shape
    kept = max(1, int(length * keep_share))
    order = torch.rand(batch, length, generator=generator, device=generator.device).argsort(dim=1).to(tokens.device)
    restore = order.argsort(dim=1)
    visible = tokens.gather(1, order[:, :kept, None].expand(-1, -1, width))
    return visible, restore >= kept, restore


def put_back(visible: Tensor, filler: Tensor, restore: Tensor) -> Tensor:
    """The full row of tokens [batch, length, width] in place, filler [width] where one was masked."""
    batch, kept, width = visible.shape
    blank = filler.to(visible.dtype).expand(batch, restore.shape[1] - kept, width)
    return torch.cat([visible, blank], dim=1).gather(1, restore[..., None].expand(-1, -1, width))


def grayscale(pixels: Tensor) -> Tensor:
    """Grey pixels [batch, 3, height, width], three equal channels, of pixels already normalised, as in SEN."""
    weights = torch.tensor(LUMA, dtype=pixels.dtype, device=pixels.device)[:, None, None]
    return (pixels * weights).sum(dim=1, keepdim=True).expand_as(pixels)


def patchify(pixels: Tensor, patch: int) -> Tensor:
    """Pixels [batch, channels, height, width] to [batch, cells, patch * patch * channels], cells row by row."""
    batch, channels, height, width = pixels.shape
    grid = pixels.reshape(batch, channels, height // patch, patch, width // patch, patch)
    return grid.permute(0, 2, 4, 3, 5, 1).reshape(batch, -1, patch * patch * channels)


def unpatchify(patches: Tensor, patch: int, rows: int) -> Tensor:
    """The inverse of `patchify` for a crop of `rows` rows of cells."""
    batch, cells, size = patches.shape
    channels, columns = size // patch**2, cells // rows
    grid = patches.reshape(batch, rows, columns, patch, patch, channels)
    return grid.permute(0, 5, 1, 3, 2, 4).reshape(batch, channels, rows * patch, columns * patch)


@in_full_precision
def restoration_loss(predicted: Tensor, pixels: Tensor, masked: Tensor) -> Tensor:
    """Mean square over masked patches, a scalar.

    predicted [batch, cells, size] as `patchify` lays them out, pixels [batch, channels, height, width] normalised
    colour, masked bool [batch, cells].
    """
    size = predicted.shape[-1]
    patch = round((size // pixels.shape[1]) ** 0.5)
    each = (predicted - patchify(pixels, patch)).square().mean(dim=-1)
    return (each * masked).sum() / masked.sum().clamp(min=1)
