"""A batch as the losses take it."""

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class Phrases:
    """Short phrases; phrase i was made for crop i."""

    ids: Tensor  # int32 [n, length]
    matches: Tensor  # bool [n phrases, n crops]: of which crops a phrase is true
    cells: Tensor  # bool [n, cells]: where its crop shows what it names


@dataclass(frozen=True)
class Inputs:
    """Sentence i was made for crop i."""

    pixels: Tensor  # float [n, 3, H, W], scaled and augmented
    ids: Tensor  # int32 [n, length], 0 behind the end
    matches: Tensor  # bool [n sentences, n crops]: of which crops a sentence is true
    indices: Tensor  # int64 [n]: which pair of the training set this is
    attributes: Tensor  # bool [n, length]: words that say how something looks
    phrases: Phrases | None = None

    def to(self, device: torch.device) -> "Inputs":
        """Everything but `indices`, which name rows of arrays in memory."""
        phrases = self.phrases and Phrases(*(getattr(self.phrases, field.name).to(device) for field in fields(Phrases)))
        return replace(
            self,
            pixels=self.pixels.to(device),
            ids=self.ids.to(device),
            matches=self.matches.to(device),
            attributes=self.attributes.to(device),
            phrases=phrases,
        )
