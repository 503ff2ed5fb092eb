"""Straps as ribbons that lie on the clothes."""

import numpy as np

from ..rendering.surface import Finish, Surface
from .forms import curve, ribbon
from .parts import BAG
from .torso import Torso


def lay(torso: Torso, through, width: float, finish: Finish, count: int = 18) -> list[Surface]:
    """A ribbon along a smooth line through points, held outside the trunk."""
    path = torso.pushed_out(curve(through, count))
    normals = torso.normals(path)
    return [ribbon(path + 0.006 * normals, normals, width, finish, BAG)]


def harness(
    torso: Torso, side: float, front: bool, rise: float, gap: float, width: float, finish: Finish
) -> list[Surface]:
    """A backpack's strap over the shoulder on `side` (1 right): down the chest, under the arm and back to the bag.

    `front`: the bag is on the chest, so that the strap lies on the back. `rise` is the level of the bag's upper edge,
    `gap` how far from the middle the strap leaves it.
    """
    shoulder = torso.section(0.18)[0]
    chest = torso.section(0.4)[0]
    over = side * 0.52 * shoulder
    away = not front  # the face of the trunk that the bag is not on
    return lay(
        torso,
        [
            torso.on(side * gap, rise + 0.06, front),
            torso.on(side * (gap + 0.01), max(rise - 0.06, 0.1), front),
            torso.shoulder_top(over),
            torso.on(side * 0.56 * shoulder, 0.2, away),
            torso.on(side * 0.66 * chest, 0.36, away),
            torso.on(side * 0.8 * chest, 0.5, away),
            torso.flank(side, 0.6),
            torso.on(side * 0.75 * chest, 0.66, front),
            torso.on(side * gap * 1.3, 0.72, front),
        ],
        width,
        finish,
        22,
    )


def cross_strap(
    torso: Torso, side: float, ends: tuple[np.ndarray, np.ndarray], width: float, finish: Finish
) -> list[Surface]:
    """From the bag on `side` up the chest, over the other shoulder and down the back; ends: its (front, back)."""
    other = -side * 0.5 * torso.section(0.18)[0]
    chest = torso.section(0.4)[0]
    return lay(
        torso,
        [
            ends[0],
            torso.on(side * 0.62 * chest, 0.72, True),
            torso.on(side * 0.15 * chest, 0.47, True),
            torso.on(-side * 0.42 * chest, 0.22, True),
            torso.shoulder_top(other),
            torso.on(-side * 0.42 * chest, 0.22, False),
            torso.on(side * 0.15 * chest, 0.47, False),
            torso.on(side * 0.62 * chest, 0.72, False),
            ends[1],
        ],
        width,
        finish,
        26,
    )


def hung_strap(
    torso: Torso, side: float, ends: tuple[np.ndarray, np.ndarray], width: float, finish: Finish
) -> list[Surface]:
    """From the bag's front over the shoulder of the same side to its back."""
    shoulder = torso.section(0.18)[0]
    over = side * 0.74 * shoulder
    reach = side * 0.84 * shoulder
    return lay(
        torso,
        [
            ends[0],
            torso.on(reach, 0.36, True),
            torso.on(over, 0.2, True),
            torso.shoulder_top(over),
            torso.on(over, 0.2, False),
            torso.on(reach, 0.36, False),
            ends[1],
        ],
        width,
        finish,
    )


def belt(torso: Torso, level: float, width: float, finish: Finish) -> list[Surface]:
    """Once around the trunk."""
    half = np.linspace(-np.pi / 2, np.pi / 2, 9)
    path = np.array(
        [torso.flank(1.0, level, back) for back in half] + [torso.flank(-1.0, level, back) for back in half[-2::-1]]
    )
    return [ribbon(path, torso.normals(path), width, finish, BAG)]
