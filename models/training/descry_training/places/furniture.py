"""Street and indoor furniture. Each stands at the origin with its front towards the camera (-y)."""

import math
from random import Random

import numpy as np

from ..rendering.solids import box, ellipsoid, lathe, tube
from ..rendering.surface import Finish, Surface
from . import materials
from .arrangement import panel, rod


def pole(rng: Random) -> list[Surface]:
    """A lamp post, a drain pipe, a sign's post."""
    radius = rng.uniform(0.03, 0.12)
    parts = rod((0, 0, 0), (0, 0, 6), radius, materials.painted(rng, 0.2))
    if rng.random() < 0.4:
        parts += panel(-0.3, 0.3, 2.0, 2.7, -radius - 0.02, materials.painted(rng, 0.8))
    return parts


def pillar(rng: Random) -> list[Surface]:
    finish = rng.choice((materials.concrete, materials.tiles, materials.stone, materials.plaster))(rng)
    wide = rng.uniform(0.3, 0.8)
    if rng.random() < 0.5:
        return tube(((0, 0, 0), (0, 0, 5)), (wide / 2, wide / 2), finish, columns=14, caps=False)
    return box((0, 0, 2.5), (wide, wide, 5), finish)


def bin_(rng: Random) -> list[Surface]:
    finish, high, wide = materials.painted(rng, 0.5), rng.uniform(0.7, 1.2), rng.uniform(0.2, 0.34)
    if rng.random() < 0.5:
        return lathe(((wide * 0.8, 0), (wide, high), (wide * 0.9, high + 0.08), (0.01, high + 0.1)), finish, columns=10)
    lid = box((0, 0, high + 0.05), (wide * 2.1, wide * 2.1, 0.1), materials.painted(rng, 0.3))
    return box((0, 0, high / 2), (wide * 2, wide * 2, high), finish) + lid


def bench(rng: Random) -> list[Surface]:
    wood = rng.choice((materials.planks, materials.metal, materials.painted))(rng)
    frame, long = materials.metal(rng), rng.uniform(1.2, 2.4)
    parts = box((0, 0, 0.45), (long, 0.45, 0.06), wood)
    if rng.random() < 0.6:
        parts += panel(-long / 2, long / 2, 0.55, 0.9, 0.22, wood)
    for x in (-long * 0.42, long * 0.42):
        parts += panel(x - 0.04, x + 0.04, 0, 0.44, 0.0, frame)
    return parts


def bollard(rng: Random) -> list[Surface]:
    radius, high = rng.uniform(0.05, 0.14), rng.uniform(0.6, 1.1)
    finish = materials.painted(rng, 0.4)
    parts = lathe(((radius, 0), (radius, high), (radius * 0.7, high + 0.05), (0.005, high + 0.06)), finish, columns=10)
    if rng.random() < 0.4:
        ring = Finish(rng.choice(((225, 225, 220), (220, 180, 50), (190, 40, 40))))
        parts += lathe(((radius * 1.04, high * 0.75), (radius * 1.04, high * 0.88)), ring, columns=10)
    return parts


def cone(rng: Random) -> list[Surface]:
    orange, high = Finish((215, 85, 40)), rng.uniform(0.45, 0.75)
    white = Finish((225, 225, 222))
    return (lathe(((0.19, 0.03), (0.03, high)), orange, columns=10)
            + lathe(((0.135, high * 0.38), (0.095, high * 0.62)), white, columns=10) + box((0, 0, 0.02),
                                                                                           (0.4, 0.4, 0.04), orange))


def railing(rng: Random) -> list[Surface]:
    """A hand rail or barrier about 3 m long."""
    finish, high = rng.choice((materials.metal, materials.painted))(rng), rng.uniform(0.85, 1.15)
    bars = rng.choice((1, 2, 3))
    parts = []
    for i in range(bars):
        level = high * (1 - i * 0.32)
        parts += rod((-1.6, 0, level), (1.6, 0, level), 0.025, finish)
    if rng.random() < 0.35:
        parts += [s for i in range(-10, 11) for s in panel(i * 0.15, i * 0.15 + 0.02, 0.1, high, 0.0, finish)]
    for x in (-1.5, 0.1, 1.5):
        parts += rod((x, 0, 0), (x, 0, high), 0.028, finish)
    return parts


def sign(rng: Random) -> list[Surface]:
    """A board on the ground or on two legs."""
    wide, high, low = rng.uniform(0.4, 1.2), rng.uniform(0.5, 1.4), rng.choice((0.02, 0.6, 1.2))
    face = Finish(materials.any_colour(rng), rng.choice(("posters", "plain")), scale=rng.uniform(0.2, 0.8),
                  seed=materials.seed(rng))
    parts = box((0, 0.02, low + high / 2), (wide, 0.05, high), materials.painted(rng, 0.2))
    parts += panel(-wide * 0.46, wide * 0.46, low + high * 0.04, low + high * 0.96, -0.02, face)
    if low > 0.1:
        for x in (-wide * 0.4, wide * 0.4):
            parts += rod((x, 0.05, 0), (x, 0.05, low), 0.025, materials.metal(rng))
    return parts


