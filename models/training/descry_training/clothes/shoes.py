"""Shoes of every kind, the feet in them and socks."""

from random import Random

import numpy as np

from ..body.skeleton import Skeleton
from ..body.skull import SKIN, blend
from ..language.describable import SLOT_PARTS
from ..people.colours import Rgb
from ..people.person import Person
from ..rendering.solids import tube
from ..rendering.surface import Finish, Surface
from .foot import HALF_WIDTH, STATIONS, Foot, loft, profile
from .limbs import leg
from .lower import leg_fraction

_MARKS = (0.0, 0.06, 0.25, 0.4, 0.55, 0.7, 0.85, 0.95, 1.0)
_TOPS = {  # height of the upper at _MARKS, in foot lengths
    "sneakers": (0.22, 0.28, 0.25, 0.28, 0.215, 0.15, 0.115, 0.095, 0.06),
    "shoes": (0.2, 0.25, 0.22, 0.255, 0.19, 0.125, 0.095, 0.08, 0.055),
    "boots": (0.25, 0.3, 0.33, 0.33, 0.24, 0.165, 0.13, 0.11, 0.07),
    "flats": (0.17, 0.2, 0.12, 0.1, 0.1, 0.135, 0.11, 0.085, 0.055),
    "heels": (0.17, 0.2, 0.12, 0.1, 0.1, 0.135, 0.105, 0.075, 0.05),
}
_FOOT_IN_PUMP = (0.1, 0.2, 0.3, 0.27, 0.19, 0.1, 0.05, 0.03, 0.02)
_FOOT = (0.1, 0.2, 0.3, 0.27, 0.2, 0.135, 0.09, 0.065, 0.04)
_GLOSS = {"leather": 0.32, "nylon": 0.2, "cotton": 0.05, "wool": 0.0}
_DARK_SOLE = (28, 26, 25)


def shoe_surfaces(person: Person, skeleton: Skeleton) -> list[Surface]:
    """Both shoes, what of the feet they leave bare, and socks; about 900 triangles."""
    kind = person.shoes.kind
    draw = {"sneakers": _sneaker, "shoes": _low_shoe, "boots": _boot, "sandals": _sandal, "heels": _pump,
            "flats": _pump}[kind]
    return [surface for name in ("l", "r")
            for surface in draw(person, skeleton, name, Foot.of(skeleton, name)) + _sock(person, skeleton, name)]


def _finish(person: Person) -> Finish:
    shoes = person.shoes
    return Finish(shoes.paint.rgb, gloss=_GLOSS.get(shoes.fabric, 0.15), folds=0.12, grain=0.08, seed=shoes.detail)


def _level(height: float) -> np.ndarray:
    return np.full(len(STATIONS), height)


def _upper(person: Person, foot: Foot, sole: float, square: float = 2.4, pointed: float = 0.0) -> Surface:
    top = profile(foot, _MARKS, _TOPS[person.shoes.kind])
    return loft(foot, _finish(person), SLOT_PARTS["shoes"], _level(sole * 0.8), np.maximum(top, sole + 0.004),
                square=square, pointed=pointed)


def _sole(foot: Foot, rgb: Rgb, thick: float, wider: float = 0.004, toe_spring: float = 0.0) -> Surface:
    spring = toe_spring * np.clip((STATIONS - 0.75) / 0.25, 0, 1.1) ** 2
    return loft(foot, Finish(rgb, gloss=0.08), SLOT_PARTS["shoes"], spring, _level(thick) + spring, wider, square=8)


def _ankle(person: Person, skeleton: Skeleton, name: str) -> list[Surface]:
    """Bare ankle joining the leg to the foot."""
    return leg(skeleton, name, 0.96, 1.06, (0, 0, 0.001), Finish(person.skin, gloss=0.12), SKIN, columns=8)


def _bare_foot(person: Person, foot: Foot, sole: np.ndarray, heights: tuple[float, ...]) -> Surface:
    top = np.maximum(profile(foot, _MARKS, heights), sole + 0.01)
    return loft(foot, Finish(person.skin, gloss=0.12), SKIN, sole, top, scale=0.9)


