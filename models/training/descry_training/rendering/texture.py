"""Patterns of cloth and places, evaluated for one point of a surface at a time."""

import math

from numba import njit

PATTERN_IDS = {
    name: number
    for number, name in enumerate(
        (
            "plain",
            "stripes",
            "vertical stripes",
            "plaid",
            "logo",
            "print",
            "blocks",
            "sleeves",
            "side stripe",
            "camouflage",
            "floral",
            "dots",
            "noise",
            "tiles",
            "brick",
            "planks",
            "paving",
            "checks",
            "asphalt",
            "grass",
            "shelves",
            "windows",
            "posters",
        )
    )
}


@njit(cache=True, inline="always")
def hashed(x: int, y: int, seed: int) -> float:
    """A number in 0..1 that depends on all three."""
    h = (x * 374761393 + y * 668265263 + seed * 974711) & 0x7FFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0x7FFFFFFF
    return ((h ^ (h >> 16)) & 0xFFFF) / 65535.0


@njit(cache=True)
def value_noise(x: float, y: float, seed: int) -> float:
    """Smooth noise in 0..1 with cells of size 1."""
    column, row = math.floor(x), math.floor(y)
    fx, fy = x - column, y - row
    fx, fy = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy)
    i, j = int(column), int(row)
    top = hashed(i, j, seed) * (1 - fx) + hashed(i + 1, j, seed) * fx
    bottom = hashed(i, j + 1, seed) * (1 - fx) + hashed(i + 1, j + 1, seed) * fx
    return top * (1 - fy) + bottom * fy


@njit(cache=True)
def cloudy(x: float, y: float, seed: int) -> float:
    """Three octaves of noise in 0..1."""
    return (
        value_noise(x, y, seed) * 0.55
        + value_noise(x * 2.1, y * 2.1, seed + 1) * 0.3
        + value_noise(x * 4.3, y * 4.3, seed + 2) * 0.15
    )


