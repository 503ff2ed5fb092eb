"""Clothes on the trunk and arms, and what lies on their surface: openings, prints, straps."""

import math
from random import Random

from ..colours import Rgb
from ..describable import SLOT_PARTS
from ..people import Garment, Person
from .canvas import Canvas, Point
from .skeleton import Body, Projection

VISIBLE = math.radians(84)


def darker(colour: Rgb, factor: float) -> Rgb:
    return tuple(min(255, round(c * factor)) for c in colour)


def surface_patch(body: Body, view: Projection, top: float, bottom: float, left: float, right: float,
                  scale: float = 1.0, narrow_to: float | None = None) -> list[Point]:
    """Visible part of a trunk region between two heights and two angles (radians), as an outline in pixels."""
    low, high = -view.yaw - VISIBLE, -view.yaw + VISIBLE
    turn = 2 * math.pi * round((left + right) / 2 / (2 * math.pi) - (low + high) / 2 / (2 * math.pi))
    low, high = low + turn, high + turn
    if right <= low or left >= high:
        return []
    steps = 5
    edges: list[list[Point]] = [[], []]
    for i in range(steps + 1):
        t = i / steps
        y = top + (bottom - top) * t
        shrink = 1.0 if narrow_to is None else 1 + (narrow_to - 1) * t
        edges[0].append(view.point(body.surface(y, max(left * shrink, low), scale)))
        edges[1].append(view.point(body.surface(y, min(right * shrink, high), scale)))
    return edges[0] + edges[1][::-1]


def trunk_outline(body: Body, view: Projection, top: float, hem: float, loose: float, flare: float) -> list[Point]:
    """Silhouette of cloth from `top` to `hem`; `flare` is the hem's width against the hips."""
    left, right = [], []
    steps = 9
    for i in range(steps + 1):
        y = top + (hem - top) * i / steps
        width, depth = body.trunk(y)
        ease = (1 + (loose - 1) * min(1, max(0, (y - 0.18) / 0.12)))
        if y > 0.47:
            ease *= 1 + (flare - 1) * (y - 0.47) / max(hem - 0.47, 0.03)
        half = view.half_width(width * ease, depth * ease)
        x, screen_y = view.point((0, y, 0))
        left.append((x - half, screen_y))
        right.append((x + half, screen_y))
    return left + right[::-1]


def draw_upper(canvas: Canvas, rng: Random, person: Person, body: Body, view: Projection) -> None:
    garment = person.upper
    part = SLOT_PARTS["upper"]
    colour = garment.paint.rgb
    flare = {"dress": rng.uniform(1.05, 1.7), "coat": rng.uniform(1.0, 1.25)}.get(garment.kind, rng.uniform(0.98, 1.08))
    outline = trunk_outline(body, view, 0.16, garment.hem, garment.loose, flare)
    canvas.rounded(outline, colour, part)
    draw_pattern(canvas, rng, garment, body, view)
    if person.inner:
        draw_opening(canvas, rng, garment, person.inner, body, view)
    elif garment.kind in ("t-shirt", "tank top", "blouse", "dress"):
        neckline = rng.uniform(0.175, 0.2)
        canvas.polygon(surface_patch(body, view, 0.158, neckline, -0.6, 0.6, 1.02, 0.3), person.skin, 0)
    elif garment.kind in ("shirt", "polo"):
        for side in (-1, 1):
            collar = surface_patch(body, view, 0.16, 0.187, min(0, side * 0.6), max(0, side * 0.6), 1.03, 0.4)
            canvas.polygon(collar, darker(colour, 1.12), part)
        if garment.kind == "shirt":
            placket = surface_patch(body, view, 0.18, garment.hem, -0.05, 0.05)
            canvas.polygon(placket, darker(colour, 0.84), part, None)
    elif garment.kind in ("jacket", "puffer", "hoodie", "cardigan", "coat", "raincoat", "vest"):
        seam = surface_patch(body, view, 0.17, garment.hem, -0.04, 0.04, garment.loose)
        canvas.polygon(seam, darker(colour, rng.choice((0.6, 0.7, 1.35))), part, None)
    if garment.kind == "puffer" or (garment.kind == "vest" and rng.random() < 0.5):
        for y in [0.2 + 0.042 * i for i in range(12) if 0.2 + 0.042 * i < garment.hem]:
            ring = surface_patch(body, view, y, y + 0.009, -math.pi - view.yaw, math.pi - view.yaw, garment.loose * 1.02)
            canvas.polygon(ring, darker(colour, 0.72), part, None)
    if garment.kind == "safety vest":
        for y in (0.32, 0.42):
            canvas.polygon(surface_patch(body, view, y, y + 0.025, -math.pi - view.yaw, math.pi - view.yaw, 1.1),
                           (222, 224, 220), part, None)
    if rng.random() < 0.12 and garment.kind in ("shirt", "coat", "dress", "suit", "t-shirt") and garment.hem > 0.5:
        canvas.polygon(surface_patch(body, view, 0.43, 0.45, -math.pi - view.yaw, math.pi - view.yaw, garment.loose * 1.03),
                       (40, 32, 28), part)


