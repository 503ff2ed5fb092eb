"""Other people near the one who is described."""

import math
from random import Random

from ..body.pose import sample_pose
from ..people.sample import sample_person
from ..rendering.surface import Surface
from ..things.hands import hand_demands, settle_hands
from .figure import body_surfaces, carried_surfaces, stand


def _spot(rng: Random) -> tuple[float, float]:
    """Where a neighbour stands; the camera is in the direction of +y. Mostly beside or behind, seldom in front."""
    kind = rng.random()
    if kind < 0.45:  # beside
        return rng.choice((-1, 1)) * rng.uniform(0.5, 1.1), rng.uniform(-0.8, 0.35)
    if kind < 0.88:  # behind
        return rng.uniform(-2.2, 2.2), -rng.uniform(1.2, 6.0)
    return rng.choice((-1, 1)) * rng.uniform(0.34, 0.7), rng.uniform(0.5, 1.6)


def neighbours(rng: Random, yaw: float, action: str) -> list[Surface]:
    """Nobody in most crops, up to four others in the rest. Many walk the same way as the person (yaw in radians)."""
    found: list[Surface] = []
    for _ in range(rng.choices((0, 1, 2, 4), (60, 24, 11, 5))[0]):
        other = settle_hands(sample_person(rng))
        together = rng.random() < 0.5
        turned = yaw + rng.gauss(0, 0.15) if together else rng.uniform(0, 2 * math.pi)
        pose = sample_pose(rng, action if together else rng.choice(("walking", "standing")), hand_demands(other))
        skeleton = stand(other, pose, turned, _spot(rng))
        surfaces = body_surfaces(other, skeleton)
        surfaces += carried_surfaces(other, skeleton, rng, surfaces)
        for surface in surfaces:
            surface.part = 0
        found += surfaces
    return found