@njit(cache=True)
def coverage(pattern: int, u: float, v: float, scale: float, seed: int) -> float:
    """How much of the second colour shows at (u, v) metres: 0 base .. 1 second.

    For garments u is measured from the middle of the front around the body, v from the top down.
    Values above 1 ask for a colour of its own: 2 + a hash.
    """
    x, y = u / scale, v / scale
    if pattern == 1:  # stripes across
        return 1.0 if y - math.floor(y) < 0.45 else 0.0
    if pattern == 2:
        return 1.0 if x - math.floor(x) < 0.4 else 0.0
    if pattern == 3:  # plaid: two sets of bars, and thin lines
        bars = 0.0
        fx, fy = x - math.floor(x), y - math.floor(y)
        if fx < 0.42:
            bars += 0.5
        if fy < 0.42:
            bars += 0.5
        if 0.66 < fx < 0.74 or 0.66 < fy < 0.74:
            bars = max(bars, 0.75)
        return bars
    if pattern == 4:  # a logo on the chest, on one side or in the middle
        middle = (hashed(1, 2, seed) - 0.5) * 0.12
        wide, tall = 0.03 + 0.05 * hashed(3, 4, seed), 0.02 + 0.045 * hashed(5, 6, seed)
        du, dv = (u - middle) / wide, (v - 0.2 - 0.06 * hashed(7, 8, seed)) / tall
        if abs(du) < 1 and abs(dv) < 1:
            return 1.0 if value_noise(du * 2.3, dv * 2.3, seed) > 0.33 else 0.0
        return 0.0
    if pattern == 5:  # a large print over the front
        du, dv = u / (0.1 + 0.04 * hashed(1, 2, seed)), (v - 0.26) / (0.1 + 0.06 * hashed(3, 4, seed))
        if du * du + dv * dv < 1 + 0.5 * (value_noise(du * 3, dv * 3, seed) - 0.5):
            shape = value_noise(du * 2.4, dv * 2.4, seed + 5)
            return 1.0 if shape > 0.42 else 0.0 if shape > 0.3 else 2.0 + hashed(int(du * 2 + 9), int(dv * 2 + 9), seed)
        return 0.0
    if pattern == 6:  # colour blocks: below a line across the chest
        line = 0.24 + 0.16 * hashed(1, 2, seed)
        if hashed(3, 4, seed) < 0.35:  # a band
            return 1.0 if line < v < line + 0.09 + 0.1 * hashed(5, 6, seed) else 0.0
        return 1.0 if v > line else 0.0
    if pattern == 8:  # a stripe down the sides; scale is the half circumference
        side = abs(abs(u) - scale)
        return 1.0 if side < 0.02 + 0.015 * hashed(1, 2, seed) else 0.0
    if pattern == 9:
        shade = cloudy(u / 0.09, v / 0.07, seed)
        return 0.0 if shade < 0.42 else 1.0 if shade < 0.54 else 0.5
    if pattern == 10:  # flowers
        i, j = int(math.floor(x * 1.2)), int(math.floor(y * 1.2))
        du = x * 1.2 - i - 0.3 - 0.4 * hashed(i, j, seed)
        dv = y * 1.2 - j - 0.3 - 0.4 * hashed(i, j, seed + 1)
        r = math.sqrt(du * du + dv * dv)
        if r < 0.38 * (0.75 + 0.25 * math.sin(5 * math.atan2(dv, du))):
            return 2.0 + hashed(i, j, seed + 3) if r < 0.12 else 1.0
        return 0.0
    if pattern == 11:
        i, j = math.floor(y), 0.0
        fx, fy = x + 0.5 * (i % 2), y - i
        j = math.floor(fx)
        du, dv = fx - j - 0.5, fy - 0.5
        return 1.0 if du * du + dv * dv < 0.075 else 0.0
    if pattern == 12:
        return cloudy(x, y, seed)
    if pattern == 13 or pattern == 16:  # tiles, paving: joints between slabs of slightly different shades
        i, j = int(math.floor(x)), int(math.floor(y))
        fx, fy = x - i, y - j
        if min(fx, fy, 1 - fx, 1 - fy) < 0.03:
            return 0.9
        return (0.06 if pattern == 13 else 0.3) * hashed(i, j, seed)
    if pattern == 14:  # bricks
        row = int(math.floor(y * 2))
        fx, fy = x + 0.5 * (row % 2), y * 2 - row
        i = int(math.floor(fx))
        fx -= i
        if fx < 0.05 or fy < 0.12:
            return 0.9
        return 0.35 * hashed(i, row, seed)
    if pattern == 15:  # planks along v
        i = int(math.floor(x))
        return 0.8 if x - i < 0.05 else 0.4 * hashed(i, int(math.floor(y / 4 + hashed(i, 3, seed))), seed)
    if pattern == 17:
        return float((int(math.floor(x)) + int(math.floor(y))) % 2)
    if pattern == 18 or pattern == 19:
        return cloudy(x * 0.5, y * 0.5, seed) * 0.5 + 0.5 * value_noise(x * 6, y * 6, seed + 4)
    if pattern == 20:  # shelves full of goods
        row = int(math.floor(y))
        fy = y - row
        if fy < 0.12:
            return 0.0
        width = 2.5 + 2 * hashed(row, 1, seed)
        i = int(math.floor(x * width))
        if fy < 0.12 + 0.35 * hashed(i, row, seed + 2):
            return 1.0
        return 2.0 + hashed(i, row, seed)
    if pattern == 21:  # windows
        i, j = int(math.floor(x)), int(math.floor(y))
        fx, fy = x - i, y - j
        if 0.14 < fx < 0.86 and 0.18 < fy < 0.8:
            return 1.0 - 0.35 * hashed(i, j, seed)
        return 0.0
    if pattern == 22:  # posters
        i, j = int(math.floor(x)), int(math.floor(y))
        fx, fy = x - i, y - j
        low = 0.1 + 0.2 * hashed(i, j, seed)
        if low < fx < 0.9 and 0.15 < fy < 0.85 and hashed(i, j, seed + 1) < 0.6:
            return 2.0 + hashed(i + int(fx * 3), j + int(fy * 4), seed + 2)
        return 0.0
    return 0.0
