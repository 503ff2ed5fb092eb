"""The ground: one material to the horizon, with strips, kerbs, markings, stains and covers on it."""

import math
from random import Random

import numpy as np

from ..rendering.surface import Finish, Surface
from . import materials
from .arrangement import sheet, turned

ACROSS = np.array((-14.0, -5.0, 0.0, 5.0, 14.0))
AWAY = np.array((-2.6, -1.2, 0.0, 1.5, 4.0, 9.0, 20.0, 60.0))
LAYER = 0.004  # metres between things painted on each other


def plain_ground(finish: Finish, angle: float) -> list[Surface]:
    """The ground everywhere; its joints run along `angle`."""
    return sheet(ACROSS, AWAY, 0.0, finish, angle)


def strip(finish: Finish, width: float, offset: float, angle: float, layer: int = 1,
          length: float = 9.0) -> list[Surface]:
    """A band on the ground whose middle passes `offset` metres from the person, running along `angle`."""
    band = sheet(np.linspace(-length, length, 7), np.array((offset - width / 2, offset + width / 2)), layer * LAYER,
                 finish)
    return turned(band, angle)


def kerb(rng: Random, beyond: Finish, angle: float) -> list[Surface]:
    """Behind the person the ground steps up or down by a kerb to another surface."""
    near, high = rng.uniform(0.5, 4.0), rng.uniform(0.08, 0.16)
    stone = materials.stone(rng)
    face = Surface(np.array((((-12, near, high), (12, near, high)), ((-12, near, 0), (12, near, 0))), np.float32),
                   stone,
                   closed=False)
    edge = sheet(np.array((-12, 12)), np.array((near, near + 0.15)), high, stone)
    rest = sheet(ACROSS, np.array((near + 0.15, 4.0 + near, 12.0, 50.0)), high, beyond, angle)
    return turned([face] + edge + rest, math.remainder(angle, math.pi) * 0.5)


def parking_lines(rng: Random) -> list[Surface]:
    """White or yellow lines, a few metres apart."""
    line = Finish(rng.choice(((215, 215, 210), (225, 225, 220), (214, 178, 60))), "noise", (150, 150, 148), 0.3,
                  seed=materials.seed(rng))
    angle, gap, first = rng.uniform(0, math.pi), rng.uniform(2.2, 3.0), rng.uniform(0, 2.5)
    return [s for i in range(-1, 2) for s in strip(line, 0.11, first + gap * i, angle, 2)]


def crossing(rng: Random) -> list[Surface]:
    """Bars of a zebra crossing."""
    white = Finish(materials.grey(rng, 185, 240, 4), "noise", materials.grey(rng, 130, 180, 4), 0.4,
                   seed=materials.seed(rng))
    angle, gap = rng.uniform(0, math.pi), rng.uniform(0.8, 1.1)
    shift = rng.uniform(0, gap)
    return [s for i in range(-3, 4) for s in strip(white, gap / 2, shift + gap * i, angle, 2, rng.uniform(1.5, 4))]


def guidance(rng: Random) -> list[Surface]:
    """A tactile strip or a painted line."""
    colour = rng.choice(((205, 170, 50), (200, 180, 90), materials.grey(rng, 60, 230), materials.any_colour(rng)))
    finish = Finish(colour, "tiles", materials.shifted(colour, -40), rng.choice((0.06, 0.3)), seed=materials.seed(rng))
    angle = rng.uniform(-0.7, 0.7) + rng.choice((0, math.pi / 2))
    return strip(finish, rng.uniform(0.1, 0.6), rng.uniform(-0.8, 2.5), angle, 2)


def stain(rng: Random, base: Finish) -> list[Surface]:
    """A repaired or wet patch, a cover, a mat, fallen leaves."""
    finish = Finish(materials.shifted(base.base, rng.choice((-45, -25, 20))), "noise", base.base, rng.uniform(0.3, 1.2),
                    seed=materials.seed(rng)) if rng.random() < 0.7 else materials.painted(rng)
    x, y, size = rng.uniform(-1, 1), rng.uniform(-0.3, 3.5), rng.uniform(0.2, 0.9)
    corners = np.linspace(-size, size, 2)
    return turned(sheet(corners, corners * rng.uniform(0.4, 2), 3 * LAYER, finish), rng.uniform(0, math.pi), x, y)


def sample_ground(rng: Random, floors: tuple, indoor: bool) -> list[Surface]:
    """A ground of one of the material makers `floors`, with what lies on it."""
    angle = rng.uniform(-math.pi / 4, math.pi / 4)
    main = rng.choice(floors)(rng)
    parts = plain_ground(main, angle)
    if rng.random() < 0.4:
        across = angle + rng.choice((0, math.pi / 2))
        parts += strip(rng.choice(floors)(rng), rng.uniform(0.3, 2.5), rng.uniform(-1.2, 4), across)
    if rng.random() < (0.1 if indoor else 0.25):
        beyond = rng.choice((materials.asphalt, materials.grass, materials.slabs) if not indoor else floors)(rng)
        parts += kerb(rng, beyond, angle)
    if rng.random() < 0.2:
        parts += guidance(rng)
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        parts += stain(rng, main)
    return parts
