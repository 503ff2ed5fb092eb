"""Where bags hang, and the straps and handles they hang from: one function a way of carrying."""

import math
from dataclasses import dataclass
from random import Random

import numpy as np

from ..body.skeleton import Skeleton
from ..people.person import Bag
from ..rendering.surface import Surface
from .bodies import BODIES, bag_size
from .forms import UP, Place, Size, arc, bar, curve, level, ribbon, unit
from .hands import hand
from .materials import strap_cloth
from .parts import BAG
from .straps import belt, cross_strap, harness, hung_strap
from .suitcase import telescope
from .torso import Torso

# Metres from the bag's upper edge to the hand that holds it.
_HANDLE = {
    "backpack": 0.05,
    "shoulder bag": 0.14,
    "handbag": 0.12,
    "tote bag": 0.2,
    "suitcase": 0.03,
    "plastic bag": 0.13,
    "paper bag": 0.11,
    "briefcase": 0.05,
    "waist bag": 0.08,
    "sports bag": 0.11,
}
# Level of the trunk (0 neck, 1 pelvis) where the upper edge hangs from one shoulder.
_HUNG = {"shoulder bag": 0.74, "handbag": 0.58, "tote bag": 0.6, "briefcase": 0.74, "sports bag": 0.72, "backpack": 0.2}
_STRAP_WIDTH = {
    "backpack": 0.058,
    "shoulder bag": 0.042,
    "handbag": 0.026,
    "tote bag": 0.036,
    "briefcase": 0.038,
    "sports bag": 0.046,
    "waist bag": 0.034,
}


@dataclass(frozen=True)
class Wearer:
    """The body a bag hangs on, `rng` for what differs from crop to crop."""

    skeleton: Skeleton
    torso: Torso
    rng: Random | np.random.Generator

    def outward(self, side: int, back: float) -> np.ndarray:
        """Horizontal direction to the body's left (side 1) or right, turned `back` radians to the rear."""
        return -side * math.cos(back) * self.skeleton.side - math.sin(back) * self.skeleton.facing


def carried(bag: Bag, wearer: Wearer) -> list[Surface]:
    """All surfaces of a bag with its straps; `bag.carry` must suit its kind (`hands.true_carry`)."""
    size = bag_size(bag, wearer.skeleton.height)
    if bag.carry in ("both shoulders", "front"):
        return _on_back(bag, wearer, size)
    if bag.carry == "waist":
        return _at_waist(bag, wearer, size)
    if bag.carry == "across":
        return _across_chest(bag, wearer, size) if bag.kind == "waist bag" else _across(bag, wearer, size)
    if bag.carry == "one shoulder":
        return _one_strap(bag, wearer, size) if bag.kind == "backpack" else _from_shoulder(bag, wearer, size)
    if bag.carry == "rolling":
        return _rolling(bag, wearer, size)
    return _hanging(bag, wearer, size)


def _against_trunk(bag: Bag, wearer: Wearer, size: Size, top: float, front: bool) -> Place:
    """Flat on the back or chest, the upper edge at trunk level `top`."""
    torso = wearer.torso
    levels = np.linspace(max(top, 0.15), top + size[1] / torso.length, 6)
    _, ahead, behind = torso.section(levels)
    depth = float((ahead if front else behind).max()) * 0.97
    right, forward, up = torso.basis.T
    out = forward if front else -forward
    return Place(torso.world(0, depth if front else -depth, top), np.cross(out, up), out, up)


def _on_back(bag: Bag, wearer: Wearer, size: Size) -> list[Surface]:
    rng = Random(f"{bag.detail}worn")
    front = bag.carry == "front"
    top = rng.uniform(0.08, 0.24) + (0.1 if front else 0.0)
    place = _against_trunk(bag, wearer, size, top, front)
    strap = strap_cloth(bag)
    width = _STRAP_WIDTH["backpack"] * rng.uniform(0.8, 1.2)
    found = BODIES[bag.kind](bag, place, size)
    for side in (-1.0, 1.0):
        found += harness(wearer.torso, side, front, top, 0.07, width, strap)
    return found


