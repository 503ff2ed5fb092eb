"""Joints of a posed body in world metres."""

import math
from dataclasses import dataclass

import numpy as np

from .pose import Pose
from .shape import BodyShape

# Heights of joints and lengths of bones as fractions of standing height (Drillis and Contini, 1966).
HIP, SHOULDER, NECK, HEAD_CENTRE = 0.53, 0.812, 0.85, 0.935
THIGH, SHIN, FOOT_HEIGHT, FOOT = 0.245, 0.246, 0.039, 0.152
UPPER_ARM, FOREARM, HAND = 0.186, 0.146, 0.055
SIDES = (("r", 1.0), ("l", -1.0))


@dataclass
class Skeleton:
    """`joints`: pelvis, waist, chest, neck, head, head_top, and shoulder, elbow, wrist, hand, hip, knee, ankle, heel,
    toe each with _l and _r. `facing` and `side` (towards the person's right) are horizontal unit vectors;
    `trunk_basis` and `head_basis` [3, 3] have the columns right, forward, up."""

    joints: dict[str, np.ndarray]
    facing: np.ndarray
    side: np.ndarray
    trunk_basis: np.ndarray
    head_basis: np.ndarray
    shape: BodyShape
    pose: Pose

    @property
    def height(self) -> float:
        return self.shape.height

    def __getitem__(self, joint: str) -> np.ndarray:
        return self.joints[joint]


def rotation(axis: str, angle: float) -> np.ndarray:
    c, s = math.cos(angle), math.sin(angle)
    if axis == "x":
        return np.array(((1, 0, 0), (0, c, -s), (0, s, c)))
    if axis == "y":
        return np.array(((c, 0, s), (0, 1, 0), (-s, 0, c)))
    return np.array(((c, -s, 0), (s, c, 0), (0, 0, 1)))


