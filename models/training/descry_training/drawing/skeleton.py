"""A posed body in three dimensions and its projection.

Body axes: x to the person's left, y down from the top of the head (0) to the soles (1), z to the front.
Yaw 0 faces the camera, 90 degrees looks to the right of the picture, 180 shows the back.
"""

import math
from dataclasses import dataclass
from random import Random

from ..describable import View
from ..people import Person

Vector = tuple[float, float, float]
BUILD_WIDTH = {"slim": 0.88, "average": 1.0, "heavy": 1.2}


@dataclass(frozen=True)
class Pose:
    yaw: float  # radians
    phase: float  # radians of the gait cycle
    stride: float  # radians the legs swing
    sway: float  # radians the arms swing
    bent_arm: int  # -1 right, 1 left, 0 none: forearm raised in front
    carrying_arm: int  # the arm a hand-held bag hangs from


@dataclass(frozen=True)
class Body:
    """Half-widths and half-depths of the trunk, limb radii, and joints, all in body axes."""

    shoulder: float
    waist: float
    hip: float
    depth: float
    limb: float
    head: float
    joints: dict[str, Vector]

    def trunk(self, y: float) -> tuple[float, float]:
        """(half-width, half-depth) of the clothed trunk at height y."""
        profile = ((0.155, self.shoulder * 0.5), (0.185, self.shoulder * 0.9), (0.23, self.shoulder),
                   (0.38, self.waist), (0.47, self.hip), (1.0, self.hip * 1.04))
        for (upper_y, upper), (lower_y, lower) in zip(profile, profile[1:]):
            if y <= lower_y:
                t = max(0.0, (y - upper_y) / (lower_y - upper_y))
                width = upper + (lower - upper) * t
                break
        else:
            width = self.hip
        return width, self.depth * (0.75 if y < 0.19 else 1.0)

    def surface(self, y: float, angle: float, scale: float = 1.0) -> Vector:
        """Point of the trunk at height y; angle 0 is the front, positive to the person's left (radians)."""
        width, depth = self.trunk(y)
        return (width * scale * math.sin(angle), y, depth * scale * math.cos(angle))


def view_of(yaw: float) -> str:
    facing = math.cos(yaw)
    return "front" if facing > 0.6 else "back" if facing < -0.6 else "side"


def sample_pose(rng: Random, view: View) -> Pose:
    centre = {"front": 0.0, "back": math.pi, "side": rng.choice((-1, 1)) * math.pi / 2}[view.direction]
    stride = {"walking": rng.uniform(0.22, 0.48), "running": rng.uniform(0.5, 0.75), "standing": rng.uniform(0, 0.07)}
    return Pose(
        yaw=centre + math.radians(rng.triangular(-50, 50, 0) if view.direction != "side" else rng.triangular(-36, 36, 0)),
        phase=rng.uniform(0, 2 * math.pi),
        stride=stride[view.action],
        sway=stride[view.action] * rng.uniform(0.5, 1.1),
        bent_arm=rng.choice((-1, 1)) if rng.random() < 0.22 else 0,
        carrying_arm=rng.choice((-1, 1)),
    )


def pose_body(person: Person, pose: Pose) -> Body:
    width = BUILD_WIDTH[person.build]
    woman, child = person.gender == "woman", person.age == "child"
    shoulder = (0.098 if woman else 0.112) * (0.5 + 0.5 * width) * (1.1 if child else 1)
    hip = (0.088 if woman else 0.082) * width
    waist = (0.074 if woman else 0.084) * width ** 1.2
    joints: dict[str, Vector] = {"head": (0, 0.072 if not child else 0.09, 0.008)}
    for name, side in (("left", 1), ("right", -1)):
        swing = math.sin(pose.phase) * side
        leg = pose.stride * swing
        knee = max(0.0, math.cos(pose.phase) * side) * pose.stride * 1.3 + 0.04
        hip_at = (side * hip * 0.55, 0.505, 0.0)
        knee_at = _down(hip_at, 0.235, leg + knee * 0.45)
        ankle_at = _down(knee_at, 0.215, leg - knee * 0.75)
        joints |= {f"{name} hip": hip_at, f"{name} knee": knee_at, f"{name} ankle": ankle_at}
        arm = -pose.sway * swing
        shoulder_at = (side * (shoulder * 0.9), 0.2, 0.0)
        elbow_at = _down(shoulder_at, 0.15, arm - 0.05, side * 0.13)
        if pose.bent_arm == side:
            hand_at = (elbow_at[0] - side * 0.055, elbow_at[1] - 0.035, elbow_at[2] + 0.115)
        else:
            hand_at = _down(elbow_at, 0.15, arm + 0.25, side * 0.02)
        joints |= {f"{name} shoulder": shoulder_at, f"{name} elbow": elbow_at, f"{name} hand": hand_at}
    return Body(shoulder, waist, hip, 0.062 * width, 0.5 + 0.5 * width, 1.28 if child else 1.0, joints)


def _down(origin: Vector, length: float, forward: float, outward: float = 0.0) -> Vector:
    """The end of a bone that hangs from `origin`, swung forward and outward (radians)."""
    return (
        origin[0] + length * math.sin(outward),
        origin[1] + length * math.cos(forward) * math.cos(outward),
        origin[2] + length * math.sin(forward),
    )


@dataclass(frozen=True)
class Projection:
    """Body axes to pixels, seen from `pitch` radians above, without perspective."""

    yaw: float
    pitch: float
    scale: float  # pixels a body height
    centre: float  # x of the body axis, pixels
    top: float  # y of the top of the head, pixels
    widen: float = 1.0  # horizontal stretch

    def point(self, v: Vector) -> tuple[float, float]:
        x = v[0] * math.cos(self.yaw) + v[2] * math.sin(self.yaw)
        return (self.centre + x * self.scale * self.widen,
                self.top + (v[1] * math.cos(self.pitch) + self.nearness(v) * math.sin(self.pitch)) * self.scale)

    def nearness(self, v: Vector) -> float:
        """Distance towards the camera."""
        return v[2] * math.cos(self.yaw) - v[0] * math.sin(self.yaw)

    def half_width(self, width: float, depth: float) -> float:
        """Seen half-width in pixels of an upright elliptic cylinder."""
        return math.hypot(width * math.cos(self.yaw), depth * math.sin(self.yaw)) * self.scale * self.widen

    def facing(self) -> float:
        """1 towards the camera, -1 away."""
        return math.cos(self.yaw)
