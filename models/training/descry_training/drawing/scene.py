"""Places: floor, wall, structure, clutter, blurred passers-by. Sizes in pixels."""

import math
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..colours import Rgb

KINDS = ("street", "corridor", "park", "shop", "station", "plaza", "car park", "plain")


def tone(rng: Random, lowest: int = 45, highest: int = 210, tint: int = 16) -> Rgb:
    grey = rng.uniform(lowest, highest)
    return tuple(round(min(255, max(0, grey + rng.uniform(-tint, tint)))) for _ in range(3))


def shift(colour: Rgb, amount: float) -> Rgb:
    return tuple(round(min(255, max(0, c + amount))) for c in colour)


def draw_scene(rng: Random, width: int, height: int, kind: str | None = None) -> Image.Image:
    """A background; a person of about `height` pixels stands in front of it."""
    kind = kind or rng.choice(KINDS)
    wall, floor = tone(rng), tone(rng, 60, 200, 12)
    image = Image.new("RGB", (width, height), wall)
    draw = ImageDraw.Draw(image)
    horizon = round(height * (rng.uniform(-0.15, 0.45) if kind in ("plaza", "car park", "street") else rng.uniform(0.2, 0.9)))
    if kind != "plain":
        draw_wall(draw, rng, kind, wall, width, max(horizon, 1), height)
    draw.rectangle([0, max(0, horizon), width, height], fill=floor)
    draw_floor(draw, rng, kind, floor, width, height, horizon)
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        draw_clutter(draw, rng, width, height, horizon)
    passers = rng.choice((0, 0, 1, 2))
    for _ in range(max(passers, passers * width // height)):
        draw_passer(draw, rng, width, height)
    image = image.filter(ImageFilter.GaussianBlur(height / 256 * rng.uniform(0.4, 3.0)))
    return roughen(rng, image)


def draw_wall(draw: ImageDraw.ImageDraw, rng: Random, kind: str, wall: Rgb, width: int, horizon: int, height: int) -> None:
    unit = height / 256
    step = max(4, round(unit * rng.uniform(14, 70)))
    offset = rng.randrange(step)
    if kind == "park":
        for _ in range(round(width / unit / 2.5)):
            x, y, r = rng.uniform(0, width), rng.uniform(-0.1 * horizon, horizon), unit * rng.uniform(3, 14)
            green = rng.uniform(0.5, 1.25)
            draw.ellipse([x - r, y - r, x + r, y + r], fill=(round(70 * green), round(92 * green), round(56 * green)))
    elif kind == "shop":
        for y in range(rng.randrange(-step, 0), horizon, max(8, round(unit * 26))):
            x = -offset
            while x < width:
                w = max(2, round(unit * rng.uniform(3, 12)))
                draw.rectangle([x, y, x + w, y + round(unit * rng.uniform(14, 22))], fill=tone(rng, 40, 225, 55))
                x += w + 1
    elif kind in ("street", "station"):
        for x in range(-offset, width, step):
            for y in range(rng.randrange(-step, 0), horizon, max(6, round(step * rng.uniform(0.6, 1.5)))):
                if rng.random() < 0.75:
                    draw.rectangle([x, y, x + step * 0.65, y + step * 0.6], fill=shift(wall, rng.uniform(-60, 45)))
    else:
        for x in range(-offset, width, step):
            draw.rectangle([x, 0, x + max(1, step * rng.uniform(0.03, 0.5)), horizon], fill=shift(wall, rng.uniform(-40, 35)))
    if rng.random() < 0.35:
        thickness, y = unit * rng.uniform(3, 18), horizon * rng.uniform(0.2, 1)
        draw.rectangle([0, y, width, y + thickness], fill=shift(wall, rng.choice((-50, -30, 40))))


def draw_floor(draw: ImageDraw.ImageDraw, rng: Random, kind: str, floor: Rgb, width: int, height: int, horizon: int) -> None:
    unit = height / 256
    style = rng.choice(("tiles", "tiles", "stripes", "cracks", "none", "shadow"))
    line = shift(floor, rng.choice((-28, -16, 18, 30)))
    if style == "tiles":
        vanishing = (width * rng.uniform(-0.5, 1.5), horizon - height * rng.uniform(0.05, 0.8))
        for i in range(-14, 15):
            foot = width * (0.5 + i * rng.uniform(0.26, 0.28))
            draw.line([vanishing, (foot + (foot - vanishing[0]) * 0.6, height * 1.6)], fill=line, width=max(1, round(unit)))
        depth = unit * rng.uniform(6, 16)
        y = float(max(horizon, 0))
        while y < height:
            draw.line([(0, y), (width, y + width * 0.02)], fill=line, width=max(1, round(unit)))
            y, depth = y + depth, depth * 1.28
    elif style == "stripes":
        slope = rng.uniform(-0.9, 0.9)
        for i in range(-3, 8):
            x = width * i * 0.28
            band = unit * rng.uniform(5, 16)
            draw.polygon([(x, horizon), (x + band, horizon), (x + band + slope * height, height), (x + slope * height, height)],
                         fill=shift(floor, rng.choice((24, 45, -24))))
    elif style == "cracks":
        for _ in range(max(6, width // 20)):
            x, y = rng.uniform(0, width), rng.uniform(horizon, height)
            end = (x + unit * rng.uniform(-50, 50), y + unit * rng.uniform(-10, 30))
            draw.line([(x, y), end], fill=line, width=max(1, round(unit * rng.uniform(1, 3))))
    elif style == "shadow":
        y = horizon + (height - horizon) * rng.uniform(0, 0.9)
        edge = [(0, y), (width, y + height * rng.uniform(-0.3, 0.3)), (width, height), (0, height)]
        draw.polygon(edge, fill=shift(floor, rng.uniform(-70, -20)))


def draw_clutter(draw: ImageDraw.ImageDraw, rng: Random, width: int, height: int, horizon: int) -> None:
    unit = height / 256
    x, y = rng.uniform(-0.1, 1.0) * width, max(0, horizon) + rng.uniform(-0.3, 0.2) * height
    colour = tone(rng, 25, 225, 30)
    kind = rng.choice(("pole", "box", "sign", "car", "bench", "fence", "door"))
    if kind == "pole":
        draw.rectangle([x, -1, x + unit * rng.uniform(2, 10), max(horizon, height * rng.uniform(0.5, 1))], fill=colour)
    elif kind == "car":
        w, h = unit * rng.uniform(70, 160), unit * rng.uniform(26, 55)
        colour = tone(rng, 25, 225, 45)
        draw.rounded_rectangle([x - w / 2, y, x + w / 2, y + h], radius=h * 0.3, fill=colour)
        draw.rounded_rectangle([x - w * 0.3, y - h * 0.6, x + w * 0.28, y + h * 0.3], radius=h * 0.3, fill=shift(colour, -35))
        for wheel in (-0.3, 0.3):
            draw.ellipse([x + w * wheel - h * 0.25, y + h * 0.7, x + w * wheel + h * 0.25, y + h * 1.2], fill=(24, 24, 26))
    elif kind == "fence":
        gap = max(3, round(unit * rng.uniform(5, 14)))
        for i in range(0, width, gap):
            draw.line([(i, y), (i, y + unit * 70)], fill=colour, width=max(1, round(unit * 1.6)))
        draw.line([(0, y + unit * 6), (width, y + unit * 6)], fill=colour, width=max(1, round(unit * 2)))
    elif kind == "bench":
        draw.rectangle([x, y, x + unit * 60, y + unit * 7], fill=colour)
        draw.rectangle([x + unit * 5, y, x + unit * 9, y + unit * 26], fill=shift(colour, -30))
    else:
        w, h = unit * rng.uniform(12, 60), unit * rng.uniform(15, 110)
        draw.rectangle([x, y - h * 0.5, x + w, y + h * 0.5], fill=colour)
        if rng.random() < 0.5:
            draw.rectangle([x + w * 0.2, y - h * 0.4, x + w * 0.8, y - h * 0.1], fill=shift(colour, rng.choice((-50, 60))))


def draw_passer(draw: ImageDraw.ImageDraw, rng: Random, width: int, height: int) -> None:
    """Somebody far away: three blobs."""
    h = height * rng.uniform(0.18, 0.6)
    x, y = rng.uniform(0, width), height * rng.uniform(-0.05, 0.45)
    draw.rectangle([x - h * 0.09, y + h * 0.45, x + h * 0.09, y + h], fill=tone(rng, 20, 120, 25))
    draw.ellipse([x - h * 0.13, y + h * 0.12, x + h * 0.13, y + h * 0.55], fill=tone(rng, 20, 225, 60))
    draw.ellipse([x - h * 0.06, y, x + h * 0.06, y + h * 0.14], fill=(120, 90, 72))


def smooth_noise(generator: np.random.Generator, height: int, width: int, rows: int, columns: int) -> np.ndarray:
    """[height, width] float32 around 0, about -1..1, with about rows x columns bumps."""
    small = generator.normal(0, 48, (rows, columns)).clip(-127, 127).astype(np.int16) + 128
    large = Image.fromarray(small.astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(large, np.float32) / 128 - 1


def roughen(rng: Random, image: Image.Image) -> Image.Image:
    """Uneven light and dirt."""
    generator = np.random.default_rng(rng.getrandbits(63))
    width, height = image.size
    across = max(2, math.ceil(width / height * 5))
    gain = 1 + rng.uniform(0.03, 0.3) * smooth_noise(generator, height, width, 5, across)
    gain += rng.uniform(0.0, 0.1) * smooth_noise(generator, height, width, 48, across * 9)
    return Image.fromarray(np.clip(np.asarray(image, np.float32) * gain[..., None], 0, 255).astype(np.uint8))
