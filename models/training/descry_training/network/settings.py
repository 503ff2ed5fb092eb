"""Sizes and switches of the two towers."""

from dataclasses import dataclass

# Embeddings that a score adds up: sum of weight x cosine. RDE weighs both alike; measured on held-out crops (LOG.md).
EMBEDDING_WEIGHTS = {"global": 0.85, "selected": 0.15}
CELL = 8  # pixels a side of one cell: three convolutions of stride 2


@dataclass(frozen=True)
class NetworkSettings:
    """Everything needed to build the towers again from a checkpoint."""

    vocabulary: int
    joint: int = 256  # width of the space that both towers share
    image_height: int = 128
    image_width: int = 48
    channels: tuple[int, int, int, int] = (32, 64, 128, 192)
    input_channels: int = 3  # 6: beside the crop a copy with its colour cast taken out (`grey_world`)
    instance_norm: bool = False  # first stages: half of the channels by instance, half by batch (IBN-a)
    mix_style: float = 0.0  # share of training batches whose channel statistics are mixed between crops
    depth: int = 0  # attention blocks among the cells, before the class token looks at them
    stripes: int = 8
    text_width: int = 192
    text_depth: int = 1  # the same among the words
    head_width: int = 32
    expansion: int = 2
    selected_share: float = 0.3  # of cells and of words that the selected vector is made of (RDE's ratio)
    maximum_tokens: int = 96

    @property
    def rows(self) -> int:
        return self.image_height // CELL

    @property
    def columns(self) -> int:
        return self.image_width // CELL

    @property
    def cells(self) -> int:
        return self.rows * self.columns
