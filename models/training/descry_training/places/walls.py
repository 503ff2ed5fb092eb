"""What closes the view: facades, shop windows, shelves, hedges, fences, with doors, posters and pipes."""

import math
from random import Random

import numpy as np

from ..rendering.surface import Finish, Surface
from . import materials
from .arrangement import panel, rod, turned

REACH = 11.0  # metres a wall goes to either side


def _across(rng: Random, distance: float) -> float:
    """Somewhere in the narrow wedge that a crop shows at this distance."""
    return rng.gauss(0, 0.5 + 0.12 * distance)


def door(rng: Random, distance: float) -> list[Surface]:
    left, wide, tall = _across(rng, distance) - 0.5, rng.uniform(0.85, 1.9), rng.uniform(2.0, 2.5)
    frame = materials.painted(rng, 0.2)
    leaf = rng.choice((materials.painted(rng, 0.5), materials.planks(rng), materials.glass(rng), materials.metal(rng)))
    around = panel(left - 0.09, left + wide + 0.09, 0, tall + 0.09, -0.02, frame)
    return around + panel(left, left + wide, 0, tall, -0.05, leaf)


def window(rng: Random, distance: float) -> list[Surface]:
    left, wide = _across(rng, distance) - 0.7, rng.uniform(0.7, 2.4)
    low, tall = rng.uniform(0.3, 1.3), rng.uniform(0.8, 2.0)
    frame = materials.painted(rng, 0.15)
    parts = panel(left - 0.07, left + wide + 0.07, low - 0.07, low + tall + 0.07, -0.02, frame)
    panes = rng.choice((1, 2, 3))
    for i in range(panes):
        step = wide / panes
        parts += panel(left + i * step + 0.03, left + (i + 1) * step - 0.03, low, low + tall, -0.05,
                       materials.glass(rng))
    return parts


def shop_front(rng: Random, distance: float) -> list[Surface]:
    """A long window full of goods or reflections, under a coloured sign."""
    low, high = rng.uniform(0.05, 0.6), rng.uniform(2.1, 2.8)
    left, right = -REACH, REACH
    inside = materials.glass(rng) if rng.random() < 0.7 else shelf_finish(rng)
    parts = panel(left, right, low, high, -0.02, inside)
    parts += panel(left, right, high, high + rng.uniform(0.4, 0.9), -0.12, materials.painted(rng, 0.7))
    first = rng.uniform(-3, -1)
    for i in range(4):
        x = first + i * rng.uniform(1.2, 2.4)
        parts += panel(x, x + 0.08, low, high, -0.07, materials.metal(rng))
    return parts


def poster(rng: Random, distance: float) -> list[Surface]:
    left, low = _across(rng, distance) - 0.4, rng.uniform(0.4, 1.6)
    wide, tall = rng.uniform(0.35, 1.6), rng.uniform(0.4, 1.7)
    base = materials.any_colour(rng)
    finish = Finish(base, "posters", scale=rng.uniform(0.3, 1.2), gloss=0.2, seed=materials.seed(rng))
    border = panel(left - 0.04, left + wide + 0.04, low - 0.04, low + tall + 0.04, -0.03, materials.painted(rng, 0.1))
    return border + panel(left, left + wide, low, low + tall, -0.05, finish)


def band(rng: Random, distance: float) -> list[Surface]:
    """A dado, a stripe of another colour or a hand rail along the wall."""
    low = rng.choice((0.0, 0.0, rng.uniform(0.4, 1.8)))
    return panel(-REACH, REACH, low, low + rng.uniform(0.08, 1.1), -0.015,
                 rng.choice((materials.painted(rng, 0.5), materials.tiles(rng), materials.stone(rng))))


def pipe(rng: Random, distance: float) -> list[Surface]:
    x = _across(rng, distance)
    return rod((x, -0.08, 0.0), (x, -0.08, 5.0), 0.05, materials.painted(rng, 0.2))


def pilasters(rng: Random, distance: float) -> list[Surface]:
    finish, gap, wide = materials.stone(rng), rng.uniform(1.4, 4), rng.uniform(0.15, 0.6)
    first = rng.uniform(-gap, 0) - gap
    return [s for i in range(4) for s in panel(first + i * gap, first + i * gap + wide, 0, 6, -0.06, finish)]


def shutter(rng: Random, distance: float) -> list[Surface]:
    base = materials.paint(rng, 0.4)
    finish = Finish(base, "stripes", materials.shifted(base, -26), rng.uniform(0.07, 0.14), gloss=0.2)
    left = _across(rng, distance) - 1.2
    return panel(left, left + rng.uniform(1.5, 3.2), 0, rng.uniform(2.1, 2.8), -0.03, finish)


def steepest_turn(distance: float) -> float:
    """How far a wall there may turn, in radians, before it comes between the person's side and the camera."""
    return min(0.9, math.atan(max(0.0, distance - 0.5) / 1.3))


