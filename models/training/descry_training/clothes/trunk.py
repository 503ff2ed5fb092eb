"""Rings around the trunk: the frame that shirts, coats, dresses and trousers hang on."""

from dataclasses import dataclass, replace

import numpy as np

from ..body.skeleton import HIP, NECK, Skeleton
from ..rendering.solids import between, ring_angles, rings
from ..rendering.surface import Finish, Surface

COLUMNS = 20  # of every ring around the trunk
# Rows of the profile: height as a fraction of standing height.
_HEIGHTS = np.array((0.862, 0.838, 0.82, 0.79, 0.755, 0.725, 0.68, 0.615, 0.57, 0.525, 0.48))


@dataclass(frozen=True)
class Fit:
    """How a garment follows the body. `ease` in metres; `straight` 0 follows the waist .. 1 hangs down from the chest;
    `flare` metres the hem stands out; `gather` share the hem is drawn in; `quilt` metres of padded bulges; `over`
    metres of room below the waist for what is worn underneath."""

    ease: float
    straight: float = 0.5
    flare: float = 0.0
    gather: float = 0.0
    quilt: float = 0.0
    over: float = 0.0


def profile(skeleton: Skeleton) -> tuple[np.ndarray, ...]:
    """Half width, half depth, bulge in front, bulge behind of the body at _HEIGHTS, in metres."""
    s = skeleton.shape
    chest, waist, hip = s.chest_width / 2, s.waist_width / 2, s.hip_width / 2
    width = np.array(
        (
            s.neck * 1.05,
            s.shoulder_width * 0.27,
            s.shoulder_width * 0.44,
            s.shoulder_width * 0.5,
            chest * 1.02,
            chest,
            chest * 0.5 + waist * 0.5,
            waist,
            waist * 0.4 + hip * 0.6,
            hip,
            hip * 0.96,
        )
    )
    chest, waist, hip = s.chest_depth / 2, s.waist_depth / 2, s.hip_depth / 2
    depth = np.array(
        (
            s.neck * 1.05,
            s.neck * 1.2,
            chest * 0.72,
            chest * 0.88,
            chest * 0.97,
            chest,
            chest * 0.6 + waist * 0.4,
            waist,
            waist * 0.5 + hip * 0.5,
            hip * 0.95,
            hip * 0.85,
        )
    )
    front = (
        np.array((0, 0, 0, 0.1, 0.7, 1.0, 0.25, 0, 0, 0, 0)) * s.bust
        + np.array((0, 0, 0, 0, 0, 0.1, 0.5, 1, 0.9, 0.4, 0)) * s.belly
    )
    behind = np.array((0, 0, 0.1, 0.3, 0.4, 0.3, 0.1, 0, 0.6, 1, 0.7)) * 0.022 * s.height / 1.7
    return width, depth, front, behind


def trunk_rings(skeleton: Skeleton, top: float, hem: float, fit: Fit, rows: int, angles: np.ndarray) -> np.ndarray:
    """Points float32 [rows, columns, 3] from height `top` down to `hem`, fractions of standing height from the ground.

    angles [columns] or [rows, columns]: 0 in front, growing to the person's right.
    """
    heights = np.linspace(top, hem, rows)
    up = _HEIGHTS[::-1]
    width, depth, front, behind = (np.interp(heights, up, values[::-1]) for values in profile(skeleton))
    chest_width, chest_depth = (
        skeleton.shape.chest_width / 2,
        skeleton.shape.chest_depth / 2 + skeleton.shape.bust * 0.7,
    )
    below = np.clip((0.73 - heights) / 0.08, 0, 1) * fit.straight
    width = width + np.maximum(chest_width - width, 0) * below
    front = front + np.maximum(chest_depth - depth - front, 0) * below
    near_neck = np.clip((0.84 - heights) / 0.05, 0.15, 1)
    width, depth = width + fit.ease * near_neck, depth + fit.ease * near_neck
    centres, right, forward = _spine(skeleton, heights)
    width, depth, centres = _around_legs(skeleton, heights, width, depth, centres, fit)
    room = fit.over * np.clip((0.62 - heights) / 0.07, 0, 1)
    width, depth = width + room, depth + room
    toward_hem = np.clip((heights - 0.62) / min(hem - 0.62, -0.02), 0, 1)
    width, depth = width + fit.flare * toward_hem, depth + fit.flare * toward_hem
    if fit.gather:
        drawn = 1 - fit.gather * np.clip(1 - (heights - hem) / 0.03, 0, 1)
        width, depth = width * drawn, depth * drawn
    if fit.quilt:
        bulges = fit.quilt * np.abs(np.sin(heights * skeleton.height * np.pi / 0.075))
        width, depth = width + bulges, depth + bulges
    angles = np.broadcast_to(angles, (rows, angles.shape[-1]))
    cosine = np.cos(angles)
    lobes = (
        front[:, None]
        * np.maximum(cosine, 0) ** 1.4
        * (1 - 0.25 * (np.abs(np.sin(angles)) < 0.25) * (front[:, None] > 0.02))
    )
    per_column = depth[:, None] + lobes + behind[:, None] * np.maximum(-cosine, 0) ** 1.5
    return rings(centres, right, forward, width, per_column, angles, 2.35)