def _sneaker(person: Person, skeleton: Skeleton, name: str, foot: Foot) -> list[Surface]:
    shoes, rng = person.shoes, Random(f"sneaker {person.shoes.detail}")
    plain = shoes.paint.rgb
    dark = blend(plain, (0, 0, 0), rng.choice((0.0, 0.15, 0.35)))
    sole = shoes.second.rgb if shoes.second else dark
    thick = rng.uniform(0.024, 0.038)
    part = SLOT_PARTS["shoes"]
    ankle = skeleton.joints[f"ankle_{name}"]
    high = rng.random() < 0.15
    collar = [ankle - foot.up * 0.012, ankle + (skeleton.joints[f"knee_{name}"] - ankle) * (0.13 if high else 0.02)]
    opening = skeleton.shape.ankle + 0.012
    found = [_upper(person, foot, thick), _sole(foot, sole, thick, toe_spring=0.012),
             *tube(collar, [opening * 1.15, opening], _finish(person), part, 10, up=foot.forward, caps=False)]
    if not person.socks:
        found += _ankle(person, skeleton, name)
    accent = shoes.second.rgb if shoes.second else blend(plain, (255, 255, 255) if sum(plain) < 380 else (0, 0, 0), 0.2)
    if rng.random() < 0.6:  # laces and tongue
        found.append(_over(foot, person, (0.42, 0.66), 0.028, Finish(accent), thick))
    if rng.random() < 0.35:
        found += [_side_mark(foot, side, Finish(accent), thick) for side in (-1, 1)]
    return found


def _over(foot: Foot, person: Person, span: tuple[float, float], half: float, finish: Finish, sole: float) -> Surface:
    """A strip over the instep, on the upper."""
    along = np.linspace(*span, 4)
    top = np.interp(along, _MARKS, _TOPS[person.shoes.kind]) * foot.length + 0.003
    shift = foot.inward * 0.03 * foot.length * np.clip((along - 0.45) / 0.4, 0, 1)
    across = np.array((-1.0, -0.5, 0.0, 0.5, 1.0))
    drop = 0.012 * across ** 2
    return Surface(foot.at(across * half + shift[:, None], np.repeat(along[:, None] * foot.length, 5, 1),
                           np.maximum(top[:, None] - drop, sole)), finish, SLOT_PARTS["shoes"], closed=False)


def _side_mark(foot: Foot, side: int, finish: Finish, sole: float) -> Surface:
    """A slanted stripe on the side of a trainer."""
    along = np.array(((0.3, 0.38), (0.42, 0.5))) * foot.length
    high = np.array((sole + 0.006, sole + 0.03))[None, :].repeat(2, 0)
    out = side * (0.14 * foot.length + np.array((0.003, -0.004)))[None, :].repeat(2, 0)
    return Surface(foot.at(out, along, high), finish, SLOT_PARTS["shoes"], closed=False)


def _low_shoe(person: Person, skeleton: Skeleton, name: str, foot: Foot) -> list[Surface]:
    rng = Random(f"shoe {person.shoes.detail}")
    sole = blend(person.shoes.paint.rgb, _DARK_SOLE, 0.8)
    heel = _sole_part(foot, sole, rng.uniform(0.022, 0.03))
    found = [_upper(person, foot, 0.014, 2.2, rng.uniform(0.2, 0.8)), _sole(foot, sole, 0.014, 0.003, 0.008), heel]
    return found if person.socks else found + _ankle(person, skeleton, name)


def _sole_part(foot: Foot, rgb: Rgb, thick: float) -> Surface:
    """The heel of a flat shoe: the back third of a thicker sole."""
    top = np.where(STATIONS < 0.3, thick, 0.004)
    return loft(foot, Finish(rgb, gloss=0.1), SLOT_PARTS["shoes"], _level(0.0), top, 0.003, square=8)


