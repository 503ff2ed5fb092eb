"""Tubes along arms and legs: sleeves, trouser legs and bare skin."""

import numpy as np

from ..body.skeleton import Skeleton
from ..rendering.solids import between, tube
from ..rendering.surface import Finish, Surface

_ARM = np.array((0.0, 0.12, 0.3, 0.52, 0.6, 0.68, 0.84, 1.0))
_LEG = np.array((0.0, 0.12, 0.3, 0.46, 0.5, 0.54, 0.7, 0.86, 1.0))

ARM_COLUMNS = 10


def arm(
    skeleton: Skeleton, name: str, start: float, end: float, ease: float, finish: Finish, part: int, gather: float = 0.0
) -> list[Surface]:
    """Part of an arm, `start`..`end` as fractions from shoulder (0) to wrist (1); `ease` metres around the skin."""
    s = skeleton.shape
    shoulder, elbow, wrist = (skeleton.joints[f"{joint}_{name}"] for joint in ("shoulder", "elbow", "wrist"))
    inward = skeleton.joints["chest"] - shoulder
    inward = inward / np.linalg.norm(inward) * s.upper_arm * 0.5
    where = np.unique(np.concatenate([[start], _ARM[(_ARM > start) & (_ARM < end)], [end]]))
    path = between([shoulder + inward * 0.6, elbow, wrist], (0, 0.56, 1), where)
    radius = np.interp(
        where,
        (0, 0.1, 0.3, 0.56, 0.7, 1),
        (s.upper_arm * 0.9, s.upper_arm * 1.12, s.upper_arm, s.forearm * 1.04, s.forearm, s.wrist),
    ) + ease * np.interp(where, (0, 0.15), (0.5, 1))
    if gather:
        radius[-1] *= 1 - gather
    return tube(path, radius, finish, part, ARM_COLUMNS, up=skeleton.facing)


def leg(
    skeleton: Skeleton,
    name: str,
    start: float,
    end: float,
    eases: tuple[float, float, float],
    finish: Finish,
    part: int,
    gather: float = 0.0,
    columns: int = 12,
) -> list[Surface]:
    """Part of a leg, fractions from hip (0) to ankle (1); `eases` metres around thigh, knee and hem."""
    s = skeleton.shape
    hip, knee, ankle = (skeleton.joints[f"{joint}_{name}"] for joint in ("hip", "knee", "ankle"))
    where = np.unique(np.concatenate([[start], _LEG[(_LEG > start) & (_LEG < end)], [end]]))
    path = between([hip, knee, ankle], (0, 0.5, 1), where)
    # Thighs lean in at the top; calves stand out behind.
    path = path - skeleton.facing * np.interp(where, (0.5, 0.66, 0.9), (0, 0.012, 0))[:, None]
    radius = np.interp(
        where,
        (0, 0.12, 0.3, 0.5, 0.66, 0.86, 1),
        (s.thigh, s.thigh * 1.02, s.thigh * 0.86, s.calf * 1.03, s.calf, s.ankle * 1.1, s.ankle),
    )
    radius = radius + np.interp(where, (0, 0.5, 1), eases)
    if gather:
        radius[-1] *= 1 - gather
    return tube(path, radius, finish, part, columns, up=skeleton.facing)
