"""Parked cars and vans, at the origin, side towards the camera."""

from random import Random

import numpy as np

from ..people.colours import COLOURS
from ..rendering.solids import tube
from ..rendering.surface import Finish, Surface
from .arrangement import sheet

CAR_COLOURS = {"black": 20, "charcoal": 14, "gray": 12, "silver": 20, "white": 22, "red": 8, "blue": 7, "navy": 6,
               "green": 2,
               "beige": 2, "yellow": 2, "maroon": 3, "brown": 2}

# Half outlines from the front bumper over the roof to the back: metres along, height; and half the width there.
CAR = ((-2.1, 0.35, 0.7), (-2.1, 0.65, 0.8), (-1.9, 0.78, 0.84), (-0.95, 0.92, 0.86), (-0.35, 1.38, 0.66),
       (0.2, 1.45, 0.68),
       (0.9, 1.4, 0.66), (1.55, 0.98, 0.84), (2.0, 0.92, 0.82), (2.1, 0.6, 0.8), (2.1, 0.35, 0.7))
VAN = ((-2.4, 0.4, 0.85), (-2.4, 0.85, 0.9), (-1.9, 1.1, 0.92), (-1.3, 1.95, 0.85), (-0.5, 2.05, 0.88),
       (2.3, 2.05, 0.88),
       (2.4, 1.9, 0.9), (2.4, 0.4, 0.9))


def _side(outline: np.ndarray, low: float, sign: int, finish: Finish) -> Surface:
    """The flank between the sill and the outline."""
    top = np.stack([outline[:, 0], sign * outline[:, 2], outline[:, 1]], -1)
    bottom = top.copy()
    bottom[:, 1] = sign * outline[:, 2].max()
    bottom[:, 2] = low
    middle = top * 0.5 + bottom * 0.5
    middle[:, 1] = sign * outline[:, 2].max()
    middle[:, 2] = np.minimum(middle[:, 2], 0.75)
    return Surface(np.stack([top, middle, bottom]).astype(np.float32), finish, closed=False)


def _wheel(x: float, y: float) -> list[Surface]:
    return (tube(((x, y - 0.1, 0.32), (x, y + 0.1, 0.32)), (0.32, 0.32), Finish((26, 26, 28)), columns=12, up=(0, 0, 1))
            + tube(((x, y - 0.12, 0.32), (x, y + 0.12, 0.32)), (0.19, 0.19), Finish((140, 142, 146), gloss=0.5),
                   columns=8, up=(0, 0, 1)))


def car(rng: Random) -> list[Surface]:
    """Body, glass, wheels and the dark ground under it."""
    outline = np.array(VAN if rng.random() < 0.2 else CAR)
    van = len(outline) == len(VAN)
    colour = COLOURS[rng.choices(list(CAR_COLOURS), list(CAR_COLOURS.values()))[0]].sample(rng)
    body, pane = Finish(colour, gloss=0.8), Finish((38, 42, 48), gloss=0.8)
    over = np.stack([np.stack([outline[:, 0], side * outline[:, 2], outline[:, 1]], -1) for side in (-1, 1)], 1)
    parts = [Surface(over.astype(np.float32), body, closed=False)]
    parts += sheet(np.array((-2.15, 2.15)), np.array((-0.9, 0.9)), 0.012, Finish((26, 26, 27)))
    parts += [_side(outline, 0.25, sign, body) for sign in (-1, 1)]
    sides = ((-0.62, 0.18, 0.95, 1.33), (0.24, 1.15, 0.95, 1.33))
    if van:
        sides = ((-1.2, 1.9, 1.1, 1.75), (-0.1, 0.6, 1.1, 1.75))
    for left, right, low, high in sides[:1] if van and rng.random() < 0.7 else sides:
        for sign in (-1, 1):
            width = 0.93 if van else 0.8
            corners = np.array((((left + 0.25, sign * (width - 0.05), high),
                                 (right - 0.1, sign * (width - 0.05), high)),
                                ((left, sign * (width + 0.06), low), (right, sign * (width + 0.06), low))), np.float32)
            parts.append(Surface(corners, pane, closed=False))
    for index in ((2, 3) if van else (3, 4), (5, 6) if van else (6, 7)):
        a, b = outline[index[0]], outline[index[1]]
        lifted = np.array(((a[0], a[1] + 0.012, a[2] * 0.88), (b[0], b[1] + 0.012, b[2] * 0.88)))
        points = np.stack([np.stack([lifted[:, 0], s * lifted[:, 2], lifted[:, 1]], -1) for s in (-1, 1)], 1)
        parts.append(Surface(points.astype(np.float32), pane, closed=False))
    lamp = Finish(rng.choice(((190, 30, 30), (230, 230, 225))), gloss=0.5)
    for y in (-0.6, 0.6):
        x = -2.13 if not van else -2.43
        points = np.array((((x, y - 0.15, 0.75), (x, y + 0.15, 0.75)), ((x, y - 0.15, 0.6), (x, y + 0.15, 0.6))),
                          np.float32)
        parts.append(Surface(points, lamp, closed=False))
    for x in (-1.35, 1.35):
        for y in (-0.76, 0.76):
            parts += _wheel(x, y)
    return parts