def _boot(person: Person, skeleton: Skeleton, name: str, foot: Foot) -> list[Surface]:
    shoes, rng = person.shoes, Random(f"boot {person.shoes.detail}")
    sole = blend(shoes.paint.rgb, _DARK_SOLE, rng.choice((0.3, 0.85, 0.85)))
    if shoes.paint.name in ("tan", "beige", "brown", "camel") and rng.random() < 0.4:
        sole = blend(shoes.paint.rgb, (235, 220, 190), 0.4)
    thick = rng.uniform(0.022, 0.036)
    # High boots go over the trousers; ankle boots under them.
    room = 0.026 if shoes.hem < 0.88 else 0.014
    shaft = leg(skeleton, name, min(leg_fraction(shoes.hem), 0.95), 1.05, (room, room, 0.012), _finish(person),
                SLOT_PARTS["shoes"])
    return [_upper(person, foot, thick, 2.5), _sole(foot, sole, thick, toe_spring=0.008),
            _sole_part(foot, sole, thick + 0.012), *shaft]


def _sandal(person: Person, skeleton: Skeleton, name: str, foot: Foot) -> list[Surface]:
    rng, part = Random(f"sandal {person.shoes.detail}"), SLOT_PARTS["shoes"]
    thick = rng.uniform(0.012, 0.032)
    finish = _finish(person)
    found = [_sole(foot, blend(person.shoes.paint.rgb, (60, 45, 35), 0.3), thick, 0.005),
             _bare_foot(person, foot, _level(thick), _FOOT), *_ankle(person, skeleton, name)]
    straps = rng.choice(((0.72, 0.4), (0.72,), (0.76, 0.6, 0.34)))
    for at in straps:
        along = np.array((at - 0.06, at + 0.06))
        half = np.interp(along, STATIONS, HALF_WIDTH) * foot.length * 0.9
        top = np.interp(along, _MARKS, _FOOT) * foot.length + 0.004
        angles = np.linspace(0, np.pi, 8)
        shift = foot.inward * 0.03 * foot.length * np.clip((along - 0.45) / 0.4, 0, 1)
        x = (half + 0.005)[:, None] * np.cos(angles) + shift[:, None]
        z = thick * 0.6 + (top - thick * 0.6)[:, None] * np.sin(angles) ** 0.9
        points = foot.at(x, np.repeat((along * foot.length)[:, None], 8, 1), z)
        found.append(Surface(points, finish, part, closed=False))
    if len(straps) > 1:  # around the ankle
        ankle = skeleton.joints[f"ankle_{name}"]
        found += tube([ankle - foot.up * 0.004, ankle + foot.up * 0.012], np.full(2, skeleton.shape.ankle + 0.005),
                      finish, part, 8, up=foot.forward, caps=False)
    return found


def _pump(person: Person, skeleton: Skeleton, name: str, foot: Foot) -> list[Surface]:
    """Low-cut shoes: flats, or heels that lift the back of the foot."""
    heels, part = person.shoes.kind == "heels", SLOT_PARTS["shoes"]
    rng, finish = Random(f"pump {person.shoes.detail}"), _finish(person)
    raised = rng.uniform(0.04, 0.065) if heels else 0.006
    under = raised * np.clip(1 - STATIONS / 0.66, 0, 1) ** 0.8 + 0.003
    top = np.maximum(under + 0.012, under + profile(foot, _MARKS, _TOPS[person.shoes.kind]) * (0.8 if heels else 1.0))
    found = [loft(foot, finish, part, under, top, pointed=rng.uniform(0.2, 0.9)),
             _bare_foot(person, foot, under + 0.005, _FOOT_IN_PUMP),
             *_ankle(person, skeleton, name)]
    if heels:
        block = rng.choice((0.008, 0.012, 0.022))
        along = np.array((0.09, 0.07)) * foot.length
        path = foot.at(np.zeros(2), along, np.array((raised + 0.004, 0.0)))
        found += tube(path, [block * 1.5, block], finish, part, 8, up=foot.forward)
    return found


def _sock(person: Person, skeleton: Skeleton, name: str) -> list[Surface]:
    if person.socks is None:
        return []
    start = Random(f"socks {person.shoes.detail}").choice((0.93, 0.84, 0.8, 0.62))
    ease = 0.004
    return leg(skeleton, name, start, 1.05, (ease, ease, ease), Finish(person.socks.rgb, grain=0.15),
               SLOT_PARTS["socks"], columns=10)