def draw_opening(canvas: Canvas, rng: Random, outer: Garment, inner: Garment, body: Body, view: Projection) -> None:
    """The strip of the inner garment between the open sides of the outer one, or above a low neckline."""
    part = SLOT_PARTS["inner"]
    scale = outer.loose * 1.01
    if outer.open:
        gap = rng.uniform(0.3, 0.75)
        strip = surface_patch(body, view, 0.165, min(outer.hem + 0.01, 0.56), -gap, gap, scale, rng.uniform(0.7, 1.25))
    else:
        gap = 0.55
        strip = surface_patch(body, view, 0.165, rng.uniform(0.25, 0.34), -gap, gap, scale, 0.05)
    canvas.polygon(strip, inner.paint.rgb, part)
    if outer.kind == "suit" and rng.random() < 0.5:
        tie = surface_patch(body, view, 0.18, 0.33, -0.07, 0.07, scale)
        canvas.polygon(tie, rng.choice(((120, 24, 30), (24, 30, 80), (20, 20, 22), (90, 90, 100))), part)


def draw_pattern(canvas: Canvas, rng: Random, garment: Garment, body: Body, view: Projection) -> None:
    if garment.second is None:
        return
    part = SLOT_PARTS["upper"]
    second = garment.second.rgb
    around = (-math.pi - view.yaw, math.pi - view.yaw)
    top, hem, scale = 0.175, garment.hem, garment.loose
    pitch = rng.uniform(0.026, 0.055)
    if garment.pattern in ("stripes", "plaid"):
        y = top + pitch / 2
        while y < hem - pitch * 0.5:
            canvas.polygon(surface_patch(body, view, y, y + pitch * rng.uniform(0.38, 0.5), *around, scale), second, part, None)
            y += pitch
    if garment.pattern in ("plaid", "vertical stripes"):
        step = rng.uniform(0.25, 0.5)
        width = step * (0.3 if garment.pattern == "plaid" else 0.42)
        angle = -math.pi
        colour = darker(second, 0.82) if garment.pattern == "plaid" else second
        while angle < math.pi:
            canvas.polygon(surface_patch(body, view, top, hem, angle, angle + width, scale), colour, part, None)
            angle += step
    elif garment.pattern == "logo":
        size, y = rng.uniform(0.2, 0.62), rng.uniform(0.23, 0.29)
        for centre in (0.0, math.pi) if rng.random() < 0.35 else (0.0,):
            patch = surface_patch(body, view, y, y + rng.uniform(0.03, 0.11), centre - size, centre + size, 0.98, rng.uniform(0.6, 1))
            canvas.polygon(patch, second, part, None)
    elif garment.pattern == "blocks":
        split = rng.uniform(0.24, 0.4)
        bottom = hem if rng.random() < 0.5 else split + rng.uniform(0.05, 0.12)
        canvas.polygon(surface_patch(body, view, split, min(bottom, hem), *around, scale), second, part, None)
    elif garment.pattern in ("camouflage", "floral", "dots"):
        radius = {"camouflage": 0.2, "floral": 0.1, "dots": 0.07}[garment.pattern]
        for _ in range({"camouflage": 40, "floral": 70, "dots": 80}[garment.pattern]):
            angle, y = rng.uniform(-VISIBLE, VISIBLE) - view.yaw, rng.uniform(top, hem)
            size = radius * rng.uniform(0.6, 1.3)
            colour = second if garment.pattern == "dots" or rng.random() < 0.7 else darker(second, 0.6)
            canvas.polygon(surface_patch(body, view, y, y + size * 0.13, angle, angle + size), colour, part, None)


def draw_arm(canvas: Canvas, person: Person, body: Body, view: Projection, side: str, shade: float) -> None:
    """Skin first, then the sleeve of the outer garment, or of the inner one under a sleeveless outer one."""
    shoulder, elbow, hand = (body.joints[f"{side} {joint}"] for joint in ("shoulder", "elbow", "hand"))
    shoulder_at, elbow_at, hand_at = view.point(shoulder), view.point(elbow), view.point(hand)
    unit = view.scale * body.limb
    skin = darker(person.skin, shade)
    canvas.limb(shoulder_at, elbow_at, 0.026 * unit, 0.022 * unit, skin, 0)
    canvas.limb(elbow_at, hand_at, 0.021 * unit, 0.017 * unit, skin, 0)
    canvas.ellipse(hand_at, 0.02 * unit, 0.024 * unit, skin, 0)
    garment, part = person.upper, SLOT_PARTS["upper"]
    if garment.sleeve == 0 and person.inner:
        garment, part = person.inner, SLOT_PARTS["inner"]
    if garment.sleeve == 0:
        return
    own = garment.second.rgb if garment.pattern == "sleeves" and garment.second else garment.paint.rgb
    colour = darker(own, shade)
    loose = garment.loose * unit
    if garment.sleeve < 0.5:
        end = between(shoulder_at, elbow_at, garment.sleeve * 2)
        canvas.limb(shoulder_at, end, 0.033 * loose, 0.033 * loose, colour, part)
    else:
        canvas.limb(shoulder_at, elbow_at, 0.034 * loose, 0.029 * loose, colour, part)
        if garment.sleeve > 0.55:
            canvas.limb(elbow_at, between(elbow_at, hand_at, 0.88), 0.028 * loose, 0.023 * loose, colour, part)
    if garment.second and garment.pattern == "stripes":
        for t in (0.3, 0.55, 0.8) if garment.sleeve > 0.5 else (0.3,):
            at = between(shoulder_at, elbow_at, t)
            canvas.polygon([(at[0] - 0.031 * loose, at[1]), (at[0] + 0.031 * loose, at[1]),
                            (at[0] + 0.031 * loose, at[1] + 0.012 * unit), (at[0] - 0.031 * loose, at[1] + 0.012 * unit)],
                           darker(garment.second.rgb, shade), part, None)


def between(a: Point, b: Point, t: float) -> Point:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)
