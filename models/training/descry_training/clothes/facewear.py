"""What is worn on the face and around the neck: glasses, masks, beards, scarves, headphones."""

from random import Random

import numpy as np

from ..body.skeleton import Skeleton
from ..body.skull import Skull, blend, look_seed
from ..language.describable import SLOT_PARTS
from ..people.person import Person
from ..rendering.solids import ellipsoid, tube
from ..rendering.surface import Finish, Surface
from .trunk import Fit, strip
from .upper import fit_of

_EYES = 0.497  # level
_FRAMES = ((20, 19, 20), (20, 19, 20), (60, 38, 26), (120, 120, 124), (150, 120, 60))
_TINTS = ((14, 14, 16), (14, 14, 16), (40, 26, 18))


def facewear_surfaces(person: Person, skeleton: Skeleton) -> list[Surface]:
    """Everything on face, ears and neck that the person wears."""
    skull, found = Skull.of(person, skeleton), []
    rng = Random(look_seed(person, "face"))
    if person.beard:
        found += _beard(person, skull, rng)
    if person.eyewear:
        found += _glasses(skull, rng, person.eyewear == "sunglasses")
    if person.mask:
        found += _mask(person, skull)
    if person.headphones:
        found += _headphones(person, skeleton, skull, rng)
    if person.scarf:
        found += _scarf(person, skeleton, rng)
    return found


def _glasses(skull: Skull, rng: Random, dark: bool) -> list[Surface]:
    """Two rims (or dark lenses), the bridge and the temples."""
    frame = Finish(rng.choice(_FRAMES[:3] if dark else _FRAMES), gloss=0.4)
    tint = Finish(rng.choice(_TINTS), gloss=0.7)
    wide, tall = rng.uniform(0.024, 0.028), rng.uniform(0.017, 0.023) * (1.1 if dark else 1.0)
    thick, bend = rng.uniform(0.003, 0.006), 2 / rng.choice((2.0, 3.0, 4.0))
    ahead = float(skull.local(np.array(0.0), np.array(_EYES), 0.012)[1])
    high = (_EYES - 0.5) * skull.height
    angles = np.linspace(0, 2 * np.pi, 10, endpoint=False)
    x, z = (np.sign(wave) * np.abs(wave) ** bend for wave in (np.cos(angles), np.sin(angles)))

    def piece(points: list, finish: Finish, closed: bool) -> Surface:
        return Surface(skull.world(np.array(points)), finish, SLOT_PARTS["eyewear"], closed=closed, casts=False)

    def oval(side: int, grow: float) -> np.ndarray:
        across = side * 0.034 + x * (wide + grow)
        back = 5.0 * np.maximum(np.abs(across) - 0.02, 0) ** 2  # wraps around the face
        return np.stack([across, ahead - back, high + z * (tall + grow)], -1)

    found = [piece([[(x0, ahead + 0.003, high + z0) for x0 in (-0.012, 0.012)] for z0 in (0.002, 0.007)], frame, False)]
    half = np.array((0, 0, 0.003 + thick / 4))
    for side in (-1, 1):
        found.append(piece([oval(side, thick), oval(side, 0.0)], frame, True))
        if dark:
            found.append(piece([oval(side, 0.0), oval(side, -tall * 0.6), oval(side, 0.0005 - tall)], tint, True))
        hinge = np.array((side * (0.034 + wide), ahead - 0.008, high + 0.006))
        ear = skull.local(np.array(side * 96.0), np.array(0.53), 0.004)
        found.append(piece([[hinge - half, ear - half], [hinge + half, ear + half]], frame, False))
    return found


def _mask(person: Person, skull: Skull) -> list[Surface]:
    """Nose to chin and across the cheeks, with loops to the ears."""
    part, finish = SLOT_PARTS["mask"], Finish(person.mask.rgb, folds=0.15)
    azimuths, levels = np.linspace(-66, 66, 11), np.array((-0.015, 0.03, 0.12, 0.22, 0.31, 0.385))
    around, up = np.meshgrid(azimuths, levels)
    nose = np.exp(-(around / 22) ** 2)
    off = 0.006 + nose * np.array((0.004, 0.010, 0.016, 0.022, 0.026, 0.018))[:, None]
    up = up - 0.05 * (np.abs(around) / 66) ** 2 * (levels[:, None] > 0.3)
    found = [Surface(skull.on(around, up, off), finish, part, closed=False)]
    for side in (-1, 1):
        loops = [skull.patch((side * 64, side * 92), (level, level + 0.018), 0.006, 2, 4) for level in (0.08, 0.32)]
        found += [Surface(loop, finish, part, closed=False) for loop in loops]
    return found


