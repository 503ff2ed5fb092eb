"""Trousers, shorts, leggings and skirts."""

from random import Random

import numpy as np

from ..body.skeleton import Skeleton
from ..people.person import Garment, Person
from ..rendering.solids import box, ring_angles
from ..rendering.surface import Finish, Surface
from .cloth import cloth, darker
from .limbs import leg
from .trunk import COLUMNS, Fit, band, trunk_rings

# Metres around thigh, knee and hem; share the hem is drawn in.
_EASES = {
    "trousers": ((0.016, 0.026, 0.036), 0),
    "jeans": ((0.01, 0.018, 0.026), 0),
    "wide trousers": ((0.024, 0.055, 0.085), 0),
    "cargo trousers": ((0.024, 0.036, 0.042), 0.1),
    "joggers": ((0.022, 0.032, 0.026), 0.25),
    "leggings": ((0.003, 0.003, 0.004), 0),
    "shorts": ((0.022, 0.045, 0.05), 0),
}


def leg_fraction(hem: float) -> float:
    """Where on the leg (0 hip, 1 ankle) a hem is that lies `hem` from the top of the head."""
    return float(np.clip((hem - 0.47) / 0.491, 0.08, 1.04))


def lower_surfaces(garment: Garment, skeleton: Skeleton, part: int, tucked: bool) -> list[Surface]:
    """`tucked`: the upper garment is inside, so that waist and belt show."""
    if garment.kind == "skirt":
        return _skirt(garment, skeleton, part)
    finish, rng = cloth(garment), Random(f"lower {garment.detail}")
    (thigh, knee, hem), gather = _EASES[garment.kind]
    loose = garment.loose
    eases = (thigh * loose, knee * loose**1.5, hem * loose**1.7)
    end = leg_fraction(garment.hem)
    fit = Fit(eases[0] * 0.6 if tucked else 0.003, 0.0)
    found = [
        Surface(trunk_rings(skeleton, 0.612 if tucked else 0.58, 0.475, fit, 6, ring_angles(COLUMNS)), finish, part)
    ]
    trousers = (
        Finish(**{**finish.__dict__, "scale": (skeleton.shape.calf + eases[1]) * 1.57})
        if finish.pattern == "side stripe"
        else finish
    )
    for name in ("l", "r"):
        found += leg(skeleton, name, 0.0, end, eases, trousers, part, gather if end > 0.8 else 0.0)
        if garment.kind == "cargo trousers":
            outwards = skeleton.side * (1 if name == "r" else -1)
            knee_point, hip = skeleton.joints[f"knee_{name}"], skeleton.joints[f"hip_{name}"]
            place = hip + (knee_point - hip) * 0.75 + outwards * (skeleton.shape.thigh * 0.86 + eases[1] * 0.6)
            found += box(place, (0.03, 0.13, 0.16), darker(finish, 0.88), part, skeleton.trunk_basis, 0.4)
    if garment.belt and tucked:
        leather = Finish(rng.choice(((30, 28, 28), (70, 48, 34), (25, 25, 30))), gloss=0.4)
        found.append(band(skeleton, 0.612, 0.592, Fit(eases[0] * 0.6 + 0.008, 0.0), leather, part))
    return found


def _skirt(garment: Garment, skeleton: Skeleton, part: int) -> list[Surface]:
    hem = 1 - garment.hem
    fit = Fit(0.004, 0.0, flare=max(0.0, (0.55 - hem)) * 0.45 * max(0.1, garment.loose - 0.6))
    rows = 8 + round((0.5 - hem) * 20)
    points = trunk_rings(skeleton, 0.612, hem, fit, rows, ring_angles(COLUMNS))
    if garment.loose > 1.1:  # pleats: the hem waves
        rng = np.random.default_rng(garment.detail)
        wave = np.cos(np.arange(COLUMNS) * np.pi + rng.uniform(0, 0.4, COLUMNS)) * 0.06
        middle = points.mean(axis=1, keepdims=True)
        toward = np.linspace(0, 1, rows)[:, None, None] ** 1.5
        points = points + (points - middle) * wave[None, :, None] * toward
    return [Surface(points.astype(np.float32), cloth(garment), part)]


def bare_legs(person: Person, skeleton: Skeleton, part: int) -> list[Surface]:
    """Skin below a hem that does not reach the ankle."""
    garment = person.lower or person.upper
    start = leg_fraction(garment.hem)
    if start > 0.9:
        return []
    skin = Finish(person.skin, gloss=0.12)
    tights = person.socks if person.lower is None or person.lower.kind == "skirt" else None
    if tights and Random(garment.detail).random() < 0.35:
        skin = Finish(tights.rgb)
    return [s for name in ("l", "r") for s in leg(skeleton, name, max(0.0, start - 0.12), 1.0, (0, 0, 0), skin, part)]
