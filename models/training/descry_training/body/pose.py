"""How the limbs are held: gait, gestures, and hands that are busy."""

import math
from dataclasses import dataclass, field
from random import Random

GESTURES = ("relaxed", "pockets", "crossed", "behind", "clasped", "on hip", "at face")


@dataclass(frozen=True)
class Pose:
    """Angles in radians. `busy` maps "l" / "r" to what the hand does (things.hand_demands)."""

    action: str
    phase: float  # of the gait, 0 .. 2 pi
    stride: float  # 0 standing still .. 1 an ordinary step .. 1.5 running
    swing: float  # of the arms against the legs
    elbow: float  # how far relaxed elbows are bent
    spread: float  # arms away from the body
    lean: float  # trunk forward
    stance: float  # feet apart, in hip widths
    head_yaw: float
    head_pitch: float
    gesture: str = "relaxed"
    busy: dict[str, str] = field(default_factory=dict)


def sample_pose(rng: Random, action: str, busy: dict[str, str]) -> Pose:
    walking = action in ("walking", "running")
    running = action == "running"
    looks_down = any(kind in ("phone", "paper", "book") for kind in busy.values())
    gesture = "relaxed"
    if not busy and not running and rng.random() < (0.12 if walking else 0.4):
        gesture = rng.choices(GESTURES[1:], (5, 2, 2, 2, 1, 0.7))[0]
    return Pose(
        action=action,
        phase=rng.uniform(0, 2 * math.pi),
        stride=rng.uniform(1.2, 1.6) if running else rng.uniform(0.55, 1.15) if walking else rng.uniform(0, 0.12),
        swing=rng.uniform(0.9, 1.3) if running else rng.uniform(0.3, 1.0) if walking else rng.uniform(0, 0.4),
        elbow=rng.uniform(1.2, 1.7) if running else rng.uniform(0.12, 0.6),
        spread=rng.uniform(0.06, 0.22),
        lean=rng.uniform(0.15, 0.3) if running else rng.uniform(-0.03, 0.1),
        stance=rng.uniform(0.5, 0.95) if walking else rng.uniform(0.6, 1.5),
        head_yaw=rng.gauss(0, 0.3),
        head_pitch=rng.uniform(0.35, 0.7) if looks_down else rng.gauss(0.08, 0.12),
        gesture=gesture,
        busy=busy,
    )
