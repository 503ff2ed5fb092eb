"""Moving surfaces about.

Places are built as the camera sees them: x to the picture's right, y away from the camera, z up, the person at the
origin.
"""

import math

import numpy as np

from ..rendering.surface import Finish, Surface

_HEXAGON = np.array([(math.sin(k * math.pi / 3), math.cos(k * math.pi / 3)) for k in range(6)], np.float32)


def turned(surfaces: list[Surface], angle: float, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> list[Surface]:
    """Rotate around the vertical by `angle` radians (from x towards y), then shift. Changes and returns `surfaces`."""
    cosine, sine = math.cos(angle), math.sin(angle)
    rotation = np.array(((cosine, -sine, 0), (sine, cosine, 0), (0, 0, 1)), np.float32)
    shift = np.array((x, y, z), np.float32)
    for surface in surfaces:
        surface.points = surface.points @ rotation.T + shift
    return surfaces


def to_world(surfaces: list[Surface], camera_azimuth: float) -> list[Surface]:
    """From the camera's frame to the world, where the camera stands in direction `camera_azimuth` (from +x to +y)."""
    return turned(surfaces, camera_azimuth + math.pi / 2)


def panel(left: float, right: float, bottom: float, top: float, y: float, finish: Finish) -> list[Surface]:
    """An upright rectangle at distance y that faces the camera; v of its texture runs down from the top."""
    corners = np.array((((left, y, top), (right, y, top)), ((left, y, bottom), (right, y, bottom))), np.float32)
    across, down = right - left, top - bottom
    uv = np.array((((0, 0), (across, 0)), ((0, down), (across, down))), np.float32)
    return [Surface(corners, finish, closed=False, uv=uv)]


def rod(start, end, radius: float, finish: Finish) -> list[Surface]:
    """A thin straight six-sided bar from start [3] to end [3]."""
    first, last = np.asarray(start, np.float32), np.asarray(end, np.float32)
    x, y, z = (float(c) for c in (last - first) / np.linalg.norm(last - first))
    level = math.hypot(x, y)
    right = (-y / level, x / level, 0.0) if level > 1e-3 else (1.0, 0.0, 0.0)
    over = (y * right[2] - z * right[1], z * right[0] - x * right[2], x * right[1] - y * right[0])
    ring = _HEXAGON @ np.array((right, over), np.float32) * np.float32(radius)
    return [Surface(np.stack([first + ring, last + ring]), finish)]


def sheet(x: np.ndarray, y: np.ndarray, z: float, finish: Finish, grain_angle: float = 0.0) -> list[Surface]:
    """Flat ground over a grid of x [c] and y [r]; its texture is turned by `grain_angle` radians."""
    across, away = np.meshgrid(np.asarray(x, np.float32), np.asarray(y, np.float32))
    cosine, sine = math.cos(grain_angle), math.sin(grain_angle)
    points = np.stack([across, away, np.full_like(across, z)], -1)
    uv = np.stack([across * cosine + away * sine, away * cosine - across * sine], -1)
    return [Surface(points, finish, closed=False, uv=uv.astype(np.float32), casts=False)]
