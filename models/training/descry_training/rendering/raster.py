"""Surfaces -> picture: z-buffer, shadow map, ambient occlusion, light and texture for every pixel.

Nothing here knows of people. Positions in metres, colours linear.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from .light import Light
from .surface import Surface
from .texture import PATTERN_IDS, cloudy, coverage, hashed, value_noise
from .view import PinholeView

NEAR = 0.15
SHADOW_SIZE, SHADOW_REACH = 192, 2.6  # pixels, metres around the origin


@dataclass(frozen=True)
class Picture:
    """colour float32 [h, w, 3] linear; part uint8 [h, w]; depth float32 [h, w] metres, infinite where nothing is."""

    colour: np.ndarray
    part: np.ndarray
    depth: np.ndarray


def linear(rgb) -> np.ndarray:
    """sRGB 0..255 -> linear 0..1."""
    return (np.asarray(rgb, np.float32) / 255) ** np.float32(2.2)


@njit(cache=True)
def _mesh(points, closed, uv, has_uv, vertices, normals, coordinates, triangles, first_vertex, first_triangle):
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
                    dx, dy, dz = points[r, k, 0] - points[r, p, 0], points[r, k, 1] - points[r, p, 1], points[r, k, 2] - points[r, p, 2]
                    across += math.sqrt(dx * dx + dy * dy + dz * dz)
                coordinates[i, 0] = across
                if r == 0:
                    coordinates[i, 1] = 0.0
                else:
                    dx, dy, dz = points[r, k, 0] - points[r - 1, k, 0], points[r, k, 1] - points[r - 1, k, 1], points[r, k, 2] - points[r - 1, k, 2]
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


@njit(cache=True)
def _cover(screen, depth, triangles, owners, skip, width, height, zbuffer, hit, weights):
    """Nearest triangle of every pixel: hit [h, w] its number (-1 none), weights [h, w, 2] its first two barycentrics."""
    for t in range(triangles.shape[0]):
        if skip[owners[t]]:
            continue
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        za, zb, zc = depth[a], depth[b], depth[c]
        if za < NEAR or zb < NEAR or zc < NEAR:
            continue
        ax, ay, bx, by, cx, cy = screen[a, 0], screen[a, 1], screen[b, 0], screen[b, 1], screen[c, 0], screen[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-9:
            continue
        left, right = min(ax, bx, cx), max(ax, bx, cx)
        top, bottom = min(ay, by, cy), max(ay, by, cy)
        if right < 0 or bottom < 0 or left > width or top > height:
            continue
        x0, x1 = max(0, int(math.ceil(left - 0.5))), min(width - 1, int(math.floor(right - 0.5)))
        y0, y1 = max(0, int(math.ceil(top - 0.5))), min(height - 1, int(math.floor(bottom - 0.5)))
        inverse = 1.0 / area
        ia, ib, ic = 1.0 / za, 1.0 / zb, 1.0 / zc
        for y in range(y0, y1 + 1):
            py = y + 0.5
            for x in range(x0, x1 + 1):
                px = x + 0.5
                wa = ((bx - px) * (cy - py) - (by - py) * (cx - px)) * inverse
                wb = ((cx - px) * (ay - py) - (cy - py) * (ax - px)) * inverse
                wc = 1.0 - wa - wb
                if wa < 0 or wb < 0 or wc < 0:
                    continue
                near = wa * ia + wb * ib + wc * ic
                if near > zbuffer[y, x]:
                    zbuffer[y, x] = near
                    hit[y, x] = t
                    weights[y, x, 0] = wa * ia / near
                    weights[y, x, 1] = wb * ib / near


@njit(cache=True)
def _occlusion(zbuffer, focal, out):
    """Darkening 0..1 of every pixel by nearer things around it, from the depth buffer alone."""
    height, width = zbuffer.shape
    for y in range(height):
        for x in range(width):
            near = zbuffer[y, x]
            if near <= 0:
                out[y, x] = 0.0
                continue
            z = 1.0 / near
            reach = 0.16 * focal * near
            dark = 0.0
            for k in range(8):
                angle = k * 0.785398 + hashed(x, y, 7) * 0.785
                far = reach * (0.35 + 0.65 * hashed(x, y, k))
                sx, sy = int(x + math.cos(angle) * far), int(y + math.sin(angle) * far)
                if 0 <= sx < width and 0 <= sy < height and zbuffer[sy, sx] > 0:
                    ahead = z - 1.0 / zbuffer[sy, sx]
                    if 0.012 < ahead < 0.5:
                        dark += 1.0 - ahead / 0.5
            out[y, x] = dark / 8.0


@njit(cache=True)
def _shade(hit, weights, zbuffer, occlusion, vertices, normals, coordinates, triangles, owners, parts, pattern, base, second,
           numbers, seeds, eye, sun, sun_colour, sky, ground, shadow, shadow_right, shadow_down, softness, colour, part):
    height, width = hit.shape
    size = shadow.shape[0]
    for y in range(height):
        for x in range(width):
            t = hit[y, x]
            if t < 0:
                continue
            a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
            wa, wb = weights[y, x, 0], weights[y, x, 1]
            wc = 1.0 - wa - wb
            s = owners[t]
            px = wa * vertices[a, 0] + wb * vertices[b, 0] + wc * vertices[c, 0]
            py = wa * vertices[a, 1] + wb * vertices[b, 1] + wc * vertices[c, 1]
            pz = wa * vertices[a, 2] + wb * vertices[b, 2] + wc * vertices[c, 2]
            nx = wa * normals[a, 0] + wb * normals[b, 0] + wc * normals[c, 0]
            ny = wa * normals[a, 1] + wb * normals[b, 1] + wc * normals[c, 1]
            nz = wa * normals[a, 2] + wb * normals[b, 2] + wc * normals[c, 2]
            u = wa * coordinates[a, 0] + wb * coordinates[b, 0] + wc * coordinates[c, 0]
            v = wa * coordinates[a, 1] + wb * coordinates[b, 1] + wc * coordinates[c, 1]
            ex, ey, ez = eye[0] - px, eye[1] - py, eye[2] - pz
            far = math.sqrt(ex * ex + ey * ey + ez * ez)
            ex, ey, ez = ex / far, ey / far, ez / far
            if nx * ex + ny * ey + nz * ez < 0:
                nx, ny, nz = -nx, -ny, -nz
            scale, gloss, folds, grain, seed = numbers[s, 0], numbers[s, 1], numbers[s, 2], numbers[s, 3], seeds[s]
            crease = 0.0
            if folds > 0:
                # Slopes of a bumpy height field over the cloth, wider along than across.
                fu, fv = u / 0.075 + v * 2.5, v / 0.13 - u * 2.5
                h = value_noise(fu, fv, seed) + 0.5 * value_noise(fu * 2.3, fv * 2.3, seed + 9)
                hx = value_noise(fu + 0.25, fv, seed) + 0.5 * value_noise(fu * 2.3 + 0.5, fv * 2.3, seed + 9) - h
                hz = value_noise(fu, fv + 0.25, seed) + 0.5 * value_noise(fu * 2.3, fv * 2.3 + 0.5, seed + 9) - h
                nx += folds * 2.2 * hx * (1 - abs(nx))
                ny += folds * 2.2 * hx * (1 - abs(ny))
                nz += folds * 2.2 * hz
                crease = folds * 0.35 * (0.75 - h)
            size_n = math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9
            nx, ny, nz = nx / size_n, ny / size_n, nz / size_n
            mix = coverage(pattern[s], u, v, scale, seed)
            r, g, bl = base[s, 0], base[s, 1], base[s, 2]
            if mix >= 2.0:
                h1 = mix - 2.0
                h2, h3 = hashed(int(h1 * 977), 1, seed), hashed(int(h1 * 977), 2, seed)
                grey = 0.25 * h1
                r, g, bl = 0.6 * h1 * h1 + grey, 0.6 * h2 * h2 + grey, 0.6 * h3 * h3 + grey
            elif mix > 0:
                r += (second[s, 0] - r) * mix
                g += (second[s, 1] - g) * mix
                bl += (second[s, 2] - bl) * mix
            if grain > 0:
                fine = 1.0 + grain * (value_noise(u * 90, v * 90, seed + 3) + cloudy(u * 14, v * 14, seed + 4) - 1.0)
                r, g, bl = r * fine, g * fine, bl * fine
            toward = nx * sun[0] + ny * sun[1] + nz * sun[2]
            lit = 0.0
            if toward > 0:
                sx = (px * shadow_right[0] + py * shadow_right[1] + (pz - 0.9) * shadow_right[2]) / SHADOW_REACH
                sy = (px * shadow_down[0] + py * shadow_down[1] + (pz - 0.9) * shadow_down[2]) / SHADOW_REACH
                here = px * sun[0] + py * sun[1] + pz * sun[2]
                blocked, counted = 0.0, 0
                spread = 0.6 + 5.0 * softness
                for k in range(5):
                    ox = (hashed(x, y, k) - 0.5) * spread
                    oy = (hashed(x, y, k + 11) - 0.5) * spread
                    i, j = int((sx * 0.5 + 0.5) * size + ox), int((sy * 0.5 + 0.5) * size + oy)
                    if 0 <= i < size and 0 <= j < size:
                        counted += 1
                        if shadow[j, i] > here + 0.05:
                            blocked += 1.0
                lit = toward * (1.0 - (blocked / counted if counted > 0 else 0.0))
            open_sky = (1.0 - 0.75 * occlusion[y, x]) * (1.0 - crease)
            up = 0.5 + 0.5 * nz
            near_ground = 1.0 - 0.25 * math.exp(-max(pz, 0.0) / 0.25)
            shine = 0.0
            if gloss > 0 and lit > 0:
                hx2, hy2, hz2 = ex + sun[0], ey + sun[1], ez + sun[2]
                along = (nx * hx2 + ny * hy2 + nz * hz2) / (math.sqrt(hx2 * hx2 + hy2 * hy2 + hz2 * hz2) + 1e-9)
                shine = gloss * 0.6 * max(along, 0.0) ** (8 + 60 * gloss)
            rim = gloss * 0.12 * (1.0 - max(0.0, nx * ex + ny * ey + nz * ez)) ** 3
            for k in range(3):
                tint = r if k == 0 else g if k == 1 else bl
                ambient = (ground[k] + (sky[k] - ground[k]) * up) * open_sky * near_ground
                colour[y, x, k] = tint * (ambient + lit * sun_colour[k]) + shine * sun_colour[k] + rim * sky[k]
            part[y, x] = parts[s]


def render(surfaces: list[Surface], view: PinholeView, light: Light, width: int, height: int) -> Picture:
    """Draw all surfaces as seen by `view` under `light`. Places nothing covers show the sky's colour."""
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
        _mesh(np.ascontiguousarray(surface.points, np.float32), surface.closed, uv, surface.uv is not None, vertices,
              normals, coordinates, triangles, first_vertex, first_triangle)
        first_vertex += vertex_count
        first_triangle += triangle_count
    owners = np.repeat(np.arange(len(surfaces), dtype=np.int32), triangle_counts)
    finishes = [s.finish for s in surfaces]
    base = linear([f.base for f in finishes])
    second = linear([f.second or f.base for f in finishes])
    numbers = np.array([(f.scale, f.gloss, f.folds, f.grain) for f in finishes], np.float32)
    pattern = np.array([PATTERN_IDS[f.pattern] for f in finishes], np.int32)
    seeds = np.array([f.seed & 0xFFFFF for f in finishes], np.int64)
    parts = np.array([s.part for s in surfaces], np.uint8)

    sun = np.asarray(light.sun_direction, np.float32)
    sun = sun / np.linalg.norm(sun)
    shadow, shadow_right, shadow_down = _shadow_map(vertices, triangles, owners, surfaces, sun)
    pixels, depth = view.project(vertices)
    zbuffer = np.zeros((height, width), np.float32)
    hit = np.full((height, width), -1, np.int32)
    weights = np.zeros((height, width, 2), np.float32)
    _cover(pixels.astype(np.float32), depth.astype(np.float32), triangles, owners, np.zeros(len(surfaces), np.bool_),
           width, height, zbuffer, hit, weights)
    occlusion = np.zeros((height, width), np.float32)
    _occlusion(zbuffer, view.focal, occlusion)
    colour = np.empty((height, width, 3), np.float32)
    colour[:] = np.asarray(light.sky_colour, np.float32)
    part = np.zeros((height, width), np.uint8)
    _shade(hit, weights, zbuffer, occlusion, vertices, normals, coordinates, triangles, owners, parts, pattern, base, second,
           numbers, seeds, np.asarray(view.position, np.float32), sun, np.asarray(light.sun_colour, np.float32),
           np.asarray(light.sky_colour, np.float32), np.asarray(light.ground_colour, np.float32), shadow, shadow_right,
           shadow_down, light.sun_softness, colour, part)
    with np.errstate(divide="ignore"):
        return Picture(colour, part, 1 / zbuffer)