def planter(rng: Random) -> list[Surface]:
    wide, high = rng.uniform(0.4, 1.4), rng.uniform(0.35, 0.7)
    pot = rng.choice((materials.concrete, materials.planks, materials.painted))(rng)
    parts = box((0, 0, high / 2), (wide, 0.5, high), pot)
    for _ in range(3):
        size = rng.uniform(0.2, 0.4)
        parts += ellipsoid((rng.uniform(-0.4, 0.4) * wide, 0, high + size * 0.5), (size, size * 0.8, size),
                           materials.leaves(rng),
                           rows=5, columns=9)
    return parts


def ticket_gate(rng: Random) -> list[Surface]:
    """Two cabinets of a barrier with a flap between."""
    body, top = materials.metal(rng), materials.painted(rng, 0.6)
    parts = []
    for x in (-0.45, 0.45):
        parts += box((x, 0.3, 0.5), (0.25, 1.4, 1.0), body) + box((x, 0.3, 1.02), (0.27, 1.42, 0.05), top)
    flap = Finish(rng.choice(((180, 40, 40), (60, 120, 170), (150, 155, 160))), gloss=0.4)
    return parts + panel(-0.3, 0.3, 0.45, 0.95, 0.3, flap)


def counter(rng: Random) -> list[Surface]:
    long, high = rng.uniform(1.2, 3), rng.uniform(0.85, 1.15)
    body = rng.choice((materials.planks, materials.painted, materials.plaster))(rng)
    parts = box((0, 0.3, high / 2), (long, 0.6, high), body)
    parts += box((0, 0.3, high + 0.02), (long + 0.08, 0.68, 0.05), materials.stone(rng))
    for _ in range(rng.choice((0, 1, 2, 3))):
        size = rng.uniform(0.12, 0.35)
        parts += box((rng.uniform(-0.4, 0.4) * long, 0.3, high + 0.04 + size / 2), (size, 0.25, size),
                     materials.painted(rng, 0.6))
    return parts


def machine(rng: Random) -> list[Surface]:
    """A vending or ticket machine, a cupboard."""
    wide, high = rng.uniform(0.6, 1.2), rng.uniform(1.4, 2.0)
    parts = box((0, 0.35, high / 2), (wide, 0.7, high), materials.painted(rng, 0.6))
    face = Finish(materials.any_colour(rng), rng.choice(("shelves", "posters", "plain")), materials.grey(rng, 20, 90),
                  0.3,
                  seed=materials.seed(rng))
    return parts + panel(-wide * 0.4, wide * 0.3, high * 0.35, high * 0.9, -0.02, face)


def boxes(rng: Random) -> list[Surface]:
    """Cartons, crates, parcels."""
    parts, level = [], 0.0
    for _ in range(rng.choice((1, 2, 3))):
        size = rng.uniform(0.25, 0.6)
        colour = rng.choice(((168, 130, 92), (150, 116, 84), materials.paint(rng, 0.7)))
        parts += box((rng.uniform(-0.1, 0.1), 0, level + size / 2), (size * 1.3, size, size), Finish(colour, grain=0.1))
        level += size
    return parts


def table(rng: Random) -> list[Surface]:
    """A table with two chairs."""
    top, leg = rng.choice((materials.planks, materials.painted))(rng), materials.metal(rng)
    parts = lathe(((0.01, 0.74), (0.4, 0.74), (0.4, 0.7)), top, columns=12) + rod((0, 0, 0), (0, 0, 0.7), 0.04, leg)
    seat = materials.painted(rng, 0.5)
    for x in (-0.75, 0.75):
        parts += box((x, 0, 0.44), (0.4, 0.4, 0.05), seat) + box((x * 1.25, 0, 0.7), (0.04, 0.4, 0.4), seat)
        parts += rod((x, 0, 0), (x, 0, 0.44), 0.03, leg)
    return parts


def stand(rng: Random) -> list[Surface]:
    """A rail of clothes: the background may wear what people wear."""
    parts = rod((-0.8, 0, 1.5), (0.8, 0, 1.5), 0.02, materials.metal(rng))
    for i in range(8):
        cloth = Finish(materials.any_colour(rng), folds=0.7, seed=materials.seed(rng))
        x = -0.75 + i * 0.2
        parts += box((x, 0, rng.uniform(1.0, 1.15)), (0.14, 0.35, rng.uniform(0.6, 0.9)), cloth)
    return parts


def bicycle(rng: Random) -> list[Surface]:
    """Parked: two wheels and a frame."""
    tyre, frame = Finish((32, 32, 34)), materials.painted(rng, 0.8)
    parts = []
    for x in (-0.52, 0.52):
        angles = np.linspace(0, 2 * math.pi, 15)
        rim = np.stack([x + 0.33 * np.cos(angles), np.zeros(15), 0.34 + 0.33 * np.sin(angles)], -1)
        parts += tube(rim, np.full(15, 0.022), tyre, columns=4, caps=False, up=(0, 1, 0))
    lines = (((-0.52, 0, 0.34), (-0.2, 0, 0.8)), ((-0.2, 0, 0.8), (0.4, 0, 0.82)), ((0.52, 0, 0.34), (0.38, 0, 1.0)),
             ((-0.1, 0, 0.36), (0.4, 0, 0.8)), ((-0.1, 0, 0.36), (-0.24, 0, 0.95)))
    return parts + [s for start, end in lines for s in rod(start, end, 0.022, frame)]


STREET = (pole, pole, bin_, bench, bollard, railing, sign, planter, bicycle, cone, boxes)
INDOOR = (pillar, bin_, bench, sign, planter, machine, counter, table, railing, boxes, stand)
