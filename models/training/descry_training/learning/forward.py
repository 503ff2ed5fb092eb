"""One pass of both towers over a batch."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ..network import TwoTowers
from ..network.image_tower import ImageFeatures
from ..network.text_tower import TextFeatures
from .device import mixed_precision
from .inputs import Inputs


@dataclass(frozen=True)
class Forward:
    cells: Tensor  # [n, cells, channels], before attention
    image: ImageFeatures
    text: TextFeatures
    sentences: Tensor  # [n, joint], global vectors
    selected: Tensor  # [n, joint]
    log_variance: Tensor  # [n, joint]
    phrases: Tensor | None  # [n, joint]

    @property
    def scores(self) -> tuple[Tensor, Tensor]:
        """[n sentences, n crops] cosines of the global and of the selected vectors."""
        return self.sentences @ self.image.crops.T, self.selected @ self.image.selected.T


def forward(towers: TwoTowers, inputs: Inputs) -> Forward:
    with mixed_precision(inputs.pixels):
        cells = towers.image.cells(inputs.pixels)
        image = towers.image.describe(cells)
        text = towers.text.read(inputs.ids)
        pooled = [towers.text.pool(text)]
        if inputs.phrases is not None:
            pooled.append(towers.text.pool(towers.text.read(inputs.phrases.ids)))
        selected = towers.text.select(text)
        log_variance = towers.text.log_variance(text.summary)
    sentences, *phrases = towers.text.centre(torch.cat(pooled)).split([len(rows) for rows in pooled])
    return Forward(cells, image, text, sentences, selected, log_variance, phrases[0] if phrases else None)
