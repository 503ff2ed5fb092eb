"""Measures of a person's body in metres."""

from dataclasses import dataclass
from random import Random

from ..people.person import Person


@dataclass(frozen=True)
class BodyShape:
    """Full widths (across) and depths (front to back) of the trunk; radii of the limbs."""

    height: float
    chest_width: float
    chest_depth: float
    bust: float  # how far the bust stands out
    waist_width: float
    waist_depth: float
    belly: float
    hip_width: float
    hip_depth: float
    shoulder_width: float  # between the shoulder joints
    neck: float
    head_width: float
    head_height: float
    upper_arm: float
    forearm: float
    wrist: float
    thigh: float
    calf: float
    ankle: float


_WIDTH = {"slim": 0.89, "average": 1.0, "heavy": 1.2}
_DEPTH = {"slim": 0.9, "average": 1.0, "heavy": 1.38}
_STATURE = {"short": -0.09, "average": 0.0, "tall": 0.1}


def body_shape(person: Person, rng: Random) -> BodyShape:
    """Measures near what build, height, age and gender suggest; `rng` is the person's own, the same for every crop."""
    man, child = person.gender == "man", person.age == "child"
    height = (1.755 if man else 1.63) + _STATURE[person.height] + rng.gauss(0, 0.03)
    if person.age == "old":
        height -= 0.04
    size = height / (1.755 if man else 1.63)  # widths follow height
    if child:
        height *= rng.uniform(0.66, 0.86)
        size *= height / 1.63 * 0.97
    wide = size * _WIDTH[person.build] * rng.uniform(0.96, 1.04)
    deep = size * _DEPTH[person.build] * rng.uniform(0.95, 1.05)
    limb = size * (1 + (_WIDTH[person.build] - 1) * 0.9)
    grown_woman = not man and not child
    return BodyShape(
        height=height,
        chest_width=(0.335 if man else 0.295) * wide,
        chest_depth=(0.225 if man else 0.2) * deep,
        bust=0.045 * deep * rng.uniform(0.6, 1.3) if grown_woman else 0.0,
        waist_width=(0.3 if man else 0.25) * wide,
        waist_depth=(0.2 if man else 0.18) * deep,
        belly=0.05 * deep * (1.6 if person.build == "heavy" else 0.2) * rng.uniform(0.5, 1.2),
        hip_width=(0.335 if man else 0.345) * wide,
        hip_depth=(0.225 if man else 0.24) * deep,
        shoulder_width=(0.365 if man else 0.32) * size * (1 + (_WIDTH[person.build] - 1) * 0.5),
        neck=(0.062 if man else 0.052) * limb,
        head_width=0.152 * (0.92 if child else 1.0),
        head_height=0.228 * (0.9 if child else 1.0),
        upper_arm=(0.052 if man else 0.044) * limb,
        forearm=(0.043 if man else 0.036) * limb,
        wrist=0.027 * limb,
        thigh=(0.086 if man else 0.088) * limb,
        calf=0.056 * limb,
        ankle=0.036 * limb,
    )