def _shadow_map(vertices, triangles, owners, surfaces, sun):
    """Height towards the sun of what the sun sees first, around the origin; and the map's two axes."""
    right = np.cross(sun, (0.0, 0.0, 1.0) if abs(sun[2]) < 0.99 else (0.0, 1.0, 0.0)).astype(np.float32)
    right /= np.linalg.norm(right)
    down = np.cross(sun, right).astype(np.float32)
    moved = vertices - np.array((0, 0, 0.9), np.float32)
    screen = np.stack([moved @ right, moved @ down], 1) / SHADOW_REACH * (SHADOW_SIZE / 2) + SHADOW_SIZE / 2
    heights = vertices @ sun
    # _cover wants depths that grow away: heights are turned into depths and back. 1/z is not linear here, but the
    # triangles are small against the offset.
    offset = 60.0
    zbuffer = np.zeros((SHADOW_SIZE, SHADOW_SIZE), np.float32)
    hit = np.full((SHADOW_SIZE, SHADOW_SIZE), -1, np.int32)
    weights = np.zeros((SHADOW_SIZE, SHADOW_SIZE, 2), np.float32)
    skip = np.array([not s.casts for s in surfaces], np.bool_)
    _cover(screen.astype(np.float32), (offset - heights).astype(np.float32), triangles, owners, skip, SHADOW_SIZE,
           SHADOW_SIZE, zbuffer, hit, weights)
    with np.errstate(divide="ignore"):
        shadow = np.where(zbuffer > 0, offset - 1 / zbuffer, -1e6).astype(np.float32)
    return shadow, right, down