def bend(
    root: np.ndarray, target: np.ndarray, first: float, second: float, pole: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(middle joint, end) of two bones from root towards target; the middle joint leans to `pole`."""
    toward = target - root
    distance = min(max(np.linalg.norm(toward), 1e-3), (first + second) * 0.999)
    distance = max(distance, abs(first - second) * 1.02 + 1e-3)
    toward = toward / np.linalg.norm(toward)
    along = (first**2 - second**2 + distance**2) / (2 * distance)
    aside = math.sqrt(max(first**2 - along**2, 0.0))
    pole = pole - toward * (pole @ toward)
    pole = pole / max(np.linalg.norm(pole), 1e-6)
    return root + toward * along + pole * aside, root + toward * distance


def pose_skeleton(shape: BodyShape, pose: Pose, yaw: float, place=(0.0, 0.0)) -> Skeleton:
    """Joints of a body standing at `place` [x, y] on the ground, turned by `yaw` radians counter-clockwise from +y."""
    h = shape.height
    joints: dict[str, np.ndarray] = {}
    running = pose.action == "running"
    legs = {
        name: _leg(shape, pose, sign, pose.phase + (0 if name == "r" else math.pi), running) for name, sign in SIDES
    }
    lowest = min(min(point[2] for point in leg.values()) for leg in legs.values())
    pelvis = np.array((0.0, 0.0, -lowest))
    for name, _ in SIDES:
        for joint, point in legs[name].items():
            joints[f"{joint}_{name}"] = point + pelvis
    joints["pelvis"] = pelvis
    twist = 0.14 * pose.stride * math.sin(pose.phase)
    trunk = rotation("x", -pose.lean) @ rotation("z", twist)

    def above(fraction: float, basis: np.ndarray = trunk) -> np.ndarray:
        return pelvis + basis @ np.array((0, 0, (fraction - HIP) * h))

    joints["waist"], joints["chest"], joints["neck"] = above(0.615), above(0.73), above(NECK)
    head_basis = rotation("z", pose.head_yaw) @ rotation("x", -pose.head_pitch - pose.lean * 0.4)
    stoop = 0.03 * h * (pose.head_pitch > 0.3)
    neck = joints["neck"]
    joints["head"] = neck + head_basis @ np.array((0, 0.02 + stoop, (0.985 - NECK) * h - shape.head_height * 0.42))
    joints["head_top"] = joints["head"] + head_basis @ np.array((0, 0, shape.head_height * 0.5))
    for name, sign in SIDES:
        shoulder = above(SHOULDER) + trunk @ np.array((sign * shape.shoulder_width / 2, 0, 0))
        elbow, wrist = _arm(shape, pose, name, sign, shoulder, joints, trunk, running)
        forward = wrist - elbow
        joints[f"shoulder_{name}"], joints[f"elbow_{name}"], joints[f"wrist_{name}"] = shoulder, elbow, wrist
        joints[f"hand_{name}"] = wrist + forward / np.linalg.norm(forward) * HAND * h
    turn = rotation("z", yaw)
    offset = np.array((place[0], place[1], 0.0))
    joints = {joint: turn @ point + offset for joint, point in joints.items()}
    return Skeleton(
        joints,
        turn @ np.array((0.0, 1.0, 0.0)),
        turn @ np.array((1.0, 0.0, 0.0)),
        turn @ trunk,
        turn @ head_basis,
        shape,
        pose,
    )


def _leg(shape: BodyShape, pose: Pose, sign: float, phase: float, running: bool) -> dict[str, np.ndarray]:
    """Joints of one leg below a pelvis at the origin, body axes."""
    h, stride = shape.height, pose.stride
    thigh = math.radians(4 + 23 * stride * math.sin(phase) + (8 if running else 0))
    flexing = max(0.0, math.cos(phase)) ** 1.3
    knee = math.radians(4 + 8 * stride + (75 if running else 48) * stride * flexing)
    hip = np.array((sign * shape.hip_width * 0.27, 0.0, 0.0))
    out = sign * (pose.stance - 0.55) * 0.11

    def down(angle: float, length: float) -> np.ndarray:
        return np.array((out * length, math.sin(angle) * length, -math.cos(angle) * length))

    knee_point = hip + down(thigh, THIGH * h)
    shin = thigh - knee
    ankle = knee_point + down(shin, SHIN * h)
    tilt = 0.35 * shin * (flexing > 0.15) - (0.35 * stride if math.sin(phase) > 0.8 else 0.0)
    turned_out = sign * 0.12
    toe_direction = np.array((math.sin(turned_out), math.cos(turned_out) * math.cos(tilt), math.sin(tilt)))
    sole = np.array((0, math.sin(tilt) * FOOT_HEIGHT * h, -FOOT_HEIGHT * h * math.cos(tilt)))
    heel = ankle + sole - toe_direction * FOOT * h * 0.27
    return {"hip": hip, "knee": knee_point, "ankle": ankle, "heel": heel, "toe": heel + toe_direction * FOOT * h}


def _arm(
    shape: BodyShape,
    pose: Pose,
    name: str,
    sign: float,
    shoulder: np.ndarray,
    joints: dict[str, np.ndarray],
    trunk: np.ndarray,
    running: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """(elbow, wrist) in body axes."""
    h = shape.height
    target = _target(shape, pose, name, sign, shoulder, joints)
    if target is not None:
        pole = np.array((sign * 0.5, -0.6, -0.7))
        return bend(shoulder, target, UPPER_ARM * h, FOREARM * h, pole)
    carrying = pose.busy.get(name) == "carry"
    phase = pose.phase + (math.pi if name == "r" else 0)
    swing = math.radians(24) * pose.swing * math.sin(phase) * (0.25 if carrying else 1.0)
    elbow_bend = 0.1 if carrying else pose.elbow + max(0.0, swing) * 0.7
    spread = sign * (pose.spread + (0.05 if carrying else 0.0))
    upper = np.array((math.sin(spread), math.sin(swing), -math.cos(swing)))
    fore = np.array((math.sin(spread) * 0.4, math.sin(swing + elbow_bend), -math.cos(swing + elbow_bend)))
    elbow = shoulder + trunk @ (upper / np.linalg.norm(upper)) * UPPER_ARM * h
    return elbow, elbow + trunk @ (fore / np.linalg.norm(fore)) * FOREARM * h


def _target(
    shape: BodyShape, pose: Pose, name: str, sign: float, shoulder: np.ndarray, joints: dict[str, np.ndarray]
) -> np.ndarray | None:
    """Where the wrist goes when the hand is busy or part of a gesture; None: it swings."""
    h = shape.height
    front = shape.chest_depth / 2
    head = joints["head"]
    places = {
        "phone": (sign * 0.06, front + 0.22, 0.715 * h),
        "phone at ear": (head[0] + sign * (shape.head_width * 0.5 + 0.07), head[1] + 0.1, head[2] - 0.14),
        "elbow": (sign * 0.16, front + 0.15, 0.66 * h),
        "push": (sign * 0.2, front + 0.3, 0.575 * h),
        "pull": (sign * 0.27, -0.26, 0.5 * h),
        "umbrella": (sign * 0.12, front + 0.12, 0.7 * h),
        "bottle": (sign * 0.12, front + 0.2, 0.66 * h),
        "cup": (sign * 0.1, front + 0.2, 0.69 * h),
        "paper": (sign * 0.12, front + 0.24, 0.68 * h),
        "book": (sign * 0.1, front + 0.13, 0.66 * h),
        "coat": (sign * 0.05, front + 0.14, 0.64 * h),
        "strap": (sign * 0.13, front + 0.05, 0.74 * h),
    }
    busy = pose.busy.get(name)
    if busy in places:
        return np.array(places[busy])
    gestures = {
        "pockets": (sign * (shape.hip_width / 2 + 0.015), 0.07, 0.515 * h),
        "crossed": (-sign * 0.1, front + 0.07, 0.7 * h),
        "behind": (sign * 0.04, -shape.hip_depth / 2 - 0.05, 0.52 * h),
        "clasped": (sign * 0.03, front + 0.06, 0.53 * h),
        "on hip": (sign * (shape.waist_width / 2 + 0.02), 0.03, 0.6 * h) if sign > 0 else None,
        "at face": (sign * 0.03, head[1] + 0.13, head[2] - 0.1) if sign > 0 else None,
    }
    place = gestures.get(pose.gesture)
    return None if place is None or busy else np.array(place)
