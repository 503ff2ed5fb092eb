"""Stations, shops and passages."""

from random import Random

from ..rendering.surface import Surface
from . import furniture, materials, walls
from .arrangement import panel, turned
from .grounds import guidance, sample_ground
from .scatter import clutter


def platform(rng: Random) -> list[Surface]:
    parts = sample_ground(rng, (materials.concrete, materials.asphalt, materials.slabs, materials.tiles), False)
    parts += guidance(rng)
    if rng.random() < 0.4:  # a train: a coloured side with a band of windows
        train, near = materials.painted(rng, 0.6), rng.uniform(1.5, 4)
        parts += turned(panel(-12, 12, -0.2, 3.6, near, train)
                        + panel(-12, 12, 1.3, 2.1, near - 0.02, materials.glass(rng))
                        + panel(-0.7, 0.7, 0.05, 2.2, near - 0.03, materials.painted(rng, 0.6)), rng.gauss(0, 0.3))
    else:
        parts += walls.facade(rng, rng.uniform(2.5, 12), rng.random() < 0.5)
    return parts + clutter(rng, (furniture.bench, furniture.pillar, furniture.sign, furniture.machine,
                                  furniture.bin_), 3)


def hall(rng: Random) -> list[Surface]:
    parts = sample_ground(rng, materials.INDOOR_FLOORS, True) + walls.facade(rng, rng.uniform(2.5, 10), True)
    if rng.random() < 0.5:
        gates = [s for i in range(3) for s in turned(furniture.ticket_gate(rng), 0, (i - 1) * 1.15, 0)]
        parts += turned(gates, rng.gauss(0, 0.3), rng.uniform(-0.6, 0.6), rng.uniform(1.4, 5))
    return parts + clutter(rng, (furniture.pillar, furniture.machine, furniture.sign, furniture.railing,
                                  furniture.bin_), 3)


def corridor(rng: Random) -> list[Surface]:
    parts = sample_ground(rng, materials.INDOOR_FLOORS, True)
    wide, middle = rng.uniform(1.6, 3.5), rng.gauss(0, 0.3)
    sides = rng.choice(((-1,), (1,), (-1, 1)))
    corridor = [s for side in sides for s in walls.side_wall(rng, middle + side * wide / 2, True)]
    end = walls.facade(rng, rng.uniform(2.5, 14), True, rng.gauss(0, 0.15))
    return parts + corridor + end + clutter(rng, furniture.INDOOR, 1)


def shop(rng: Random) -> list[Surface]:
    parts = sample_ground(rng, materials.INDOOR_FLOORS, True)
    parts += walls.shelves(rng, rng.uniform(0.9, 4), rng.gauss(0, 0.6))
    parts += walls.facade(rng, rng.uniform(5, 10), True)
    return parts + clutter(rng, (furniture.stand, furniture.boxes, furniture.counter, furniture.sign,
                                  furniture.stand), 2)


def mall(rng: Random) -> list[Surface]:
    parts = sample_ground(rng, materials.INDOOR_FLOORS, True)
    wall = walls.facade(rng, 0, True, 0) + walls.shop_front(rng, 4)
    parts += turned(wall, rng.uniform(-0.7, 0.7), 0, rng.uniform(2, 9))
    return parts + clutter(rng, furniture.INDOOR, 3)


def underpass(rng: Random) -> list[Surface]:
    parts = sample_ground(rng, (materials.concrete, materials.slabs, materials.tiles), True)
    parts += walls.side_wall(rng, rng.choice((-1, 1)) * rng.uniform(0.8, 2.5), True)
    parts += walls.facade(rng, rng.uniform(3, 12), True)
    return parts + clutter(rng, (furniture.pillar, furniture.railing, furniture.sign), 2)
