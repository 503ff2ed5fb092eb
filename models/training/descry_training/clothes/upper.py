"""Garments of the upper body, dresses included, and what is worn under open ones."""

import math
from random import Random

import numpy as np

from ..body.skeleton import Skeleton
from ..people.person import Garment, Person
from ..rendering.solids import ellipsoid, ring_angles, tube
from ..rendering.surface import Finish, Surface
from .cloth import cloth, darker
from .limbs import arm
from .trunk import COLUMNS, Fit, band, strip, trunk_rings

# ease, straight, gather of the hem.
_FITS = {
    "t-shirt": (0.012, 0.6, 0),
    "shirt": (0.014, 0.65, 0),
    "polo": (0.012, 0.6, 0),
    "blouse": (0.013, 0.5, 0),
    "tank top": (0.007, 0.35, 0),
    "sweater": (0.02, 0.7, 0.08),
    "hoodie": (0.028, 0.8, 0.1),
    "cardigan": (0.02, 0.6, 0),
    "jacket": (0.03, 0.8, 0.05),
    "denim jacket": (0.025, 0.7, 0.05),
    "leather jacket": (0.026, 0.7, 0.06),
    "track jacket": (0.024, 0.75, 0.1),
    "puffer": (0.05, 0.9, 0.12),
    "coat": (0.034, 0.65, 0),
    "raincoat": (0.04, 0.9, 0),
    "vest": (0.028, 0.75, 0.03),
    "suit": (0.024, 0.55, 0),
    "safety vest": (0.034, 0.9, 0),
    "jersey": (0.018, 0.85, 0),
    "uniform": (0.018, 0.6, 0),
    "dress": (0.01, 0.25, 0),
}
_ZIPPED = {"jacket", "hoodie", "track jacket", "puffer", "raincoat", "vest", "leather jacket"}
_BUTTONED = {"shirt", "blouse", "coat", "cardigan", "uniform", "denim jacket"}


def fit_of(garment: Garment) -> Fit:
    ease, straight, gather = _FITS[garment.kind]
    loose = garment.loose
    length = max(0.0, garment.hem - 0.55)
    flare = length * (0.42 if garment.kind == "dress" else 0.18) * max(0.2, loose)
    return Fit(
        ease * loose**1.6,
        min(1.0, straight * loose**2),
        flare,
        gather,
        0.014 if garment.kind == "puffer" else 0.0,
        0.0 if garment.kind == "dress" else 0.02,
    )


def upper_surfaces(
    person: Person, skeleton: Skeleton, upper_part: int, inner_part: int, skin_part: int
) -> list[Surface]:
    garment = person.upper
    rng = Random(f"upper {garment.detail}")
    fit, finish = fit_of(garment), cloth(garment)
    hem = 1 - garment.hem
    if garment.tucked:
        hem = 0.585
        fit = Fit(fit.ease * 0.4, min(fit.straight, 0.3), 0, 0, fit.quilt)
    found = _trunk(garment, skeleton, fit, finish, hem, rng, upper_part)
    found += _sleeves(garment, skeleton, fit, upper_part)
    hooded = person.headwear is not None and person.headwear.kind == "hood"  # up: drawn with the head
    found += _neck_details(garment, skeleton, fit, finish, hem, rng, upper_part, hooded)
    skin = Finish(person.skin, gloss=0.15)
    if person.inner:
        found += _inner(person.inner, garment, skeleton, inner_part)
    elif garment.collar in ("v-neck", "lapels", "shirt", "none") or garment.open:
        depth = {"v-neck": 0.09, "lapels": 0.1, "shirt": 0.045}.get(garment.collar, rng.uniform(0.015, 0.04))
        found.append(_opening(skeleton, fit, depth, rng.uniform(0.35, 0.6), skin, skin_part))
    if person.tie:
        found.append(
            strip(
                skeleton,
                0.845,
                0.62,
                Fit(fit.ease * 0.5, fit.straight),
                0.16,
                Finish(person.tie.rgb, gloss=0.2),
                upper_part,
            )
        )
    return found


def _trunk(
    garment: Garment, skeleton: Skeleton, fit: Fit, finish: Finish, hem: float, rng: Random, part: int
) -> list[Surface]:
    rows = 12 + round((0.47 - hem) * 30) * (hem < 0.47) + (12 if fit.quilt else 0)
    top = 0.858 if garment.kind not in ("tank top", "vest", "safety vest") else 0.842
    if not garment.open:
        return [Surface(trunk_rings(skeleton, top, hem, fit, rows, ring_angles(COLUMNS)), finish, part)]
    closed_at_top = rng.random() < 0.3
    gaps = np.linspace(0.12 if closed_at_top else rng.uniform(0.25, 0.55), rng.uniform(0.3, 0.85), rows)[:, None]
    angles = gaps + np.linspace(0, 1, COLUMNS + 1)[None] * (2 * math.pi - 2 * gaps)
    return [Surface(trunk_rings(skeleton, top, hem, fit, rows, angles), finish, part, closed=False)]


