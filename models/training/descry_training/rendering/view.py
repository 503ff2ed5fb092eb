"""A pinhole camera in the world."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PinholeView:
    """`rotation` rows are the picture's right, down and forward in world axes; `focal` and the centre in pixels."""

    position: np.ndarray
    rotation: np.ndarray
    focal: float
    centre_x: float
    centre_y: float

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """World points [n, 3] -> pixels [n, 2] and depths [n] in metres."""
        local = (points - self.position) @ self.rotation.T
        depth = np.maximum(local[:, 2], 1e-3)
        pixels = local[:, :2] / depth[:, None] * self.focal
        return pixels + np.array((self.centre_x, self.centre_y)), local[:, 2]


def look_at(position, target, roll: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """(position, rotation) of a camera at `position` that looks at `target`; roll in radians."""
    position = np.asarray(position, float)
    forward = np.asarray(target, float) - position
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)
    cosine, sine = np.cos(roll), np.sin(roll)
    return position, np.stack([cosine * right + sine * down, cosine * down - sine * right, forward])


def frame_box(
    position, rotation, points: np.ndarray, height: int, top: float, bottom: float, shift: float, aspect: float
) -> tuple[PinholeView, int]:
    """The view whose picture is a box around `points` [n, 3], `height` pixels tall, and its width.

    The points reach from `top` to 1 - `bottom` of the height (negative: cut off); `shift` moves them sideways by a
    fraction of the width; `aspect` is width / height.
    """
    pixels, _ = PinholeView(position, rotation, 1.0, 0.0, 0.0).project(points)
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    focal = height * (1 - top - bottom) / (high[1] - low[1])
    width = max(8, round(height * aspect))
    middle = (low[0] + high[0]) / 2
    return PinholeView(
        position, rotation, focal, width * (0.5 + shift) - middle * focal, height * top - low[1] * focal
    ), width
