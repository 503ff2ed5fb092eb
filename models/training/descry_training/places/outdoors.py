"""Places under the sky."""

import math
from random import Random

import numpy as np

from ..rendering.solids import box
from ..rendering.surface import Surface
from . import furniture, materials, walls
from .arrangement import panel, sheet, turned
from .greenery import bush, tree
from .grounds import crossing, parking_lines, sample_ground
from .scatter import beside, clutter, parked


def pavement(rng: Random) -> list[Surface]:
    parts = sample_ground(rng, materials.OUTDOOR_FLOORS, False) + walls.facade(rng, rng.uniform(1.0, 7), False)
    if rng.random() < 0.25:
        parts += parked(rng, 1.5)
    return parts + clutter(rng, furniture.STREET + (bush,))


def plaza(rng: Random) -> list[Surface]:
    parts = sample_ground(rng, materials.OUTDOOR_FLOORS, False) + walls.facade(rng, rng.uniform(8, 25), False)
    if rng.random() < 0.4:
        parts += turned(tree(rng), 0, rng.gauss(0, 2), rng.uniform(2, 8))
    return parts + clutter(rng, furniture.STREET)


def campus(rng: Random) -> list[Surface]:
    lawn = rng.random() < 0.25
    parts = sample_ground(rng, (materials.grass,) if lawn else materials.OUTDOOR_FLOORS, False)
    if not lawn:
        near = rng.uniform(0.4, 4)
        lawn_ahead = sheet(np.array((-12, 0, 12)), np.array((near, near + 4, 40)), 0.02, materials.grass(rng))
        parts += turned(lawn_ahead, rng.gauss(0, 0.5))
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        parts += turned(tree(rng), rng.uniform(0, math.tau), rng.gauss(0, 2.2), rng.uniform(0.8, 8))
    for _ in range(rng.choice((0, 0, 1, 2))):
        parts += beside(rng, bush(rng), 1.0)
    if rng.random() < 0.4:
        parts += walls.hedge(rng, rng.uniform(1.5, 6))
    if rng.random() < 0.2:
        parts += walls.fence(rng, rng.uniform(1.2, 5))
    if rng.random() < 0.6:
        parts += walls.facade(rng, rng.uniform(9, 28), False)
    else:
        parts += panel(-40, 40, 0, 14, 30, materials.leaves(rng))
    return parts + clutter(rng, (furniture.bench, furniture.pole, furniture.bicycle, furniture.sign, furniture.bin_),
                            2)


def street(rng: Random) -> list[Surface]:
    parts = sample_ground(rng, (materials.asphalt, materials.asphalt, materials.slabs, materials.concrete), False)
    if rng.random() < 0.3:
        parts += crossing(rng)
    if rng.random() < 0.75:
        parts += parked(rng, 1.0)
    return parts + walls.facade(rng, rng.uniform(8, 18), False, rng.gauss(0, 0.3)) + clutter(rng, furniture.STREET, 2)


def car_park(rng: Random) -> list[Surface]:
    parts = sample_ground(rng, (materials.asphalt, materials.concrete), False) + parking_lines(rng)
    parts += parked(rng, 0.9)
    if rng.random() < 0.3:
        parts += beside(rng, furniture.pillar(rng), 0.9)
    return parts + walls.facade(rng, rng.uniform(8, 20), False)


def stairs(rng: Random) -> list[Surface]:
    finish, side = rng.choice((materials.concrete, materials.stone, materials.slabs))(rng), materials.painted(rng, 0.3)
    rise, run, steps = rng.uniform(0.14, 0.18), rng.uniform(0.27, 0.36), 12
    flight = []
    for i in range(steps):
        high = (i + 1) * rise
        flight += box((0, i * run + run / 2, high / 2), (6, run, high), finish)
    for x in (-3.0, 3.0):
        flight += panel(x - 0.1, x + 0.1, 0, 3, 0, side)
    turned(flight, rng.gauss(0, 0.4), rng.gauss(0, 1.2), rng.uniform(0.7, 3))
    parts = sample_ground(rng, materials.OUTDOOR_FLOORS, False) + flight
    return parts + walls.facade(rng, rng.uniform(7, 12), False) + clutter(rng, (furniture.railing, furniture.pole), 2)