def _one_strap(bag: Bag, wearer: Wearer, size: Size) -> list[Surface]:
    """A backpack on one shoulder: aside, and leaning."""
    top = _HUNG["backpack"]
    place = _against_trunk(bag, wearer, size, top, False)
    aside = -bag.side * 0.09 * (wearer.torso.basis[:, 0] @ place.wide)
    place = place.moved(aside, 0.0, 0.0).tilted(math.copysign(0.1, -aside))
    return BODIES[bag.kind](bag, place, size) + harness(
        wearer.torso, -bag.side, False, top, 0.12, _STRAP_WIDTH["backpack"], strap_cloth(bag)
    )


def _beside(bag: Bag, wearer: Wearer, size: Size, top: float, back: float) -> Place:
    """Plumb beside the trunk, clear of it, the upper edge at trunk level `top`."""
    torso = wearer.torso
    out = wearer.outward(bag.side, back)
    middle = torso.world(0, 0, top)
    reach = torso.clearance(out, middle[2], middle[2] - 0.8 * size[1])
    return Place.hanging(middle + out * (reach + size[2] * 0.42), out)


def _ends(place: Place, size: Size, forward: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The (front, rear) upper corners where a strap is fixed."""
    ahead = math.copysign(0.44 * size[0], place.wide @ forward)
    return place.at(ahead, 0, -0.02), place.at(-ahead, 0, -0.02)


def _across(bag: Bag, wearer: Wearer, size: Size) -> list[Surface]:
    rng = Random(f"{bag.detail}worn")
    place = _beside(
        bag, wearer, size, rng.uniform(0.82, 1.0), rng.choice((0.5, 0.25, -0.5)) + wearer.rng.uniform(-0.15, 0.15)
    )
    ends = _ends(place, size, wearer.skeleton.facing)
    return BODIES[bag.kind](bag, place, size) + cross_strap(
        wearer.torso, -bag.side, ends, _STRAP_WIDTH[bag.kind], strap_cloth(bag)
    )


def _from_shoulder(bag: Bag, wearer: Wearer, size: Size) -> list[Surface]:
    rng = Random(f"{bag.detail}worn")
    top = _HUNG[bag.kind] + rng.uniform(-0.06, 0.14)
    place = _beside(bag, wearer, size, top, wearer.rng.uniform(0.1, 0.75))
    ends = _ends(place, size, wearer.skeleton.facing)
    return BODIES[bag.kind](bag, place, size) + hung_strap(
        wearer.torso, -bag.side, ends, _STRAP_WIDTH[bag.kind], strap_cloth(bag)
    )


def _at_waist(bag: Bag, wearer: Wearer, size: Size) -> list[Surface]:
    """Before the belly, aside, or on the small of the back."""
    torso, rng = wearer.torso, Random(f"{bag.detail}worn")
    top = rng.uniform(0.78, 0.92)
    right, forward, _ = torso.basis.T
    turn = rng.choice((0.0, 0.2, 0.6, math.pi)) * -bag.side
    out = level(math.cos(turn) * forward + math.sin(turn) * right)
    middle = torso.world(0, 0, top)
    place = Place.hanging(middle + out * torso.clearance(out, middle[2], middle[2] - size[1]), out)
    strap = belt(torso, top + 0.4 * size[1] / torso.length, _STRAP_WIDTH["waist bag"], strap_cloth(bag))
    return BODIES[bag.kind](bag, place, size) + strap


def _across_chest(bag: Bag, wearer: Wearer, size: Size) -> list[Surface]:
    """A waist bag slung over the chest or the back."""
    torso, rng = wearer.torso, Random(f"{bag.detail}worn")
    front = rng.random() < 0.7
    place = _against_trunk(bag, wearer, size, 0.38, front)
    rise = math.copysign(0.5, bag.side * (wearer.torso.basis[:, 0] @ place.wide))
    chest = torso.section(0.4)[0]
    ends = (torso.on(-bag.side * 0.8 * chest, 0.62, True), torso.on(-bag.side * 0.8 * chest, 0.62, False))
    return BODIES[bag.kind](bag, place.tilted(rise), size) + cross_strap(
        torso, -bag.side, ends, _STRAP_WIDTH["waist bag"], strap_cloth(bag)
    )


def _hanging(bag: Bag, wearer: Wearer, size: Size) -> list[Surface]:
    """From the hand or from the bend of the arm, outside the leg."""
    skeleton, name = wearer.skeleton, hand(bag.side)
    if bag.carry == "elbow":
        held = 0.72 * skeleton[f"elbow_{name}"] + 0.28 * skeleton[f"wrist_{name}"] - 0.02 * UP
    else:
        held = 0.35 * skeleton[f"wrist_{name}"] + 0.65 * skeleton[f"hand_{name}"]
    turn = 1.2 if bag.kind == "plastic bag" else 0.45
    out = wearer.outward(bag.side, wearer.rng.uniform(-turn, turn))
    gap = min(_HANDLE[bag.kind] * max(0.8, bag.size), max(held[2] - size[1] - 0.04, 0.02))
    aside = (held - skeleton["pelvis"]) @ out
    room = skeleton.shape.hip_width / 2 + 0.035 + size[2] * 0.55
    place = Place.hanging(held + out * min(max(room - aside, 0.0), 0.09) - gap * UP, out)
    short = 0.03 - (place.top[2] - size[1])  # too long for the arm: the bag is held higher than it would hang
    if short > 0:
        place = place.moved(0, 0, min(short, 0.12))
    return BODIES[bag.kind](bag, place, size) + _handles(bag, place, size, held)


def _handles(bag: Bag, place: Place, size: Size, held: np.ndarray) -> list[Surface]:
    """Loops from the upper edge to the hand."""
    cloth = strap_cloth(bag)
    if bag.kind in ("backpack", "suitcase"):
        return []
    if bag.kind in ("briefcase", "waist bag"):
        return bar(arc(place.at(-0.07), place.at(0.07), held), 0.012, cloth, BAG, up=place.out)
    reach = {"plastic bag": 0.17, "shoulder bag": 0.46}.get(bag.kind, 0.24) * size[0]
    out = {"sports bag": 0.1}.get(bag.kind, 0.2) * size[2]
    low = -0.12 * size[1] if bag.kind == "sports bag" else -0.01
    found: list[Surface] = []
    for face in (-1, 1):
        loop = [
            place.at(-reach, face * out, low),
            place.at(-reach * 0.72, face * out * 0.7) * 0.5 + held * 0.5,
            held,
            place.at(reach * 0.72, face * out * 0.7) * 0.5 + held * 0.5,
            place.at(reach, face * out, low),
        ]
        path = curve(loop, 10)
        if bag.kind in ("tote bag", "sports bag", "plastic bag"):
            normals = np.repeat(place.out[None], len(path), 0)
            found.append(ribbon(path, normals, 0.024 if bag.kind == "tote bag" else 0.03, cloth, BAG, 0.004))
        else:
            found += bar(path, 0.004 if bag.kind == "paper bag" else 0.008, cloth, BAG, 4, up=place.out)
    return found


def _rolling(bag: Bag, wearer: Wearer, size: Size) -> list[Surface]:
    """A suitcase on its wheels: leaning to a hand that pulls it, upright beside one that is near the body."""
    skeleton, name = wearer.skeleton, hand(bag.side)
    held = skeleton[f"hand_{name}"]
    base = size[1] + 0.05
    away = held - skeleton[f"shoulder_{name}"]
    behind = -away @ skeleton.facing
    leant = held[2] / math.cos(0.62) if behind > 0.1 else held[2]
    drawn = min(max(leant - base, 0.15), 0.5)
    tilt = math.acos(min(1.0, held[2] / (base + drawn))) if behind > 0.1 else 0.0
    forward = level(skeleton.facing + 0.25 * wearer.rng.uniform(-1, 1) * skeleton.side)
    up = math.sin(tilt) * forward + math.cos(tilt) * UP
    out = math.sin(tilt) * UP - math.cos(tilt) * forward
    top = held - up * drawn + out * size[2] * 0.4
    if not tilt:
        room = skeleton.shape.hip_width / 2 + 0.06 + size[0] / 2
        outward = wearer.outward(bag.side, 0.0)
        top = top + outward * min(max(room - (top - skeleton["pelvis"]) @ outward, 0.0), 0.15)
        top[2] = base
    place = Place(top, unit(np.cross(out, up)), out, up)
    return BODIES[bag.kind](bag, place, size) + telescope(place, size, drawn)
