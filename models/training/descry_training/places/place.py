"""Places put together from ground, walls, things and light."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from ..rendering.light import Light
from ..rendering.surface import Surface
from . import indoors, outdoors
from .arrangement import to_world
from .lights import sample_light
from .shade import sample_shade

# Share of each kind, and what builds it in the camera's frame.
_BUILDERS: dict[str, tuple[int, Callable[[Random], list[Surface]]]] = {
    "pavement": (18, outdoors.pavement), "plaza": (12, outdoors.plaza), "campus": (14, outdoors.campus),
    "street": (14, outdoors.street), "car park": (7, outdoors.car_park), "stairs": (3, outdoors.stairs),
    "platform": (5, indoors.platform), "ticket hall": (5, indoors.hall), "corridor": (7, indoors.corridor),
    "shop": (5, indoors.shop), "mall": (7, indoors.mall), "underpass": (3, indoors.underpass)}
KINDS = tuple(_BUILDERS)
INDOOR_KINDS = ("ticket hall", "corridor", "shop", "mall", "underpass")
ROOFED_AT_TIMES = ("platform", "stairs")
DAYLIGHT = {"overcast": 42, "sunny": 34, "shade": 17, "dusk": 4, "night lamp": 3}
LAMPLIGHT = {"ceiling": 80, "window": 20}


@dataclass
class Place:
    kind: str
    surfaces: list[Surface]  # in the world: the person stands at the origin
    light: Light
    indoor: bool


def sample_place(rng: Random, kind: str | None = None, camera_azimuth: float = -math.pi / 2) -> Place:
    """A place of one of KINDS around the origin, free towards the camera.

    camera_azimuth: radians from +x towards +y, the direction from the person to the camera on the ground.
    """
    kind = kind or rng.choices(KINDS, [weight for weight, _ in _BUILDERS.values()])[0]
    indoor = kind in INDOOR_KINDS
    lights = LAMPLIGHT if indoor or (kind in ROOFED_AT_TIMES and rng.random() < 0.3) else DAYLIGHT
    name = rng.choices(list(lights), list(lights.values()))[0]
    light = sample_light(rng, name)
    surfaces = to_world(_BUILDERS[kind][1](rng), camera_azimuth)
    if name in ("sunny", "window"):
        surfaces += sample_shade(rng, light)
    return Place(kind, surfaces, light, indoor)
