"""A pushchair with hood, seat and basket."""

from typing import TYPE_CHECKING

import numpy as np

from ..people.person import Paint
from ..rendering.solids import ellipsoid
from ..rendering.surface import Finish, Surface
from .forms import bar, curve, disc_wheel, rod
from .materials import DARK_METAL, PLASTIC, RUBBER, shade
from .parts import PUSHED

if TYPE_CHECKING:
    from .pushed import Ground

_HALF = 0.23  # half width of the frame, metres


def pushchair(paint: Paint, ground: "Ground", height: float, rng) -> list[Surface]:
    """`ground.origin` is below the handle, which is at `height` metres."""
    cloth = Finish(paint.rgb, gloss=0.08, folds=0.25, grain=0.08, seed=sum(paint.rgb))
    dark = Finish(shade(paint.rgb, 0.7), gloss=0.05, folds=0.2)
    found = rod(ground.at(0, -_HALF, height), ground.at(0, _HALF, height), 0.018, PLASTIC, PUSHED, 6)
    for side in (-_HALF, _HALF):
        rail = curve(
            [
                ground.at(0, side, height),
                ground.at(0.2, side, height * 0.8),
                ground.at(0.5, side, 0.42),
                ground.at(0.86, side * 0.8, 0.12),
            ],
            7,
        )
        found += bar(rail, 0.013, DARK_METAL, PUSHED, up=ground.right)
        found += rod(ground.at(0.44, side, 0.5), ground.at(0.2, side, 0.12), 0.012, DARK_METAL, PUSHED)
        found += disc_wheel(ground.at(0.2, side * 1.12, 0.12), ground.right, 0.12, 0.04, RUBBER, PUSHED, 12)
        found += disc_wheel(ground.at(0.2, side * 1.14, 0.12), ground.right, 0.07, 0.042, DARK_METAL, PUSHED, 8)
        found += disc_wheel(ground.at(0.87, side * 0.85, 0.09), ground.right, 0.09, 0.04, RUBBER, PUSHED, 10)
    # Seat: a reclined shell from the back's upper edge over the seat to the foot rest.
    middle = np.array([(0.26, 0.9), (0.34, 0.7), (0.44, 0.5), (0.52, 0.46), (0.74, 0.47), (0.8, 0.4), (0.86, 0.24)])
    across = np.array((-1.0, -0.96, -0.4, 0.4, 0.96, 1.0)) * (_HALF - 0.025)
    sides = np.array((0.12, 0.0, 0.0, 0.0, 0.0, 0.12))
    seat = np.array(
        [
            [ground.at(a + 0.5 * s, w, u + (0.8 * s if a < 0.78 else 0)) for w, s in zip(across, sides)]
            for a, u in middle
        ]
    )
    found.append(Surface(seat.astype(np.float32), cloth, PUSHED, closed=False))
    # Hood: a quarter of a barrel around the seat back's upper edge.
    fold = np.linspace(-0.35, rng.uniform(1.3, 1.75), 6)
    bow = np.linspace(0, np.pi, 9)
    hood = np.array(
        [
            [
                ground.at(
                    0.36 + np.sin(turn) * 0.34 * np.sin(b) ** 0.7,
                    -np.cos(b) * _HALF,
                    0.72 + np.cos(turn) * 0.36 * np.sin(b) ** 0.7,
                )
                for b in bow
            ]
            for turn in fold
        ]
    )
    found.append(Surface(hood.astype(np.float32), cloth, PUSHED, closed=False))
    basket = np.array(
        [[ground.at(a, w * _HALF * 0.9, u) for w in (-1, -1, 1, 1)] for a, u in ((0.2, 0.3), (0.68, 0.3))]
    )
    basket[:, 1:3, 2] -= 0.12
    found.append(Surface(basket.astype(np.float32), dark, PUSHED, closed=False))
    if rng.random() < 0.6:  # a child under a blanket
        skin = Finish(rng_choice(rng, ((226, 182, 152), (196, 148, 116), (120, 84, 62))))
        found += ellipsoid(ground.at(0.42, 0, 0.74), (0.075, 0.075, 0.09), skin, 0, 6, 8)
        blanket = Finish(
            rng_choice(rng, ((222, 214, 202), (150, 170, 200), (200, 140, 150), (90, 100, 110))), folds=0.5
        )
        found += ellipsoid(
            ground.at(0.56, 0, 0.55),
            (0.17, 0.24, 0.12),
            blanket,
            PUSHED,
            6,
            10,
            np.stack([ground.right, ground.ahead, (0, 0, 1)], 1),
        )
    return found


def rng_choice(rng, options: tuple):
    """One of the options from either kind of generator."""
    return options[int(rng.random() * len(options))]
