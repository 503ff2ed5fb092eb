"""Light of a place, as a camera sees it that has mostly corrected its colour already."""

import math
from dataclasses import dataclass
from random import Random

from ..rendering.light import Light, LinearRgb

Span = tuple[float, float]


@dataclass(frozen=True)
class LightKind:
    """Ranges: elevation of the sun or lamp in degrees, brightness of white under each part, softness of shadows.

    Warmths are logarithms of the red gain: above 0 yellowish, below bluish.
    """

    elevation: Span
    sun: Span
    sky: Span
    ground: Span
    softness: Span
    sun_warmth: tuple[float, ...] = (0.0,)  # one is chosen
    sky_warmth: float = 0.0
    spread: float = 0.04


LIGHTS = {
    "overcast": LightKind((40, 85), (0.1, 0.3), (0.6, 0.8), (0.18, 0.32), (1, 1), (0.0,), -0.03),
    "sunny": LightKind((18, 68), (0.7, 1.0), (0.22, 0.42), (0.12, 0.28), (0, 0.35), (0.07,), -0.07),
    "shade": LightKind((30, 80), (0.05, 0.25), (0.45, 0.65), (0.2, 0.35), (1, 1), (0.0,), -0.09),
    "dusk": LightKind((6, 30), (0.05, 0.3), (0.2, 0.35), (0.06, 0.14), (0.5, 1), (0.15,), -0.1),
    "night lamp": LightKind((35, 85), (0.35, 0.7), (0.05, 0.15), (0.03, 0.1), (0.2, 0.8), (0.3, 0.15, 0.0, -0.06),
                            0.08, 0.08),
    "ceiling": LightKind((55, 88), (0.2, 0.55), (0.4, 0.65), (0.15, 0.38), (0.6, 1), (0.12, 0.03, -0.05), 0.03, 0.05),
    "window": LightKind((8, 40), (0.3, 0.8), (0.2, 0.45), (0.12, 0.3), (0.3, 0.9), (-0.06,), 0.05),
}


def _colour(rng: Random, level: Span, warmth: float, spread: float) -> LinearRgb:
    """Linear colour of a brightness in `level`."""
    brightness, warm, green = rng.uniform(*level), warmth + rng.gauss(0, spread), rng.gauss(0, spread / 3)
    return (brightness * math.exp(warm), brightness * math.exp(green), brightness * math.exp(-warm * 1.3))


def _towards(rng: Random, elevations: Span) -> tuple[float, float, float]:
    """A unit vector, azimuth anywhere."""
    azimuth, elevation = rng.uniform(0, math.tau), math.radians(rng.uniform(*elevations))
    return (math.cos(azimuth) * math.cos(elevation), math.sin(azimuth) * math.cos(elevation), math.sin(elevation))


def sample_light(rng: Random, name: str) -> Light:
    """One of LIGHTS."""
    kind = LIGHTS[name]
    sun_warmth = rng.choice(kind.sun_warmth)
    return Light(_towards(rng, kind.elevation), _colour(rng, kind.sun, sun_warmth, kind.spread),
                 _colour(rng, kind.sky, kind.sky_warmth, kind.spread),
                 _colour(rng, kind.ground, (sun_warmth + kind.sky_warmth) / 2, kind.spread),
                 rng.uniform(*kind.softness))
