"""Things held in the hand."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..body.skeleton import Skeleton
from ..people.person import Held
from ..rendering.solids import box, tube
from ..rendering.surface import Finish, Surface
from .forms import UP, curve, level, rod, unit
from .hands import hand
from .materials import PLASTIC, painted, shade
from .parts import HELD


@dataclass(frozen=True)
class Grip:
    """A hand that holds something: its middle, the direction of the fingers, and the body's axes."""

    hand: np.ndarray
    fingers: np.ndarray
    wrist: np.ndarray
    elbow: np.ndarray
    head: np.ndarray
    facing: np.ndarray
    out: np.ndarray  # horizontal, away from the body on the hand's side


def held_surfaces(held: Held, skeleton: Skeleton, rng) -> list[Surface]:
    """What the hand on `held.side` holds, in world metres; `rng` turns it a little differently in every crop."""
    name = hand(held.side)
    middle, wrist = skeleton[f"hand_{name}"], skeleton[f"wrist_{name}"]
    grip = Grip(
        middle,
        unit(middle - wrist),
        wrist,
        skeleton[f"elbow_{name}"],
        skeleton["head"],
        np.asarray(skeleton.facing, float),
        -held.side * np.asarray(skeleton.side, float),
    )
    return _HELD[held.kind](held, grip, rng)


def _slab(middle, size, upright, face, finish: Finish, rounding: float = 0.0) -> list[Surface]:
    """A box of size (across, thick, tall) whose tall edges run along `upright` and whose face looks towards `face`."""
    upright = unit(upright)
    face = unit(face - (face @ upright) * upright)
    return box(middle, size, finish, HELD, np.stack([np.cross(face, upright), face, upright], 1), rounding)


def _phone(held: Held, grip: Grip, rng) -> list[Surface]:
    """Face towards the eyes, lit."""
    middle = grip.hand + 0.03 * UP + 0.02 * grip.facing
    eyes = unit(grip.head - middle)
    upright = 0.8 * UP + 0.5 * grip.facing + 0.15 * rng.uniform(-1, 1) * grip.out
    glow = Finish((150, 175, 205) if rng.random() < 0.5 else (28, 30, 36), gloss=0.5)
    return _slab(middle, (0.078, 0.011, 0.155), upright, eyes, painted(held.paint, 0.4)) + _slab(
        middle + 0.006 * eyes, (0.068, 0.003, 0.14), upright, eyes, glow
    )


def _phone_at_ear(held: Held, grip: Grip, rng) -> list[Surface]:
    inward = unit(grip.head - grip.hand)
    upright = 0.75 * UP - 0.5 * grip.facing
    return _slab(
        grip.hand + 0.02 * inward + 0.05 * UP, (0.075, 0.012, 0.15), upright, -grip.out, painted(held.paint, 0.4)
    )


def _bottle(held: Held, grip: Grip, rng) -> list[Surface]:
    up = unit(UP + 0.35 * rng.uniform(-1, 1) * grip.facing + 0.2 * rng.uniform(-1, 1) * grip.out)
    foot = grip.hand - 0.1 * up + 0.015 * grip.facing
    path = foot + np.outer((0.0, 0.02, 0.14, 0.18, 0.2), up)
    body = tube(path, (0.032, 0.034, 0.034, 0.016, 0.013), painted(held.paint, 0.6), HELD, 9, grip.facing)
    label = Finish(shade(held.paint.rgb, 0.6) if sum(held.paint.rgb) > 380 else (215, 215, 215), gloss=0.3)
    return (
        body
        + rod(foot + 0.06 * up, foot + 0.11 * up, 0.035, label, HELD, 9)
        + rod(foot + 0.2 * up, foot + 0.22 * up, 0.015, PLASTIC, HELD, 6)
    )


def _cup(held: Held, grip: Grip, rng) -> list[Surface]:
    foot = grip.hand - 0.05 * UP + 0.025 * grip.facing
    body = tube([foot, foot + 0.115 * UP], (0.03, 0.043), painted(held.paint, 0.15), HELD, 10, grip.facing)
    lid = Finish((235, 235, 232) if rng.random() < 0.5 else (40, 34, 32), gloss=0.3)
    return (
        body
        + rod(foot + 0.115 * UP, foot + 0.13 * UP, 0.045, lid, HELD, 10)
        + rod(foot + 0.126 * UP, foot + 0.13 * UP, 0.001, lid, HELD, 3)
    )


