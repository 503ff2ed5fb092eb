"""An open umbrella over the head."""

import numpy as np

from ..body.skeleton import Skeleton
from ..people.person import Paint
from ..rendering.surface import Finish, Surface
from .forms import UP, arc, bar, lean_of, rod, unit
from .hands import hand
from .materials import METAL, PLASTIC, shade
from .parts import UMBRELLA

_RIBS, _ROWS = 8, 6


def umbrella_surfaces(paint: Paint, skeleton: Skeleton, rng, side: int = -1) -> list[Surface]:
    """Shaft in the hand on `side` (1 left, -1 right), canopy over the head, in world metres."""
    held = skeleton[f"hand_{hand(side)}"]
    above = skeleton["head_top"] + (rng.uniform(0.24, 0.36)) * UP
    lean = 0.08 * rng.uniform(-1, 1) * skeleton.side + 0.1 * rng.uniform(-0.5, 1) * skeleton.facing
    top = 0.4 * held + 0.6 * above + lean
    top[2] = above[2]
    axis = unit(top - held)
    radius = rng.uniform(0.46, 0.58)
    canopy = _canopy(top, axis, radius, Finish(paint.rgb, gloss=0.2, folds=0.12))
    under = Finish(shade(paint.rgb, 0.8), gloss=0.1)
    hook = held - 0.06 * axis
    turn = hook - 0.09 * axis
    crook = arc(turn, turn + 0.06 * skeleton.facing, turn + 0.03 * skeleton.facing - 0.05 * axis, 6)
    found = [
        canopy,
        *rod(hook - 0.09 * axis, top, 0.006, METAL, UMBRELLA, 5),
        *rod(hook - 0.09 * axis, held + 0.05 * axis, 0.012, PLASTIC, UMBRELLA, 6),
        *rod(top, top + 0.06 * axis, 0.005, METAL, UMBRELLA, 4),
    ]
    found += bar(crook, 0.011, PLASTIC, UMBRELLA, up=skeleton.side)
    runner = top - 0.22 * axis
    for rib in range(0, 2 * _RIBS, 2):  # stretchers from the shaft to the middle of the ribs
        found += rod(runner, canopy.points[_ROWS // 2 + 1, rib] - 0.01 * axis, 0.003, under, UMBRELLA, 3)
    return found


def _canopy(top: np.ndarray, axis: np.ndarray, radius: float, finish: Finish) -> Surface:
    """Cloth between ribs: it hangs slightly between them, and its edge is scalloped."""
    first = unit(np.cross(axis, lean_of((0, 0, 0), axis)))
    second = np.cross(axis, first)
    angles = np.arange(2 * _RIBS) * np.pi / _RIBS
    between = np.arange(2 * _RIBS) % 2
    out = np.linspace(0.01, 1, _ROWS)[:, None]
    reach = radius * np.sin(out * 1.15) / np.sin(1.15) * (1 - 0.07 * between * out)
    drop = radius * 0.52 * (1 - np.cos(out * 1.35)) / (1 - np.cos(1.35)) - 0.03 * between * out**2 * radius
    ring = np.cos(angles)[:, None] * first + np.sin(angles)[:, None] * second
    points = top + reach[..., None] * ring[None] - drop[..., None] * axis
    return Surface(points.astype(np.float32), finish, UMBRELLA)