OUTDOOR_FEATURES = (door, window, window, window, shop_front, poster, band, pipe, pilasters, shutter)
INDOOR_FEATURES = (door, door, poster, poster, band, band, window, pilasters, shutter, pipe)


def facade(rng: Random, distance: float, indoor: bool, angle: float | None = None) -> list[Surface]:
    """A wall at `distance` metres behind the person, square to the view or turned up to 50 degrees."""
    base = rng.choice(materials.INDOOR_WALLS if indoor else materials.OUTDOOR_WALLS)(rng)
    if not indoor and distance > 6 and rng.random() < 0.4:
        base = Finish(materials.grey(rng, 90, 220, 14), "windows", materials.grey(rng, 25, 90), rng.uniform(1.0, 3.2),
                      seed=materials.seed(rng))
    height = rng.uniform(2.6, 4.5) if indoor else rng.uniform(5, 16)
    parts = panel(-REACH - distance, REACH + distance, -0.2, height, 0.0, base)
    features = INDOOR_FEATURES if indoor else OUTDOOR_FEATURES
    for feature in rng.sample(features, rng.choice((0, 1, 1, 2, 2, 3))):
        parts += feature(rng, distance)
    angle = rng.gauss(0, 0.4) if angle is None else angle
    steepest = steepest_turn(distance)
    return turned(parts, max(-steepest, min(steepest, angle)), 0, distance)


def side_wall(rng: Random, x: float, indoor: bool) -> list[Surface]:
    """The wall of a corridor at sideways distance x, along the line of sight or leaning behind the person."""
    finish = rng.choice(materials.INDOOR_WALLS if indoor else materials.OUTDOOR_WALLS)(rng)
    along = np.array((-1.8, -0.6, 1.0, 4.0, 10.0, 24.0), np.float32)
    parts = []
    low_tone = rng.random() < 0.4
    lower = materials.painted(rng, 0.5)
    for bottom, top, inset, each in ((0.0, 3.4, 0.0, finish), (0.0, rng.uniform(0.1, 1.2), 0.02, lower)):
        if inset and not low_tone:
            continue
        edge = np.full_like(along, x - math.copysign(inset, x))
        points = np.stack([np.stack([edge, along, np.full_like(along, z)], -1) for z in (top, bottom)])
        parts.append(Surface(points, each, closed=False))
    # Turned so that its far end comes in behind the person and its near end stays clear of the line of sight.
    return turned(parts, math.copysign(rng.uniform(0.0, 0.5), x), math.copysign(0.1, x))


def shelf_finish(rng: Random) -> Finish:
    return Finish(materials.grey(rng, 40, 210), "shelves", materials.grey(rng, 20, 120), rng.uniform(0.28, 0.5),
                  seed=materials.seed(rng))


def shelves(rng: Random, distance: float, angle: float) -> list[Surface]:
    """A row of shelves full of goods."""
    high = rng.uniform(1.4, 2.4)
    parts = panel(-REACH, REACH, 0.12, high, 0.0, shelf_finish(rng))
    parts += panel(-REACH, REACH, 0.0, 0.12, 0.01, materials.painted(rng, 0.2))
    parts += panel(-REACH, REACH, high, high + rng.uniform(0.05, 0.4), 0.0, materials.painted(rng, 0.6))
    steepest = steepest_turn(distance)
    return turned(parts, max(-steepest, min(steepest, angle)), 0, distance)


def hedge(rng: Random, distance: float) -> list[Surface]:
    """Clipped or wild: an uneven green wall."""
    high, x = rng.uniform(0.6, 2.6), np.linspace(-9, 9, 37)
    rows = []
    for z in np.linspace(high, 0, 7):
        bulge = [rng.gauss(0, 0.12) for _ in x]
        rows.append(np.stack([x, np.array(bulge) - 0.2 * (1 - z / high), np.full_like(x, z) + np.array(bulge) * 0.5],
                             -1))
    surface = Surface(np.stack(rows).astype(np.float32), materials.leaves(rng), closed=False)
    return turned([surface], rng.uniform(-0.6, 0.6) * steepest_turn(distance), 0, distance)


def fence(rng: Random, distance: float) -> list[Surface]:
    """Bars or a lattice through which the background shows."""
    finish, high, gap = materials.painted(rng, 0.3), rng.uniform(0.9, 2.0), rng.uniform(0.12, 0.3)
    parts = []
    for z in (high, rng.uniform(0.1, 0.4)):
        parts += panel(-4, 4, z - 0.05, z, 0.0, finish)
    count = int(2.4 / gap)
    for i in range(-count, count + 1):
        parts += panel(i * gap, i * gap + 0.025, 0, high, 0.01, finish)
    return turned(parts, rng.uniform(-0.6, 0.6) * steepest_turn(distance), 0, distance)
