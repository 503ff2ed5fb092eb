"""Shadows of what stands out of sight towards the sun: the edge of a building, leaves, the bars of a fence."""

import math
from random import Random

import numpy as np

from ..rendering.light import Light
from ..rendering.surface import Finish, Surface

AWAY = 30.0  # metres towards the sun: above and outside of what a crop shows
GREY = Finish((90, 90, 90))


def _axes(light: Light) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(towards the sun, level, upwards across the light) unit vectors."""
    sun = np.asarray(light.sun_direction, np.float64)
    level = np.cross(sun, (0.0, 0.0, 1.0))
    level /= np.linalg.norm(level)
    return sun, level, np.cross(level, sun)


def _ribbon(light: Light, along: np.ndarray, low: np.ndarray, high: np.ndarray, turn: float) -> Surface:
    """A flat band across the light, from `low` to `high` metres off the line through the person, at places `along`."""
    sun, level, up = _axes(light)
    first, second = math.cos(turn) * level + math.sin(turn) * up, math.cos(turn) * up - math.sin(turn) * level
    middle = sun * AWAY + np.array((0, 0, 0.9))
    points = [middle + along[:, None] * first + edge[:, None] * second for edge in (high, low)]
    return Surface(np.stack(points).astype(np.float32), GREY, closed=False)


def sample_shade(rng: Random, light: Light) -> list[Surface]:
    """Often nothing; otherwise surfaces far towards the sun whose shadows fall around the person."""
    kind = rng.choices(("none", "edge", "leaves", "bars"), (72, 14, 11, 3))[0]
    if kind == "none":
        return []
    turn = rng.uniform(-0.6, 0.6) + rng.choice((0.0, math.pi / 2, math.pi))
    if kind == "edge":
        span, start = np.array((-6.0, 6.0)), rng.uniform(-1.4, 1.8)
        return [_ribbon(light, span, np.full(2, start), np.full(2, start + 8), turn)]
    if kind == "bars":
        gap, span = rng.uniform(0.12, 0.5), np.array((-6.0, 6.0))
        return [_ribbon(light, span, np.full(2, i * gap), np.full(2, i * gap + 0.4 * gap), turn) for i in range(-8, 9)]
    bands = []
    for number in range(rng.randint(3, 8)):
        along = np.linspace(-3.0, 3.0, 25)
        middle = rng.uniform(-2.2, 2.2) + np.cumsum([rng.gauss(0, 0.1) for _ in along])
        width = np.array([max(0.0, rng.gauss(0.12, 0.16)) for _ in along])
        bands.append(_ribbon(light, along, middle - width, middle + width, turn + number))
    return bands
