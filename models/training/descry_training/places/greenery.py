"""Trees and bushes at the origin."""

from random import Random

from ..rendering.solids import ellipsoid, tube
from ..rendering.surface import Finish, Surface
from . import materials


def tree(rng: Random) -> list[Surface]:
    """A trunk, and a crown above the cameras' view whose shadow falls on the ground."""
    radius, lean = rng.uniform(0.07, 0.28), rng.gauss(0, 0.12)
    light, dark = materials.grey(rng, 55, 125, 14), materials.grey(rng, 30, 70, 8)
    bark = Finish(light, "noise", dark, 0.2, grain=0.5, seed=materials.seed(rng))
    parts = tube(((0, 0, 0), (lean, 0, 1.6), (lean * 2, 0, 4)), (radius * 1.25, radius, radius * 0.8), bark,
                 columns=8, caps=False)
    for _ in range(7):
        size = rng.uniform(0.5, 1.2)
        centre = (rng.gauss(0, 1.0), rng.gauss(0, 1.0), rng.uniform(2.6, 5.0))
        parts += ellipsoid(centre, (size, size, size * 0.7), materials.leaves(rng), rows=5, columns=8)
    return parts


def bush(rng: Random) -> list[Surface]:
    parts = []
    for _ in range(rng.choice((2, 3, 5))):
        size = rng.uniform(0.25, 0.7)
        parts += ellipsoid((rng.gauss(0, 0.6), rng.gauss(0, 0.3), size * 0.6), (size * 1.2, size, size),
                           materials.leaves(rng),
                           rows=6, columns=10)
    return parts