def _paper(held: Held, grip: Grip, rng) -> list[Surface]:
    """A sheet or a few, bending away from the hand."""
    wide, tall = rng.uniform(0.17, 0.3), rng.uniform(0.22, 0.34)
    eyes = unit(unit(grip.head - grip.hand) - 0.7 * grip.facing)
    across = unit(np.cross(UP, eyes))
    upright = unit(np.cross(eyes, across))
    u = np.linspace(-0.5, 0.5, 6)[None, :, None]
    v = np.linspace(0.75, -0.25, 6)[:, None, None]
    sag = -0.25 * (u**2) * wide - 0.3 * np.maximum(v, 0) ** 2 * tall
    points = grip.hand + 0.02 * eyes + u * wide * across + v * tall * upright + sag * eyes
    finish = Finish(held.paint.rgb, "shelves" if rng.random() < 0.3 else "plain", shade(held.paint.rgb, 0.7), 0.05)
    return [Surface(points.astype(np.float32), finish, HELD, closed=False)]


def _book(held: Held, grip: Grip, rng) -> list[Surface]:
    """Against the forearm, or hanging from the fingers."""
    bent = grip.hand[2] > grip.elbow[2] - 0.1
    upright = UP + 0.3 * rng.uniform(-1, 1) * grip.facing
    middle = grip.hand + (0.05 * UP + 0.02 * grip.facing if bent else -0.07 * UP + 0.02 * grip.out)
    face = grip.facing if bent else grip.out
    size = (rng.uniform(0.15, 0.22), rng.uniform(0.02, 0.04), rng.uniform(0.21, 0.3))
    pages = Finish((232, 228, 215), grain=0.2)
    return _slab(middle, size, upright, face, painted(held.paint, 0.3)) + _slab(
        middle, (size[0] * 0.96, size[1] * 0.8, size[2] * 1.01), upright, face, pages
    )


def _coat(held: Held, grip: Grip, rng) -> list[Surface]:
    """Folded over the forearm, hanging down on both sides."""
    along = level(grip.hand - grip.elbow)
    aside = np.cross(along, UP)
    lengths = rng.uniform(0.34, 0.55), rng.uniform(0.26, 0.42)
    section = np.array(
        [
            (-0.05, -lengths[0]),
            (-0.075, -lengths[0] * 0.6),
            (-0.07, -0.1),
            (-0.055, 0.01),
            (0.0, 0.05),
            (0.055, 0.01),
            (0.07, -0.1),
            (0.075, -lengths[1] * 0.6),
            (0.055, -lengths[1]),
        ]
    )
    section = curve(np.c_[section, np.zeros(len(section))], 15)[:, :2]
    stations = np.linspace(-1, 1, 9)
    waves = np.random.default_rng(int(rng.random() * 1e9)).uniform(-1, 1, (4, 9))
    fall = np.clip(-4 * section[:, 1], 0, 1)[None]  # 0 on the arm .. 1 where the cloth hangs freely
    hem = 1 + 0.08 * waves[:1].T - 0.3 * np.abs(stations[:, None]) ** 5  # lower corners are rounded
    middle = grip.elbow + np.outer(0.55 + 0.4 * stations, grip.hand - grip.elbow)
    pleats = fall * (0.02 * waves[1:2].T + 0.02 * np.sin(9 * stations[:, None] + 3 * waves[2, 0]))
    narrowed = -0.035 * stations[:, None] * fall  # gathered below by its weight
    points = (
        middle[:, None]
        + (section[:, 0][None] + pleats)[..., None] * aside
        + narrowed[..., None] * along
        + (section[:, 1][None] * hem)[..., None] * UP
    )
    finish = painted(held.paint, 0.05, 0.6, sum(held.paint.rgb))
    return [Surface(points.transpose(1, 0, 2).astype(np.float32), finish, HELD, closed=False)]


_HELD: dict[str, Callable[[Held, Grip, object], list[Surface]]] = {
    "phone": _phone,
    "phone at ear": _phone_at_ear,
    "bottle": _bottle,
    "cup": _cup,
    "paper": _paper,
    "book": _book,
    "coat": _coat,
}