def _sleeves(garment: Garment, skeleton: Skeleton, fit: Fit, part: int) -> list[Surface]:
    if garment.sleeve <= 0.02:
        return []
    finish = cloth(garment, trunk=False)
    ease = fit.ease * (0.9 if garment.sleeve > 0.6 else 1.25) + 0.004
    gather = 0.12 if garment.kind in ("hoodie", "sweater", "track jacket", "puffer", "jacket") else 0.0
    return [
        s
        for name in ("l", "r")
        for s in arm(skeleton, name, 0.0, min(1.0, garment.sleeve), ease + fit.quilt * 0.8, finish, part, gather)
    ]


def _neck_details(
    garment: Garment,
    skeleton: Skeleton,
    fit: Fit,
    finish: Finish,
    hem: float,
    rng: Random,
    part: int,
    hooded: bool = False,
) -> list[Surface]:
    neck, up, forward = skeleton.joints["neck"], skeleton.trunk_basis[:, 2], skeleton.trunk_basis[:, 1]
    radius = skeleton.shape.neck
    plain = Finish(finish.base, gloss=finish.gloss, folds=finish.folds * 0.5, grain=finish.grain, seed=finish.seed)
    found: list[Surface] = []
    heights = {"shirt": 0.035, "polo": 0.03, "stand": 0.05, "turtleneck": 0.06, "lapels": 0.03}
    if garment.collar in heights:
        tall = heights[garment.collar]
        flare = 1.18 if garment.collar == "turtleneck" else 1.5
        found += tube(
            [neck - up * 0.02 - forward * 0.01, neck + up * tall - forward * 0.012],
            [radius * flare * 1.05, radius * flare * 0.95],
            plain,
            part,
            12,
            up=forward,
            caps=False,
        )
    if garment.collar == "lapels":
        shade = darker(plain, rng.choice((0.82, 0.9, 1.12)) if sum(finish.base) < 600 else 0.88)
        found += [strip(skeleton, 0.84, 0.7, fit, 0.13, shade, part, side * 0.42) for side in (-1, 1)]
    if garment.hood and not hooded:
        found += ellipsoid(
            neck - forward * 0.095 - up * 0.03, (0.125, 0.06, 0.085), plain, part, 7, 12, skeleton.trunk_basis
        )
        found += tube(
            [neck - up * 0.03 - forward * 0.015, neck + up * 0.03 - forward * 0.03],
            [radius * 1.75, radius * 1.6],
            plain,
            part,
            12,
            up=forward,
            caps=False,
        )
    bottom = max(hem, 0.3) + 0.01
    if garment.kind in _ZIPPED and not garment.open:
        metal = Finish((170, 170, 172), gloss=0.6) if rng.random() < 0.3 else darker(plain, 0.55)
        found.append(strip(skeleton, 0.845, bottom, fit, 0.035, metal, part))
    if garment.kind in _BUTTONED and not garment.open:
        found.append(
            strip(
                skeleton,
                0.84,
                bottom,
                fit,
                0.07,
                darker(plain, rng.choice((0.86, 1.06))) if sum(finish.base) < 690 else darker(plain, 0.9),
                part,
            )
        )
    if garment.kind == "safety vest":
        reflecting = Finish((225, 225, 215), gloss=0.5)
        lying = Fit(fit.ease + 0.005, fit.straight)
        found += [band(skeleton, height + 0.014, height - 0.014, lying, reflecting, part) for height in (0.6, 0.67)]
        found += [
            strip(skeleton, 0.84, 0.62, fit, 0.16, reflecting, part, at)
            for at in (-0.7, 0.7, math.pi - 0.7, math.pi + 0.7)
        ]
    if garment.belt and garment.kind in ("coat", "dress", "raincoat"):
        lying = Fit(fit.ease * 0.5 + 0.008, fit.straight * 0.4)
        found.append(band(skeleton, 0.63, 0.605, lying, darker(plain, 0.7), part))
    return found


def _opening(skeleton: Skeleton, fit: Fit, depth: float, half_angle: float, finish: Finish, part: int) -> Surface:
    """What shows in the neckline: a triangle below the neck."""
    rows = 5
    narrowing = np.linspace(1, 0.05, rows)[:, None] * half_angle
    angles = np.concatenate([-narrowing, np.zeros((rows, 1)), narrowing], 1)
    points = trunk_rings(skeleton, 0.856, 0.852 - depth, Fit(fit.ease + 0.007, fit.straight), rows, angles)
    return Surface(points, finish, part, closed=False, casts=False)


def _inner(inner: Garment, outer: Garment, skeleton: Skeleton, part: int) -> list[Surface]:
    """The layer beneath: all of it under an open garment, else what shows in the neckline and below the hem."""
    finish = cloth(inner)
    fit = Fit(0.011, 0.5)
    found = [Surface(trunk_rings(skeleton, 0.862, 1 - inner.hem, fit, 12, ring_angles(COLUMNS)), finish, part)]
    if outer.sleeve <= 0.02 and inner.sleeve > 0.02:
        found += [
            s
            for name in ("l", "r")
            for s in arm(skeleton, name, 0, inner.sleeve, 0.012, cloth(inner, trunk=False), part)
        ]
    if not outer.open:
        found.append(
            _opening(skeleton, fit_of(outer), 0.1 if outer.collar in ("lapels", "v-neck") else 0.05, 0.55, finish, part)
        )
    if inner.hood:
        found += _neck_details(inner, skeleton, fit, finish, 1 - inner.hem, Random(inner.detail), part)
    return found
