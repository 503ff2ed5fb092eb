"""Legs, what covers them, and shoes."""

from random import Random

from ..describable import SLOT_PARTS
from ..people import Person
from .canvas import Canvas
from .skeleton import Body, Projection
from .trunk import between, darker, trunk_outline

COVERED = {"trousers", "jeans", "joggers", "leggings"}


def draw_leg(canvas: Canvas, rng: Random, person: Person, body: Body, view: Projection, side: str, shade: float) -> None:
    hip, knee, ankle = (body.joints[f"{side} {joint}"] for joint in ("hip", "knee", "ankle"))
    hip_at, knee_at, ankle_at = view.point(hip), view.point(knee), view.point(ankle)
    unit = view.scale * body.limb
    part = SLOT_PARTS["lower"]
    lower = person.lower
    draw_shoe(canvas, person, view, ankle, unit, shade)
    if lower is None or lower.kind not in COVERED:
        skin = darker(person.skin, shade)
        canvas.limb(hip_at, knee_at, 0.044 * unit, 0.032 * unit, skin, 0)
        canvas.limb(knee_at, ankle_at, 0.031 * unit, 0.018 * unit, skin, 0)
    if lower and lower.kind == "shorts":
        colour, loose = darker(lower.paint.rgb, shade), lower.loose * unit
        end = between(hip_at, knee_at, min(1.05, (lower.hem - 0.505) / 0.235))
        canvas.limb(hip_at, end, 0.05 * loose, 0.046 * loose, colour, part)
    if lower and lower.kind in COVERED:
        colour, loose = darker(lower.paint.rgb, shade), lower.loose * unit
        cuff = {"leggings": 0.02, "joggers": 0.022}.get(lower.kind, 0.03)
        canvas.limb(hip_at, knee_at, 0.05 * min(loose, unit * 1.15), 0.037 * loose, colour, part)
        canvas.limb(knee_at, between(knee_at, ankle_at, (lower.hem - 0.74) / 0.215), 0.036 * loose, cuff * loose, colour, part)
        if lower.second and lower.pattern == "side stripe":
            canvas.line([hip_at, knee_at, ankle_at], lower.second.rgb, part, 0.014 * unit)
        elif lower.second:
            for _ in range(14):
                at = between(hip_at, between(knee_at, ankle_at, 0.8), rng.random())
                canvas.ellipse((at[0] + rng.uniform(-0.03, 0.03) * unit, at[1]), 0.012 * unit, 0.012 * unit,
                               darker(lower.second.rgb, shade), part)
    if person.shoes.kind == "boots":
        boot = darker(person.shoes.paint.rgb, shade)
        canvas.limb(between(knee_at, ankle_at, 0.55 if lower and lower.kind in ("skirt", "leggings", "shorts") else 0.8),
                    ankle_at, 0.031 * unit, 0.024 * unit, boot, SLOT_PARTS["shoes"])


def draw_shoe(canvas: Canvas, person: Person, view: Projection, ankle: tuple[float, float, float], unit: float, shade: float) -> None:
    kind = person.shoes.kind
    heel = view.point((ankle[0], ankle[1] + 0.024, ankle[2] - 0.012))
    toe = view.point((ankle[0] * 1.15, ankle[1] + 0.03, ankle[2] + 0.075))
    colour = darker(person.shoes.paint.rgb, shade)
    part = SLOT_PARTS["shoes"]
    if kind == "sandals":
        canvas.limb(heel, toe, 0.017 * unit, 0.016 * unit, darker(person.skin, shade), part)
        canvas.limb(heel, between(heel, toe, 0.3), 0.018 * unit, 0.014 * unit, colour, part)
        canvas.line([(heel[0], heel[1] + 0.012 * unit), (toe[0], toe[1] + 0.012 * unit)], colour, part, 0.012 * unit)
        return
    thick = {"sneakers": 0.025, "boots": 0.026, "heels": 0.017}.get(kind, 0.021)
    canvas.limb(heel, toe, thick * unit, thick * 0.9 * unit, colour, part)
    if kind == "sneakers" and sum(person.shoes.paint.rgb) < 600:
        sole = 0.019 * unit
        canvas.line([(heel[0], heel[1] + sole), (toe[0], toe[1] + sole)], (214, 214, 210), part, 0.009 * unit)


def draw_hips(canvas: Canvas, rng: Random, person: Person, body: Body, view: Projection) -> None:
    """The seat of trousers, or the whole of a skirt."""
    lower = person.lower
    if lower is None:
        return
    part = SLOT_PARTS["lower"]
    skirt = lower.kind == "skirt"
    hem = lower.hem if skirt else 0.535
    flare = rng.uniform(0.95, 1.6) if skirt else 0.95
    canvas.rounded(trunk_outline(body, view, 0.44, hem, 1.02, flare), lower.paint.rgb, part)
    if skirt and lower.second:
        x, _ = view.point((0, 0.5, 0))
        for i in range(1, 6):
            _, y = view.point((0, 0.5 + (hem - 0.52) * i / 6, 0))
            half = view.half_width(*body.trunk(0.5)) * (1 + (flare - 1) * i / 6) * 0.95
            canvas.polygon([(x - half, y), (x + half, y), (x + half, y + 3), (x - half, y + 3)], lower.second.rgb, part, None)
