"""Surfaces, a light and a view -> a picture. Nothing here knows of people. Positions in metres, colours linear."""

from dataclasses import dataclass

import numpy as np

from .light import Light
from .mesh import Mesh, mesh_of
from .shading import SHADOW_REACH, occlusion_of, shade
from .surface import Surface
from .texture import PATTERN_IDS
from .view import PinholeView
from .zbuffer import cover

SHADOW_SIZE = 192  # pixels


@dataclass(frozen=True)
class Picture:
    """colour float32 [h, w, 3] linear; part uint8 [h, w]; depth float32 [h, w] metres, infinite where nothing is."""

    colour: np.ndarray
    part: np.ndarray
    depth: np.ndarray


def linear(rgb) -> np.ndarray:
    """sRGB 0..255 -> linear 0..1."""
    return (np.asarray(rgb, np.float32) / 255) ** np.float32(2.2)


def render(surfaces: list[Surface], view: PinholeView, light: Light, width: int, height: int) -> Picture:
    """Draw all surfaces as seen by `view` under `light`. Places nothing covers show the sky's colour."""
    mesh = mesh_of(surfaces)
    finishes = [s.finish for s in surfaces]
    base = linear([f.base for f in finishes])
    second = linear([f.second or f.base for f in finishes])
    numbers = np.array([(f.scale, f.gloss, f.folds, f.grain) for f in finishes], np.float32)
    pattern = np.array([PATTERN_IDS[f.pattern] for f in finishes], np.int32)
    seeds = np.array([f.seed & 0xFFFFF for f in finishes], np.int64)
    parts = np.array([s.part for s in surfaces], np.uint8)

    sun = np.asarray(light.sun_direction, np.float32)
    sun = sun / np.linalg.norm(sun)
    shadow, shadow_right, shadow_down = _shadow_map(mesh, surfaces, sun)
    pixels, depth = view.project(mesh.vertices)
    zbuffer = np.zeros((height, width), np.float32)
    hit = np.full((height, width), -1, np.int32)
    weights = np.zeros((height, width, 2), np.float32)
    cover(
        pixels.astype(np.float32),
        depth.astype(np.float32),
        mesh.triangles,
        mesh.owners,
        np.zeros(len(surfaces), np.bool_),
        width,
        height,
        zbuffer,
        hit,
        weights,
    )
    occlusion = np.zeros((height, width), np.float32)
    occlusion_of(zbuffer, view.focal, occlusion)
    colour = np.empty((height, width, 3), np.float32)
    colour[:] = np.asarray(light.sky_colour, np.float32)
    part = np.zeros((height, width), np.uint8)
    shade(
        hit,
        weights,
        occlusion,
        mesh.vertices,
        mesh.normals,
        mesh.coordinates,
        mesh.triangles,
        mesh.owners,
        parts,
        pattern,
        base,
        second,
        numbers,
        seeds,
        np.asarray(view.position, np.float32),
        sun,
        np.asarray(light.sun_colour, np.float32),
        np.asarray(light.sky_colour, np.float32),
        np.asarray(light.ground_colour, np.float32),
        shadow,
        shadow_right,
        shadow_down,
        light.sun_softness,
        colour,
        part,
    )
    with np.errstate(divide="ignore"):
        return Picture(colour, part, 1 / zbuffer)


def _shadow_map(mesh: Mesh, surfaces: list[Surface], sun: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Height towards the sun of what the sun sees first, around the origin; and the map's two axes."""
    right = np.cross(sun, (0.0, 0.0, 1.0) if abs(sun[2]) < 0.99 else (0.0, 1.0, 0.0)).astype(np.float32)
    right /= np.linalg.norm(right)
    down = np.cross(sun, right).astype(np.float32)
    moved = mesh.vertices - np.array((0, 0, 0.9), np.float32)
    screen = np.stack([moved @ right, moved @ down], 1) / SHADOW_REACH * (SHADOW_SIZE / 2) + SHADOW_SIZE / 2
    heights = mesh.vertices @ sun
    # `cover` wants depths that grow away: heights are turned into depths and back. 1/z is not linear here, but the
    # triangles are small against the offset.
    offset = 60.0
    zbuffer = np.zeros((SHADOW_SIZE, SHADOW_SIZE), np.float32)
    hit = np.full((SHADOW_SIZE, SHADOW_SIZE), -1, np.int32)
    weights = np.zeros((SHADOW_SIZE, SHADOW_SIZE, 2), np.float32)
    skip = np.array([not s.casts for s in surfaces], np.bool_)
    cover(
        screen.astype(np.float32),
        (offset - heights).astype(np.float32),
        mesh.triangles,
        mesh.owners,
        skip,
        SHADOW_SIZE,
        SHADOW_SIZE,
        zbuffer,
        hit,
        weights,
    )
    with np.errstate(divide="ignore"):
        shadow = np.where(zbuffer > 0, offset - 1 / zbuffer, -1e6).astype(np.float32)
    return shadow, right, down