def _spine(skeleton: Skeleton, heights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centre, right and forward axis of the body at each height."""
    joints = skeleton.joints
    knees = (joints["knee_l"] + joints["knee_r"]) / 2
    feet = (joints["ankle_l"] + joints["ankle_r"]) / 2
    marks = (0.04, 0.285, HIP, 0.615, 0.73, NECK)
    stations = [feet, knees, joints["pelvis"], joints["waist"], joints["chest"], joints["neck"]]
    centres = between(stations, marks, heights)
    above = heights > NECK
    centres[above] += skeleton.trunk_basis[:, 2] * ((heights[above] - NECK) * skeleton.height)[:, None]
    blend = np.clip((heights - HIP) / 0.12, 0, 1)[:, None]
    level = np.cross(skeleton.facing, (0, 0, 1.0))
    right = level * (1 - blend) + skeleton.trunk_basis[:, 0] * blend
    forward = skeleton.facing * (1 - blend) + skeleton.trunk_basis[:, 1] * blend
    return centres, right, forward


def _around_legs(skeleton: Skeleton, heights, width, depth, centres, fit: Fit):
    """Below the crotch a skirt or coat must go around both legs."""
    for row, height in enumerate(heights):
        if height >= 0.53:
            continue
        share = (0.47 - height) / 0.185  # of the way from crotch to knee; below 0 hips, beyond 1 to the ankle
        tighter = 1 - 0.06 * min(max(share, 0.0), 1.0)
        legs = [_leg_at(skeleton, name, share) for name in ("l", "r")]
        across = [float((leg - centres[row]) @ skeleton.side) for leg in legs]
        ahead = [float((leg - centres[row]) @ skeleton.facing) for leg in legs]
        radius = (
            np.interp(share, (0, 1, 2.3), (skeleton.shape.thigh, skeleton.shape.calf * 1.15, skeleton.shape.ankle))
            + 0.012
        )
        middle = (max(ahead) + min(ahead)) / 2
        centres[row] += skeleton.facing * middle
        width[row] = max(width[row] * tighter, max(map(abs, across)) + radius) + fit.ease * 0.3
        depth[row] = max(depth[row] * tighter, (max(ahead) - min(ahead)) / 2 + radius) + fit.ease * 0.3
    return width, depth, centres


def _leg_at(skeleton: Skeleton, name: str, share: float) -> np.ndarray:
    hip, knee, ankle = (skeleton.joints[f"{joint}_{name}"] for joint in ("hip", "knee", "ankle"))
    if share <= 1:
        return hip + (knee - hip) * max(0.0, 0.25 + 0.75 * share)
    return knee + (ankle - knee) * min((share - 1) / 1.3, 1)


def strip(
    skeleton: Skeleton,
    top: float,
    hem: float,
    fit: Fit,
    half_width: float,
    finish: Finish,
    part: int,
    at: float = 0.0,
    rows: int = 8,
) -> Surface:
    """A narrow band down the trunk at angle `at`, lying on a garment of this fit: zip, placket, tie, lapel."""
    lying = replace(fit, ease=fit.ease + 0.006)
    points = trunk_rings(skeleton, top, hem, lying, rows, np.array((at - half_width, at, at + half_width)))
    return Surface(points, finish, part, closed=False, casts=False)


def band(skeleton: Skeleton, top: float, bottom: float, fit: Fit, finish: Finish, part: int) -> Surface:
    """A ring around the trunk between two heights: a belt, a reflecting stripe."""
    points = trunk_rings(skeleton, top, bottom, fit, 2, ring_angles(COLUMNS))
    return Surface(points, finish, part, casts=False)
