"""Hair that leaves the skull: curtains of long hair, ponytails, buns."""

from random import Random

import numpy as np

from ..clothes.upper import fit_of
from ..language.describable import SLOT_PARTS
from ..people.person import Person
from ..rendering.solids import ellipsoid, tube
from ..rendering.surface import Finish, Surface
from .skeleton import Skeleton
from .skull import Skull, rim_level


def behind_trunk(skeleton: Skeleton, points: np.ndarray, clear: float, front: bool = False) -> np.ndarray:
    """Push points [..., 3] below the shoulders `clear` metres out of the trunk, behind it (or before it)."""
    chest, neck = np.asarray(skeleton.joints["chest"], float), np.asarray(skeleton.joints["neck"], float)
    facing = np.asarray(skeleton.facing, float) * (1 if front else -1)
    spine = neck - chest
    rise = np.clip((points[..., 2] - chest[2]) / max(spine[2], 1e-3), -1, 1.6)
    axis = chest + rise[..., None] * spine
    shape, at = skeleton.shape, (0.0, 0.75, 1.0, 1.2, 1.5)
    share = (1.0, 0.8, 0.6, 0.5, 0.3) if front else (1.0, 0.85, 0.85, 0.85, 0.8)  # collars stand up behind
    deep = np.interp(rise, at, share) * shape.chest_depth / 2
    wide = np.interp(rise, at, (shape.chest_width * 0.55, shape.shoulder_width * 0.5, shape.shoulder_width * 0.38,
                                shape.neck * 1.7, shape.neck * 1.6)) + clear
    aside = ((points - axis) @ np.asarray(skeleton.side, float)) / wide
    room = deep * np.sqrt(np.maximum(1 - aside ** 2, 0))
    room = room + np.interp(rise, (-0.5, 0.1, 0.6), (0.6, 1.0, 0.3)) * (shape.bust if front else 0.012)
    off = ((points - axis) * facing).sum(-1)
    need = np.where((rise < 1.5) & (np.abs(aside) < 1), room + clear, -1.0)
    return points + np.maximum(need - off, 0)[..., None] * facing


def room_over(person: Person) -> float:
    """Metres between the trunk's skin and hair lying on the clothes."""
    return fit_of(person.upper).ease + 0.016


def _strip(skull: Skull, azimuths: np.ndarray, start: np.ndarray, ends: np.ndarray, rows: int, offset: float,
           tight: float) -> tuple[np.ndarray, np.ndarray]:
    """(points [rows, columns, 3], levels [rows, columns]) hanging from levels `start` to `ends`, one a column.

    `tight` is how much of the offset is left at the top.
    """
    levels = start + (ends - start) * np.linspace(0, 1, rows)[:, None]
    share = (levels - ends) / np.maximum(start - ends, 1e-3)
    swing = offset * np.interp(share, (0.0, 0.3, 0.85, 1.0), (0.9, 1.15, 1.0, tight))
    points = skull.on(np.broadcast_to(azimuths, levels.shape), levels, swing, hang=True).astype(float)
    # Below the chin hair falls straight down however the head leans.
    below = np.minimum(levels - 0.1, 0)[..., None] * skull.height
    return points - below * (skull.basis[:, 2] - np.array([0, 0, 1.0])), levels


def _thick(points: np.ndarray, skull: Skull, depth: float) -> np.ndarray:
    """A sheet [rows, columns, 3] -> a closed body, `depth` metres thick towards the head's axis."""
    inwards = skull.centre - points
    inwards -= (inwards @ skull.basis[:, 2])[..., None] * skull.basis[:, 2]
    inwards /= np.maximum(np.linalg.norm(inwards, axis=-1, keepdims=True), 1e-6)
    inner = (points + inwards * depth)[:, ::-1]
    return np.concatenate([points, inner], axis=1).astype(np.float32)