def _beard(person: Person, skull: Skull, rng: Random) -> list[Surface]:
    """Jaw and chin with a moustache, the mouth left free; short, full or a goatee."""
    style = rng.choice(("short", "short", "full", "goatee"))
    base = person.hair.paint.rgb
    if person.hair.style == "bald" and sum(base) > 300 and person.age != "old":
        base = (60, 45, 36)
    finish = Finish(blend(person.skin, base, {"short": 0.7, "full": 0.92, "goatee": 0.85}[style]), grain=0.6)
    reach, depth = {"short": (84, 0.004), "full": (84, 0.016), "goatee": (30, 0.008)}[style]
    azimuths = np.linspace(-reach, reach, 15)
    turned = np.abs(azimuths)
    upper = np.interp(turned, (0, 22, 30, 60, 84), (0.155, 0.17, 0.27, 0.30, 0.44))
    lower = np.interp(turned, (0, 40, 84), (-0.06 if style == "full" else -0.01, 0.0, 0.12))
    levels = lower + (upper - lower) * np.linspace(0, 1, 4)[:, None]
    off = np.array((0.3, 1.0, 0.8, 0.3))[:, None] * depth + 0.002
    if style == "goatee":
        levels = lower + (np.interp(turned, (0, 22, 30), (0.155, 0.17, 0.2)) - lower) * np.linspace(0, 1, 4)[:, None]
    around = np.broadcast_to(azimuths, levels.shape)
    points = skull.on(around, levels, np.broadcast_to(off, levels.shape))
    moustache = skull.patch((-28, 28), (0.235, 0.29), 0.004 + depth * 0.3, 2, 7)
    return [Surface(points, finish, 0, closed=False), Surface(moustache, finish, 0, closed=False)]


def _headphones(person: Person, skeleton: Skeleton, skull: Skull, rng: Random) -> list[Surface]:
    """Over the ears, or hanging around the neck."""
    finish = Finish(person.headphones.rgb, gloss=0.4)
    cup = np.array((0.016, 0.034, 0.04))
    if rng.random() < 0.25:
        right, forward, up = skeleton.trunk_basis.T
        radius = skeleton.shape.neck + 0.028
        angles = np.radians(np.linspace(60, 300, 11))
        around = np.outer(np.sin(angles), right) + np.outer(np.cos(angles), forward)
        path = skeleton.joints["neck"] + up * 0.015 + around * radius
        ends = [path[0], path[-1]]
        basis = skeleton.trunk_basis
    else:
        angles = np.radians(np.linspace(-84, 84, 11))
        wide, tall = skull.half_width + 0.022, skull.height * 0.5 + 0.03
        path = skull.world(np.stack([np.sin(angles) * wide, np.full(11, -0.008), np.cos(angles) * tall - 0.01], -1))
        ends = [skull.on(np.array(side * 95.0), np.array(0.46), 0.016) for side in (-1, 1)]
        basis = skull.basis
    found = tube(path, np.full(11, 0.008), finish, 0, columns=6, up=basis[:, 1])
    return found + [s for end in ends for s in ellipsoid(end, cup, finish, 0, 5, 8, basis)]


def _scarf(person: Person, skeleton: Skeleton, rng: Random) -> list[Surface]:
    """One or two coils around the neck; ends hanging in front, or none (a snood)."""
    part = SLOT_PARTS["scarf"]
    finish = Finish(person.scarf.rgb, folds=0.6, grain=0.25, seed=look_seed(person, "scarf") % 997)
    right, forward, up = skeleton.trunk_basis.T
    ease = fit_of(person.upper).ease
    inner, thick = skeleton.shape.neck + 0.016 + ease * 0.4, rng.uniform(0.026, 0.036)
    around = np.linspace(0, 2 * np.pi, 17)
    found = []
    for lift in (0.0, 0.032)[:rng.choice((1, 2))]:
        across = np.linspace(0, 2 * np.pi, 8, endpoint=False)
        radius = inner + thick * 0.6 + thick * np.cos(across)[None, :] * 0.8
        swell = 1 + 0.16 * np.cos(around)[:, None]
        x, y = np.sin(around)[:, None] * radius * 1.06, np.cos(around)[:, None] * radius * swell
        z = thick * np.sin(across)[None, :] * 1.25 + lift + 0.012 - 0.03 * np.cos(around)[:, None]
        points = skeleton.joints["neck"] + x[..., None] * right + y[..., None] * forward + z[..., None] * up
        found.append(Surface(points.astype(np.float32), finish, part))
    ends = rng.choice((0, 1, 2, 2))
    fit = Fit(ease + 0.016, 0.5)
    for side in ((-1, 1) if ends == 2 else (rng.choice((-1, 1)),) if ends else ()):
        low, half, at = rng.uniform(0.62, 0.74), rng.uniform(0.16, 0.24), side * rng.uniform(0.24, 0.36)
        found.append(strip(skeleton, 0.835, low, fit, half, finish, part, at))
    return found
