"""Builders of simple solids, each a list of surfaces."""

import numpy as np

from .surface import Finish, Surface


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def ring_angles(columns: int) -> np.ndarray:
    """Angles of the columns of a closed ring; 0 points along the ring's forward axis, growing to its right.

    The first column is at the back: there lies the seam of the texture, whose u is 0 in the middle of the front.
    """
    return np.float32(np.pi) + np.arange(columns, dtype=np.float32) * np.float32(2 * np.pi / columns)


def rings(
    centres: np.ndarray,
    right: np.ndarray,
    forward: np.ndarray,
    half_width: np.ndarray,
    half_depth: np.ndarray,
    angles: np.ndarray,
    superellipse: float = 2.0,
) -> np.ndarray:
    """Points float32 [rows, columns, 3] of superelliptic rings.

    centres, right, forward [rows, 3]; half_width (along right), half_depth (along forward) [rows] or [rows, columns].
    """
    sine, cosine = np.sin(angles), np.cos(angles)
    if superellipse != 2.0:
        power = 2.0 / superellipse
        sine, cosine = np.sign(sine) * np.abs(sine) ** power, np.sign(cosine) * np.abs(cosine) ** power
    half_width, half_depth = (np.asarray(h, np.float32).reshape(len(centres), -1) for h in (half_width, half_depth))
    across, deep = half_width * sine, half_depth * cosine
    return (centres[:, None] + across[..., None] * right[:, None] + deep[..., None] * forward[:, None]).astype(
        np.float32
    )


def between(stations, marks, where: np.ndarray) -> np.ndarray:
    """Points [n, 3] at `where` [n] on the line through stations [m, 3] that lie at increasing marks [m]."""
    points = np.stack(stations)
    return np.stack([np.interp(where, marks, points[:, axis]) for axis in range(3)], 1)


def frames(path: np.ndarray, up: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """(right, forward) unit vectors [n, 3] across a path [n, 3]; `up` is what forward should lean to."""
    along = np.gradient(path, axis=0) if len(path) > 2 else np.repeat(path[1:] - path[:1], 2, axis=0)
    along = _unit(along)
    lean = (
        np.array((0.0, 1.0, 0.0) if abs(along[0, 1]) < 0.9 else (1.0, 0.0, 0.0))
        if up is None
        else np.asarray(up, float)
    )
    right = _unit(np.cross(along, lean))
    return right, _unit(np.cross(right, along))


def tube(
    path, radii, finish: Finish, part: int = 0, columns: int = 10, up=None, caps: bool = True, superellipse: float = 2.0
) -> list[Surface]:
    """A tube along path [n, 3] with radii [n] or [n, 2] (across, deep). `up` is the side uv 0 starts from."""
    path = np.asarray(path, np.float64)
    radii = np.asarray(radii, np.float64)
    radii = np.stack([radii, radii], 1) if radii.ndim == 1 else radii
    if caps:
        first, last = _unit(path[0] - path[1]), _unit(path[-1] - path[-2])
        path = np.concatenate(
            [[path[0] + first * radii[0].min() * 0.35], path, [path[-1] + last * radii[-1].min() * 0.35]]
        )
        radii = np.concatenate([radii[:1] * 0.02, radii, radii[-1:] * 0.02])
    right, forward = frames(path, up)
    points = rings(path, right, forward, radii[:, 0], radii[:, 1], ring_angles(columns), superellipse)
    return [Surface(points, finish, part)]


def ellipsoid(
    centre, radii, finish: Finish, part: int = 0, rows: int = 7, columns: int = 12, basis=None
) -> list[Surface]:
    """radii (3) along the columns of `basis` [3, 3] (right, forward, up; the world's axes by default)."""
    basis = np.eye(3) if basis is None else np.asarray(basis, float)
    latitude = np.linspace(np.pi / 2, -np.pi / 2, rows)
    angles = ring_angles(columns)
    local = np.stack(
        [
            np.outer(np.cos(latitude), np.sin(angles)) * radii[0],
            np.outer(np.cos(latitude), np.cos(angles)) * radii[1],
            np.repeat(np.sin(latitude)[:, None], columns, 1) * radii[2],
        ],
        -1,
    )
    return [Surface((local @ basis.T + np.asarray(centre)).astype(np.float32), finish, part)]


def box(centre, size, finish: Finish, part: int = 0, basis=None, rounding: float = 0.0) -> list[Surface]:
    """A box of size (3) around centre; rounding 0 (sharp edges) .. 1 (an ellipsoid)."""
    basis = np.eye(3) if basis is None else np.asarray(basis, float)
    half = np.asarray(size, float) / 2
    if rounding > 0:
        superellipse = 2 + 8 * (1 - rounding)
        power = 2 / superellipse
        latitude = np.linspace(np.pi / 2, -np.pi / 2, 9)
        angles = ring_angles(16)
        bend = lambda x: np.sign(x) * np.abs(x) ** power  # noqa: E731
        local = np.stack(
            [
                np.outer(bend(np.cos(latitude)), bend(np.sin(angles))) * half[0],
                np.outer(bend(np.cos(latitude)), bend(np.cos(angles))) * half[1],
                np.repeat(bend(np.sin(latitude))[:, None], 16, 1) * half[2],
            ],
            -1,
        )
        return [Surface((local @ basis.T + np.asarray(centre)).astype(np.float32), finish, part)]
    faces = []
    for axis in range(3):
        a, b = (axis + 1) % 3, (axis + 2) % 3
        for sign in (-1, 1):
            corners = np.zeros((2, 2, 3))
            corners[..., axis] = sign * half[axis]
            corners[0, :, a], corners[1, :, a] = -half[a], half[a]
            corners[:, 0, b], corners[:, 1, b] = -half[b], half[b]
            if axis == 0:
                corners = corners.transpose(1, 0, 2)  # rows go up the sides, so that uv is along, across
            faces.append(
                Surface((corners @ basis.T + np.asarray(centre)).astype(np.float32), finish, part, closed=False)
            )
    return faces


def quad(corners, finish: Finish, part: int = 0, rows: int = 1, columns: int = 1) -> list[Surface]:
    """A flat patch: corners [4, 3] in order top left, top right, bottom right, bottom left."""
    corner = np.asarray(corners, float)
    down = np.linspace(0, 1, rows + 1)[:, None, None]
    across = np.linspace(0, 1, columns + 1)[None, :, None]
    points = (corner[0] * (1 - across) + corner[1] * across) * (1 - down) + (
        corner[3] * (1 - across) + corner[2] * across
    ) * down
    return [Surface(points.astype(np.float32), finish, part, closed=False)]


def lathe(profile, finish: Finish, part: int = 0, columns: int = 12, centre=(0, 0, 0), basis=None) -> list[Surface]:
    """A body of revolution around the up axis of `basis`: profile [n, 2] of (radius, height)."""
    basis = np.eye(3) if basis is None else np.asarray(basis, float)
    profile = np.asarray(profile, float)
    angles = ring_angles(columns)
    local = np.stack(
        [
            np.outer(profile[:, 0], np.sin(angles)),
            np.outer(profile[:, 0], np.cos(angles)),
            np.repeat(profile[:, 1:2], columns, 1),
        ],
        -1,
    )
    return [Surface((local @ basis.T + np.asarray(centre)).astype(np.float32), finish, part)]
