"""Caps, beanies, hats, headscarves, hoods and helmets."""

from random import Random

import numpy as np

from ..body.skeleton import Skeleton
from ..body.skull import Skull, blend, dome_levels, rim_level, ring
from ..language.describable import SLOT_PARTS
from ..people.person import Garment, Person
from ..rendering.surface import Finish, Surface
from .cloth import cloth
from .wraps import headscarf, hood

_COLUMNS = 20


def headwear_surfaces(person: Person, skeleton: Skeleton) -> list[Surface]:
    """What the person wears on the head, at most about 500 triangles."""
    garment = person.headwear
    if garment is None:
        return []
    skull, rng = Skull.of(person, skeleton), Random(f"headwear {garment.detail}")
    finish = cloth(garment, trunk=garment.pattern not in ("logo", "print"))
    if garment.kind in ("headscarf", "hood"):
        return (headscarf if garment.kind == "headscarf" else hood)(person, skeleton, skull, rng, finish)
    return {"cap": _cap, "beanie": _beanie, "hat": _hat, "helmet": _helmet}[garment.kind](garment, skull, rng, finish)


def _dome(skull: Skull, kind: str, rows: int, low: float, high: float) -> np.ndarray:
    """Closed shell [rows, columns, 3], `low` metres off the head at the rim and `high` at the top."""
    around = ring(_COLUMNS)
    levels = dome_levels(rim_level(kind, around), rows)
    share = np.sin(np.linspace(0, np.pi / 2, rows))[:, None]
    return skull.on(np.broadcast_to(around, levels.shape), levels, low + (high - low) * share)


def _band(skull: Skull, kind: str, finish: Finish, part: int, off: float, down: float, up: float) -> Surface:
    """A closed band around the rim, from `down` below it to `up` above it, in levels."""
    around = ring(_COLUMNS)
    rim = rim_level(kind, around)
    levels = np.stack([rim - down, rim - down * 0.5, rim + up * 0.5, rim + up])
    offsets = np.array((off * 0.6, off, off, off * 0.6))[:, None]
    return Surface(skull.on(np.broadcast_to(around, levels.shape), levels, offsets + 0 * levels), finish, part)


def _peak(skull: Skull, level: float, length: float, droop: float, finish: Finish, part: int, back: bool) -> Surface:
    """A peak reaching `length` metres forwards (or backwards) from the rim."""
    azimuths = np.linspace(-64, 64, 9)
    rim = skull.local(azimuths + (180 if back else 0), np.full(9, level), 0.012)
    out = np.cos(np.radians(azimuths * 90 / 64)) ** 0.6
    reach = np.linspace(0, 1, 4)[:, None] * out[None, :] * length
    way = -1.0 if back else 1.0
    points = np.repeat(rim[None], 4, axis=0)
    points[..., 1] += way * reach
    side = np.abs(np.sin(np.radians(azimuths)))[None, :]
    points[..., 2] -= droop * reach + 0.012 * side * reach / length  # bent down at both sides
    return Surface(skull.world(points), finish, part, closed=False)


def _cap(garment: Garment, skull: Skull, rng: Random, finish: Finish) -> list[Surface]:
    part, back = SLOT_PARTS["headwear"], rng.random() < 0.1
    peak = finish
    if garment.second and rng.random() < 0.3:
        peak = Finish(garment.second.rgb, gloss=finish.gloss)
    found = [Surface(_dome(skull, "cap", 7, 0.012, rng.uniform(0.016, 0.03)), finish, part),
             _peak(skull, 0.53 if back else 0.72, rng.uniform(0.06, 0.078), rng.uniform(0.15, 0.45), peak, part, back)]
    if garment.pattern in ("logo", "print") and garment.second and not back:
        levels = (rng.uniform(0.76, 0.79), rng.uniform(0.88, 0.92))
        wide = rng.uniform(14, 30)
        mark = skull.patch((-wide, wide), levels, 0.026, 3, 4)
        found.append(Surface(mark, Finish(garment.second.rgb), part, closed=False))
    return found


