"""Things strewn behind and beside the person."""

import math
from random import Random

from ..rendering.surface import Surface
from .arrangement import turned
from .vehicles import car


def beside(rng: Random, things: list[Surface], near: float = 0.5, far: float = 7.0) -> list[Surface]:
    """Behind the person or beside them, within what a crop shows, at any turn."""
    y = rng.uniform(near, far)
    x = rng.gauss(0, 0.45 + 0.12 * y)
    if y < 1.3:  # not inside the person
        x = math.copysign(max(abs(x), 0.75), x)
    return turned(things, rng.choice((0.0, rng.uniform(0, math.tau))), x, y)


def clutter(rng: Random, makers: tuple, most: int = 3) -> list[Surface]:
    return [s for _ in range(rng.randint(0, most)) for s in beside(rng, rng.choice(makers)(rng))]


def parked(rng: Random, near: float) -> list[Surface]:
    """A row of parked cars."""
    row, angle, distance = [], rng.gauss(0, 0.35), rng.uniform(near, 9)
    nose_on = rng.random() < 0.3
    gap = rng.uniform(2.3, 3.0) if nose_on else rng.uniform(4.8, 6.0)
    first = rng.uniform(-gap, 0)
    for i in range(2):
        turn = (math.pi / 2 if nose_on else 0) + rng.choice((0, math.pi))
        row += turned(car(rng), turn, first + gap * i, 0)
    return turned(row, angle, 0, distance + (2.1 if nose_on else 0.9))