def curtains(person: Person, skeleton: Skeleton, skull: Skull, rng: Random, finish: Finish,
             worn: str | None) -> list[Surface]:
    """A bob to the jaw or neck, or long hair on the back with a lock before each shoulder."""
    part, clear = SLOT_PARTS["hair"], room_over(person)
    tight = 0.25 if worn else 0.7

    def start(azimuths: np.ndarray) -> np.ndarray:
        return np.minimum(0.68, rim_level(worn, azimuths) - 0.03) if worn else np.full(len(azimuths), 0.68)

    if person.hair.style == "bob":
        azimuths = np.linspace(62, 298, 13)
        ends = rng.uniform(-0.12, 0.12) + 0.06 * np.cos(np.radians(azimuths)) + _uneven(rng, 13, 0.02)
        points, _ = _strip(skull, azimuths, start(azimuths), ends, 5, 0.024, tight)
        return [Surface(_thick(points, skull, 0.02), finish, part)]
    end = rng.uniform(-1.5, -0.55)
    azimuths = np.linspace(92, 268, 10)
    ends = end + 0.25 * np.abs(np.sin(np.radians(azimuths))) + _uneven(rng, 10, 0.06)
    points, levels = _strip(skull, azimuths, start(azimuths), ends, 9, 0.022, tight)
    points = np.where((levels < 0.05)[..., None], behind_trunk(skeleton, points, clear), points)
    found = [Surface(_thick(points, skull, 0.02), finish, part)]
    forward = rng.random() < 0.45
    for side in (-1, 1):
        azimuths = side * np.linspace(58, 100, 4)
        tips = end * np.array([0.9, 1.0, 1.0, 0.9]) + _uneven(rng, 4, 0.05) if forward else np.full(4, -0.22)
        points, levels = _strip(skull, azimuths, start(azimuths), tips, 7, 0.02, tight)
        # Locks spread over the chest.
        spread = np.array([-0.022, -0.006, 0.012, 0.026]) * np.clip(-levels * 1.6, 0, 1)
        points = points + side * spread[..., None] * skeleton.side
        if forward:
            points = np.where((levels < -0.12)[..., None], behind_trunk(skeleton, points, clear, True), points)
        found.append(Surface(_thick(points, skull, 0.012), finish, part))
    return found


def _uneven(rng: Random, count: int, amount: float) -> np.ndarray:
    return np.array([rng.uniform(-amount, amount) for _ in range(count)])


def ponytail(person: Person, skeleton: Skeleton, skull: Skull, rng: Random, finish: Finish, low: bool) -> list[Surface]:
    """A tail from the back of the head; high ones stand off first."""
    level = 0.42 if low else rng.uniform(0.38, 0.82)
    length = rng.uniform(0.16, 0.36)
    root = skull.on(np.array(180.0), np.array(level), -0.005).astype(float)
    back = -skull.basis[:, 1]
    steps = np.linspace(0, 1, 7)
    away = 0.03 + 0.045 * level
    path = root + back * (away * np.sin(np.minimum(steps * 4, np.pi / 2)))[:, None]
    path = path + np.array([0, 0, 1.0]) * (0.02 * np.sin(np.pi * steps) - length * steps ** 1.25)[:, None]
    path = behind_trunk(skeleton, path, room_over(person) + 0.012)
    thick = rng.uniform(0.8, 1.2)
    radii = np.array([0.012, 0.024, 0.029, 0.028, 0.025, 0.018, 0.006]) * thick
    return tube(path.astype(np.float32), radii, finish, SLOT_PARTS["hair"], columns=8)


def bun(skull: Skull, rng: Random, finish: Finish, low: bool) -> list[Surface]:
    """A knot at the nape, the back of the head or the top."""
    azimuth_level = (180.0, 0.36) if low else rng.choice(((180.0, 0.45), (180.0, 0.72), (180.0, 0.85), (180.0, 0.96)))
    radius = rng.uniform(0.032, 0.05)
    centre = skull.on(np.array(azimuth_level[0]), np.array(azimuth_level[1]), radius * 0.75)
    return ellipsoid(centre, np.array([radius * 1.1, radius * 0.85, radius]), finish, SLOT_PARTS["hair"], rows=6,
                     columns=8, basis=skull.basis)
