"""Surfaces -> vertices, normals, texture coordinates and triangles."""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from .surface import Surface


@dataclass(frozen=True)
class Mesh:
    """vertices, normals float32 [v, 3]; coordinates float32 [v, 2] metres; triangles int32 [t, 3] of vertices;
    owners int32 [t] of surfaces."""

    vertices: np.ndarray
    normals: np.ndarray
    coordinates: np.ndarray
    triangles: np.ndarray
    owners: np.ndarray


def mesh_of(surfaces: list[Surface]) -> Mesh:
    vertex_counts = [s.points.shape[0] * (s.points.shape[1] + (1 if s.closed else 0)) for s in surfaces]
    triangle_counts = [2 * (s.points.shape[0] - 1) * (s.points.shape[1] - (0 if s.closed else 1)) for s in surfaces]
    vertices = np.empty((sum(vertex_counts), 3), np.float32)
    normals = np.empty_like(vertices)
    coordinates = np.empty((len(vertices), 2), np.float32)
    triangles = np.empty((sum(triangle_counts), 3), np.int32)
    nothing = np.empty((0, 0, 2), np.float32)
    first_vertex = first_triangle = 0
    for surface, vertex_count, triangle_count in zip(surfaces, vertex_counts, triangle_counts):
        uv = nothing if surface.uv is None else np.ascontiguousarray(surface.uv, np.float32)
        _add_grid(
            np.ascontiguousarray(surface.points, np.float32),
            surface.closed,
            uv,
            surface.uv is not None,
            vertices,
            normals,
            coordinates,
            triangles,
            first_vertex,
            first_triangle,
        )
        first_vertex += vertex_count
        first_triangle += triangle_count
    owners = np.repeat(np.arange(len(surfaces), dtype=np.int32), triangle_counts)
    return Mesh(vertices, normals, coordinates, triangles, owners)


@njit(cache=True)
def _add_grid(points, closed, uv, has_uv, vertices, normals, coordinates, triangles, first_vertex, first_triangle):
    """Fill in vertices, smooth normals, uv (arc length unless given) and triangles of one grid."""
    rows, columns = points.shape[0], points.shape[1]
    wide = columns + 1 if closed else columns
    for r in range(rows):
        above, below = max(r - 1, 0), min(r + 1, rows - 1)
        across = 0.0
        for c in range(wide):
            k = c % columns
            left = (k - 1) % columns if closed else max(k - 1, 0)
            right = (k + 1) % columns if closed else min(k + 1, columns - 1)
            ux = points[r, right, 0] - points[r, left, 0]
            uy = points[r, right, 1] - points[r, left, 1]
            uz = points[r, right, 2] - points[r, left, 2]
            vx = points[below, k, 0] - points[above, k, 0]
            vy = points[below, k, 1] - points[above, k, 1]
            vz = points[below, k, 2] - points[above, k, 2]
            if ux * ux + uy * uy + uz * uz < 1e-12:  # a pole: look along the neighbouring row
                other = below if r == 0 else above
                ux = points[other, right, 0] - points[other, left, 0]
                uy = points[other, right, 1] - points[other, left, 1]
                uz = points[other, right, 2] - points[other, left, 2]
            nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
            size = math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12
            i = first_vertex + r * wide + c
            for a in range(3):
                vertices[i, a] = points[r, k, a]
            normals[i, 0], normals[i, 1], normals[i, 2] = nx / size, ny / size, nz / size
            if has_uv:
                coordinates[i, 0], coordinates[i, 1] = uv[r, c, 0], uv[r, c, 1]
            else:
                if c > 0:
                    p = (c - 1) % columns
                    dx, dy, dz = (
                        points[r, k, 0] - points[r, p, 0],
                        points[r, k, 1] - points[r, p, 1],
                        points[r, k, 2] - points[r, p, 2],
                    )
                    across += math.sqrt(dx * dx + dy * dy + dz * dz)
                coordinates[i, 0] = across
                if r == 0:
                    coordinates[i, 1] = 0.0
                else:
                    dx, dy, dz = (
                        points[r, k, 0] - points[r - 1, k, 0],
                        points[r, k, 1] - points[r - 1, k, 1],
                        points[r, k, 2] - points[r - 1, k, 2],
                    )
                    coordinates[i, 1] = coordinates[i - wide, 1] + math.sqrt(dx * dx + dy * dy + dz * dz)
        if closed and not has_uv:  # 0 in the middle between the seams
            for c in range(wide):
                coordinates[first_vertex + r * wide + c, 0] -= across / 2
    t = first_triangle
    for r in range(rows - 1):
        for c in range(wide - 1):
            a = first_vertex + r * wide + c
            triangles[t, 0], triangles[t, 1], triangles[t, 2] = a, a + 1, a + wide
            triangles[t + 1, 0], triangles[t + 1, 1], triangles[t + 1, 2] = a + 1, a + wide + 1, a + wide
            t += 2
