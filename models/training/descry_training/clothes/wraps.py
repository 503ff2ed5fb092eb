"""Cloth that wraps the whole head: headscarves and hoods that are up."""

from random import Random

import numpy as np

from ..body.skeleton import Skeleton
from ..body.skull import Skull
from ..language.describable import SLOT_PARTS
from ..people.person import Person
from ..rendering.solids import ring_angles
from ..rendering.surface import Finish, Surface
from .trunk import Fit, trunk_rings
from .upper import fit_of

# Rings around the forward axis from the face to the back of the head, in skull sizes:
# forward (half depths), half width (half widths), top and bottom (head heights from the middle).
_SCARF = np.array(((0.25, 1.15, 0.535, -0.60), (-0.2, 1.19, 0.565, -0.62), (-0.65, 1.12, 0.51, -0.60),
                   (-1.0, 0.85, 0.36, -0.52), (-1.17, 0.45, 0.15, -0.3), (-1.2, 0.02, -0.04, -0.06)))
_HOOD = np.array(((0.74, 1.12, 0.50, -0.62), (0.82, 1.24, 0.56, -0.68), (0.6, 1.34, 0.61, -0.74),
                  (0.15, 1.44, 0.64, -0.78), (-0.5, 1.42, 0.61, -0.78), (-1.05, 1.2, 0.48, -0.74),
                  (-1.38, 0.75, 0.25, -0.6), (-1.5, 0.02, -0.05, -0.09)))
# Rings on the face and temples: half azimuth, top and bottom level, metres off the skin.
_FACE = ((46.0, 0.80, -0.02, 0.007), (60.0, 0.88, -0.06, 0.02), (76.0, 0.95, -0.1, 0.022))


def _wrapped(skull: Skull, table: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """World points [rows, columns, 3]; angles [columns] or [rows, columns], 0 over the crown."""
    forward, wide, top, bottom = (table[:, i:i + 1] for i in range(4))
    sine, cosine = (np.sign(wave) * np.abs(wave) ** 0.85 for wave in (np.sin(angles), np.cos(angles)))  # a little boxy
    x = wide * skull.half_width * sine
    z = ((top + bottom) / 2 + (top - bottom) / 2 * cosine) * skull.height
    return skull.world(np.stack([x, forward * skull.half_depth + np.zeros_like(x), z], -1))


def _cape(skeleton: Skeleton, skull: Skull, wide: float, ease: float, low: float, finish: Finish, part: int) -> Surface:
    """From inside the wrap over the shoulders, down to `low` (fraction of standing height). `wide`: of the skull."""
    angles = ring_angles(16)
    sine, cosine = np.sin(angles), np.cos(angles)
    top = skull.world(np.stack([sine * skull.half_width * wide, (cosine * 0.85 - 0.1) * skull.half_depth,
                                np.full(16, -0.32 * skull.height)], -1))
    right, forward, up = skeleton.trunk_basis.T
    radius = skeleton.shape.neck * 1.6 + ease
    neck = skeleton.joints["neck"] + up * 0.012
    neck = neck + np.outer(sine * radius * 1.1, right) + np.outer(cosine * radius, forward)
    lower = trunk_rings(skeleton, 0.822, low, Fit(ease, 0.0), 4, angles)
    return Surface(np.concatenate([top[None], neck[None], lower]).astype(np.float32), finish, part)


def headscarf(person: Person, skeleton: Skeleton, skull: Skull, rng: Random, finish: Finish) -> list[Surface]:
    """Covers hair, ears and neck; drapes over the shoulders or is tucked in."""
    part = SLOT_PARTS["headwear"]
    cloth = Finish(finish.base, finish.pattern, finish.second, finish.scale, 0.05, 0.5, 0.05, finish.seed)
    low = rng.choice((0.8, 0.78, 0.75))
    angles = ring_angles(18)
    face = [skull.on(half * np.sin(angles), (top + bottom) / 2 + (top - bottom) / 2 * np.cos(angles), off)
            for half, top, bottom, off in _FACE]
    rows = np.concatenate([np.stack(face), _wrapped(skull, _SCARF, angles)])
    return [Surface(rows, cloth, part),
            _cape(skeleton, skull, 0.9, fit_of(person.upper).ease + 0.014, low, cloth, part)]


def hood(person: Person, skeleton: Skeleton, skull: Skull, rng: Random, finish: Finish) -> list[Surface]:
    """The upper garment's hood, up: stands off the head and shades the face."""
    part, table = SLOT_PARTS["headwear"], _HOOD.copy()
    table[:2, 0] += rng.uniform(-0.12, 0.1)
    table[:, 2] += rng.uniform(-0.02, 0.03)
    plain = Finish(finish.base, gloss=finish.gloss, folds=0.45, grain=finish.grain, seed=finish.seed)
    # Open under the chin, closed behind the ears.
    gap = np.array((0.5, 0.45, 0.35, 0.15, 0, 0, 0, 0))[:, None]
    points = _wrapped(skull, table, np.linspace(-1, 1, 17) * (np.pi - gap))
    return [Surface(points, plain, part, closed=False),
            _cape(skeleton, skull, 1.2, fit_of(person.upper).ease + 0.006, 0.815, plain, part)]
