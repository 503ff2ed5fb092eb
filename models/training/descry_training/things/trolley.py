"""Trolleys: a supermarket's of wire, and a station's or airport's with cases on it."""

from random import Random
from typing import TYPE_CHECKING

import numpy as np

from ..people.person import Paint
from ..rendering.solids import box
from ..rendering.surface import Finish, Surface
from .forms import bar, disc_wheel, rod
from .materials import METAL, RUBBER
from .parts import PUSHED

if TYPE_CHECKING:
    from .pushed import Ground

_ASKEW = np.array((0.5, 0.3, 0.81))  # leans away from every wire


def shopping_trolley(paint: Paint, ground: "Ground", height: float, rng) -> list[Surface]:
    """A wire basket on wheels; the handle and the trim have the paint, `ground.origin` lies below the handle."""
    trim = Finish(paint.rgb, gloss=0.4)
    found = rod(ground.at(0, -0.25, height), ground.at(0, 0.25, height), 0.02, trim, PUSHED, 6)
    rim = [
        ground.at(a, r, height + u)
        for a, r, u in ((0.06, -0.26, -0.06), (0.06, 0.26, -0.06), (0.9, 0.2, -0.14), (0.9, -0.2, -0.14))
    ]
    foot = [ground.at(a, r, height * 0.56) for a, r in ((0.16, -0.22), (0.16, 0.22), (0.84, 0.16), (0.84, -0.16))]
    rim, foot = np.array(rim), np.array(foot)
    found += bar(np.concatenate([rim, rim[:1]]), 0.008, trim, PUSHED, 3, _ASKEW)
    for share in (0.25, 0.5, 0.75, 1.0):
        ring = rim * (1 - share) + foot * share
        found += bar(np.concatenate([ring, ring[:1]]), 0.004, METAL, PUSHED, 3, _ASKEW)
    for edge in range(4):  # one wire up and down along each side
        other = (edge + 1) % 4
        share = np.repeat(np.linspace(0, 1, 8), 2)[:, None]
        above, below = rim[edge] * (1 - share) + rim[other] * share, foot[edge] * (1 - share) + foot[other] * share
        down = (np.arange(16) % 4 // 2 != np.arange(16) % 2)[:, None]
        found += bar(np.where(down, below, above), 0.004, METAL, PUSHED, 3, _ASKEW)
    for side in (-1, 1):
        frame = [
            ground.at(0, side * 0.25, height),
            ground.at(0.1, side * 0.24, height * 0.55),
            ground.at(0.06, side * 0.23, 0.2),
            ground.at(0.08, side * 0.23, 0.11),
        ]
        found += bar(frame, 0.013, METAL, PUSHED, up=ground.right)
        found += rod(ground.at(0.06, side * 0.23, 0.18), ground.at(0.84, side * 0.17, 0.14), 0.012, METAL, PUSHED)
        found += rod(
            ground.at(0.84, side * 0.17, 0.14), ground.at(0.5, side * 0.19, height * 0.56), 0.011, METAL, PUSHED
        )
        found += disc_wheel(ground.at(0.08, side * 0.23, 0.06), ground.right, 0.06, 0.03, RUBBER, PUSHED, 8)
        found += disc_wheel(ground.at(0.84, side * 0.17, 0.06), ground.right, 0.06, 0.03, RUBBER, PUSHED, 8)
    goods = Random(sum(paint.rgb))
    for _ in range(goods.randint(0, 5)):
        size = [goods.uniform(0.1, 0.22) for _ in range(3)]
        colour = tuple(goods.randint(60, 230) for _ in range(3))
        found += box(
            ground.at(goods.uniform(0.3, 0.7), goods.uniform(-0.1, 0.1), height * 0.57 + size[2] / 2),
            size,
            Finish(colour, gloss=0.2),
            PUSHED,
            _basis(ground),
        )
    return found


def luggage_trolley(paint: Paint, ground: "Ground", height: float, rng) -> list[Surface]:
    """A low platform with an upright handle, loaded with cases of which the first has the paint."""
    found = rod(
        ground.at(0, -0.28, height), ground.at(0, 0.28, height), 0.02, Finish((40, 40, 44), gloss=0.3), PUSHED, 6
    )
    for side in (-0.25, 0.25):
        found += bar(
            [ground.at(0, side, height), ground.at(0.1, side, height * 0.6), ground.at(0.14, side, 0.2)],
            0.017,
            METAL,
            PUSHED,
            up=ground.right,
        )
        for ahead in (0.16, 0.92):
            found += disc_wheel(ground.at(ahead, side * 0.95, 0.07), ground.right, 0.07, 0.04, RUBBER, PUSHED, 8)
    found += rod(ground.at(0.1, -0.25, height * 0.62), ground.at(0.1, 0.25, height * 0.62), 0.012, METAL, PUSHED)
    found += box(ground.at(0.56, 0, 0.17), (0.5, 0.86, 0.04), METAL, PUSHED, _basis(ground))
    cases = Random(sum(paint.rgb))
    floor, colours = 0.19, ((40, 42, 48), (120, 30, 36), (44, 60, 96), (90, 92, 96), (60, 50, 44))
    for number in range(cases.randint(1, 3)):
        size = (cases.uniform(0.42, 0.56), cases.uniform(0.6, 0.76), cases.uniform(0.22, 0.3))
        case = Finish(paint.rgb if number == 0 else cases.choice(colours), gloss=cases.choice((0.1, 0.5)), grain=0.06)
        found += box(
            ground.at(0.54 + cases.uniform(-0.04, 0.04), cases.uniform(-0.03, 0.03), floor + size[2] / 2),
            size,
            case,
            PUSHED,
            _basis(ground),
            0.2,
        )
        floor += size[2]
    return found


def _basis(ground: "Ground") -> np.ndarray:
    return np.stack([ground.right, ground.ahead, (0.0, 0.0, 1.0)], 1)
