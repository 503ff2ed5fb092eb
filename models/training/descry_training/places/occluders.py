"""Things between the camera and the person that hide part of them."""

import math
from random import Random

from ..rendering.surface import Surface
from . import furniture, materials
from .arrangement import panel, turned
from .greenery import bush
from .vehicles import car

LOW = {"railing": (furniture.railing, 6), "bollard": (furniture.bollard, 5), "bin": (furniture.bin_, 5),
       "bicycle": (furniture.bicycle, 4), "counter": (furniture.counter, 4), "car": (car, 3),
       "planter": (furniture.planter, 3),
       "bush": (bush, 3), "sign": (furniture.sign, 3), "boxes": (furniture.boxes, 3), "bench": (furniture.bench, 3),
       "gate": (furniture.ticket_gate, 2), "cone": (furniture.cone, 2)}
HALF_WIDTHS = {"car": 2.1, "counter": 1.0, "bench": 0.8, "bicycle": 0.6, "gate": 0.45,
               "railing": 0.0}  # others about 0.25


def _low(rng: Random, distance: float, camera_height: float, person_height: float, side: int) -> list[Surface]:
    """Hides at most the legs: things that would reach higher are sunk into the ground."""
    name = rng.choices(list(LOW), [weight for _, weight in LOW.values()])[0]
    nearness = rng.uniform(1.2, 2.0) if name == "car" else rng.uniform(0.45, min(1.5, distance * 0.3))
    across = side * (rng.uniform(0.0, 0.3) + HALF_WIDTHS.get(name, 0.25) * rng.uniform(0.3, 1.1))
    things = turned(LOW[name][0](rng), rng.choice((0.0, math.pi, rng.gauss(0, 0.3))), across, -nearness)
    hidden = rng.uniform(0.15, 0.5) * person_height
    highest = camera_height - (camera_height - hidden) * (distance - nearness) / distance
    top = max(float(surface.points[..., 2].max()) for surface in things)
    return turned(things, 0.0, z=min(0.0, highest - top))


def _tall(rng: Random, distance: float, side: int) -> list[Surface]:
    """A post, a door frame or leaves over one side of the person."""
    name = rng.choices(("pole", "pillar", "door frame", "leaves"), (6, 2, 3, 2))[0]
    nearness, across = rng.uniform(0.4, min(1.6, distance * 0.35)), side * rng.uniform(0.14, 0.34)
    if name == "pole":
        return turned(furniture.pole(rng), 0.0, across, -nearness)
    if name == "pillar":
        return turned(furniture.pillar(rng), 0.0, across + side * 0.3, -nearness)
    if name == "door frame":
        frame = panel(0.0, rng.uniform(0.1, 2.0), -0.5, 3, 0, materials.painted(rng, 0.3))
        return turned(frame, 0.0 if side > 0 else math.pi, across, -nearness)
    return turned(bush(rng), 0.0, side * rng.uniform(0.6, 1.1), -nearness, rng.uniform(0.4, 1.2))


def sample_occluders(rng: Random, camera_position, person_height: float) -> list[Surface]:
    """One thing between `camera_position` [3] (metres) and the person at the origin, in the world.

    Usually it covers part of the legs or one side; rarely more than half of the body.
    """
    x, y, height = (float(c) for c in camera_position)
    distance, side = math.hypot(x, y), rng.choice((-1, 1))
    things = _low(rng, distance, height, person_height, side) if rng.random() < 0.78 else _tall(rng, distance, side)
    return turned(things, math.atan2(y, x) + math.pi / 2)
