"""The only primitive: a grid of points with a finish."""

from dataclasses import dataclass

import numpy as np

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Finish:
    """What a surface is made of."""

    base: Rgb  # sRGB 0..255
    pattern: str = "plain"  # a name of texture.PATTERN_IDS
    second: Rgb | None = None
    scale: float = 0.1  # metres of one repeat of the pattern
    gloss: float = 0.0  # 0 cloth .. 1 polished
    folds: float = 0.0  # 0 stiff .. 1 very wrinkled cloth
    grain: float = 0.0  # 0..1 contrast of a fine texture (knit, denim, asphalt)
    seed: int = 0


@dataclass
class Surface:
    """points float32 [rows, columns, 3] in metres; uv float32 [rows, columns (+ 1 if closed), 2] metres across, along.

    A closed surface joins its last column to the first. `part` is what the pixels show (0: nothing described).
    """

    points: np.ndarray
    finish: Finish
    part: int = 0
    closed: bool = True
    uv: np.ndarray | None = None
    casts: bool = True  # casts a shadow
