"""Light and texture of every pixel, once it is known what it shows. Positions in metres, colours linear."""

import math

from numba import njit

from .texture import cloudy, coverage, hashed, value_noise

SHADOW_REACH = 2.6  # metres around the origin that the shadow map covers


@njit(cache=True)
def occlusion_of(zbuffer, focal, out):
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
def shade(
    hit,
    weights,
    occlusion,
    vertices,
    normals,
    coordinates,
    triangles,
    owners,
    parts,
    pattern,
    base,
    second,
    numbers,
    seeds,
    eye,
    sun,
    sun_colour,
    sky,
    ground,
    shadow,
    shadow_right,
    shadow_down,
    softness,
    colour,
    part,
):
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