def _beanie(garment: Garment, skull: Skull, rng: Random, finish: Finish) -> list[Surface]:
    part, slouch = SLOT_PARTS["headwear"], rng.choice((0.016, 0.022, 0.05))
    knit = Finish(finish.base, finish.pattern, finish.second, 0.03, 0.0, 0.25, 0.35, garment.detail)
    points = _dome(skull, "beanie", 8, 0.010, slouch)
    if slouch > 0.04:  # the tip leans back
        points[5:] -= (skull.basis[:, 1] * 0.025).astype(np.float32)
    found = [Surface(points, knit, part)]
    if rng.random() < 0.65:
        cuff = Finish(blend(knit.base, (0, 0, 0), 0.08), folds=0.2, grain=0.35, seed=garment.detail)
        found.append(_band(skull, "beanie", cuff, part, 0.02, 0.01, rng.uniform(0.16, 0.24)))
    if rng.random() < 0.15:  # pompom
        from_top = skull.on(np.zeros(8) + ring(8), np.full(8, 0.97), slouch + 0.02)
        middle = skull.on(np.array(0.0), np.array(1.0), slouch + 0.022)
        rows = np.stack([middle + (from_top - middle) * share + skull.basis[:, 2] * rise
                         for share, rise in ((0.1, -0.03), (0.75, -0.015), (0.9, 0.005), (0.55, 0.028), (0.02, 0.034))])
        found.append(Surface(rows.astype(np.float32), knit, part))
    return found


def _hat(garment: Garment, skull: Skull, rng: Random, finish: Finish) -> list[Surface]:
    """A brimmed hat or a soft sun hat whose brim slopes down."""
    part, soft = SLOT_PARTS["headwear"], rng.random() < 0.5
    around = ring(_COLUMNS)
    start = skull.local(around, np.full(_COLUMNS, 0.70), 0.011)
    out = np.stack([np.sin(np.radians(around)), np.cos(np.radians(around)), np.zeros(_COLUMNS)], -1)
    brim = rng.uniform(0.05, 0.075) if soft else rng.uniform(0.05, 0.105)
    drop = rng.uniform(0.3, 0.62) if soft else rng.uniform(-0.05, 0.22)
    steps = np.array((0.0, 0.5, 1.0))[:, None, None] * brim
    edge = start + steps * out - np.array((0, 0, 1.0)) * steps * drop
    top = (1.0 - 0.5) * skull.height + (0.02 if soft else rng.uniform(0.025, 0.05))
    rise = top - start[0, 2]
    rows = []
    for share, wide in ((0.0, 1.0), (0.35, 0.98), (0.8, 0.92 if soft else 0.9), (0.97, 0.82), (1.0, 0.6), (0.95, 0.02)):
        row = start * np.array((wide, wide, 1.0))
        row[:, 2] = start[:, 2] + rise * share
        rows.append(row)
    found = [Surface(skull.world(np.array(rows)), finish, part), Surface(skull.world(edge), finish, part)]
    if not soft:
        shade = garment.second.rgb if garment.second else blend(finish.base, (15, 12, 12), 0.7)
        band = np.array([start * np.array((1.03, 1.03, 1.0)) + np.array((0, 0, z)) for z in (0.002, 0.028)])
        found.append(Surface(skull.world(band), Finish(shade), part))
    return found


def _helmet(garment: Garment, skull: Skull, rng: Random, finish: Finish) -> list[Surface]:
    """A hard hat, a cyclist's or a scooter rider's helmet."""
    part, style = SLOT_PARTS["headwear"], rng.choice(("site", "cycle", "scooter"))
    hard = Finish(finish.base, gloss=0.55)
    found = [Surface(_dome(skull, "helmet", 7, 0.022, 0.038 if style == "site" else 0.045), hard, part)]
    accent = Finish(garment.second.rgb if garment.second else blend(hard.base, (10, 10, 10), 0.75), gloss=0.3)
    if style == "site":
        found.append(_peak(skull, 0.71, 0.05, 0.25, hard, part, False))
        found.append(_band(skull, "helmet", hard, part, 0.032, 0.02, 0.03))
    elif style == "cycle":  # dark vents along the top
        vents = [skull.patch((azimuth - 9, azimuth + 9), (0.78, 0.95), 0.046, 5, 3)
                 for azimuth in (-50, 0, 50, 130, 180, 230)]
        found += [Surface(vent, accent, part, closed=False) for vent in vents]
    else:
        found.append(_band(skull, "helmet", accent, part, 0.03, 0.01, 0.06))
    if style != "site":
        strap = Finish((25, 25, 27))
        found += [Surface(skull.patch((side * 72, side * 84), (0.02, 0.62), 0.006, 4, 2), strap, part, closed=False)
                  for side in (-1, 1)]
    return found
