"""Which triangle every pixel sees: a z-buffer."""

import math

from numba import njit

NEAR = 0.15  # metres; triangles that come nearer are left out


@njit(cache=True)
def cover(screen, depth, triangles, owners, skip, width, height, zbuffer, hit, weights):
    """Nearest triangle of every pixel: hit [h, w] its number (-1 none), weights [h, w, 2] two barycentrics."""
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
