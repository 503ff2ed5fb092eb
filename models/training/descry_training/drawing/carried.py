"""Bags, umbrellas and things in a hand."""

import math
from random import Random

from ..colours import Rgb
from ..describable import SLOT_PARTS
from ..people import Bag, Person
from .canvas import Canvas, Point, ellipse
from .skeleton import Body, Pose, Projection
from .trunk import darker, surface_patch

BAG = SLOT_PARTS["bag"]
HOLDING_COLOURS: dict[str, tuple[Rgb, ...]] = {
    "phone": ((24, 24, 26), (70, 72, 78), (230, 230, 232)), "bottle": ((170, 205, 225), (60, 110, 170), (200, 60, 50)),
    "cup": ((240, 236, 226), (150, 100, 70), (200, 190, 170)), "paper": ((236, 234, 226), (220, 205, 160), (190, 200, 220)),
}


def draw_backpack_body(canvas: Canvas, rng: Random, bag: Bag, body: Body, view: Projection) -> None:
    """The sack on the back; call it before or after the trunk, whichever is nearer."""
    wide, tall = rng.uniform(0.075, 0.1), rng.uniform(0.2, 0.27)
    outline = []
    for corner_y, squeeze in ((0.175, 0.7), (0.195, 1.0), (0.175 + tall * 0.85, 1.08), (0.175 + tall, 0.9)):
        outline.append((corner_y, view.half_width(wide * squeeze, 0.045)))
    x, _ = view.point((0, 0.3, -0.105))
    left = [(x - half, view.point((0, y, -0.105))[1]) for y, half in outline]
    right = [(x + half, view.point((0, y, -0.105))[1]) for y, half in reversed(outline)]
    canvas.rounded(left + right, bag.paint.rgb, BAG)
    if view.facing() < -0.3:
        inset = [(x + (px - x) * 0.72, py * 0.55 + left[-1][1] * 0.45 - 0.008 * view.scale) for px, py in left + right]
        canvas.polygon(inset, darker(bag.paint.rgb, rng.choice((0.75, 0.82, 1.2))), BAG, None)


def draw_backpack_straps(canvas: Canvas, bag: Bag, body: Body, view: Projection) -> None:
    for side in (-1, 1):
        near, far = side * 0.75, side * 0.42
        canvas.polygon(surface_patch(body, view, 0.168, 0.4, min(near, far), max(near, far), 1.1), bag.paint.rgb, BAG)


def draw_shoulder_bag(canvas: Canvas, rng: Random, bag: Bag, body: Body, view: Projection, side: int) -> None:
    """A bag at the hip on a strap, across the chest or straight down."""
    across = rng.random() < 0.6
    hip = (side * (body.hip + 0.028), rng.uniform(0.42, 0.52), rng.uniform(-0.04, 0.05))
    start = (-side * body.shoulder * 0.55, 0.17, 0.02) if across else (side * body.shoulder * 0.75, 0.175, 0.0)
    face = body.depth * (1.15 if view.facing() > 0 else -1.15)
    middle = (side * 0.01, 0.31, face) if across else (side * body.shoulder, 0.31, 0.0)
    canvas.line([view.point(p) for p in (start, middle, hip)], bag.paint.rgb, BAG, 0.014 * view.scale)
    draw_sack(canvas, view.point(hip), view.half_width(0.036, 0.068), rng.uniform(0.08, 0.125) * view.scale, bag.paint.rgb)


def draw_sack(canvas: Canvas, top: Point, half: float, height: float, colour: Rgb) -> None:
    x, y = top
    canvas.rounded([(x - half * 0.85, y), (x + half * 0.85, y), (x + half, y + height * 0.3), (x + half, y + height * 0.9),
                    (x + half * 0.85, y + height), (x - half * 0.85, y + height), (x - half, y + height * 0.9),
                    (x - half, y + height * 0.3)], colour, BAG)
    flap = darker(colour, 0.8)
    canvas.polygon([(x - half * 0.85, y), (x + half * 0.85, y), (x + half * 0.9, y + height * 0.35),
                    (x - half * 0.9, y + height * 0.35)], flap, BAG, None)


def draw_hand_bag(canvas: Canvas, rng: Random, bag: Bag, body: Body, view: Projection, side: str) -> None:
    """What hangs from a hand, or rolls beside the person."""
    hand = body.joints[f"{side} hand"]
    x, y = view.point(hand)
    unit = view.scale
    if bag.kind == "suitcase":
        outward = 1 if hand[0] > 0 else -1
        floor = view.point((hand[0] + outward * 0.05, 0.985, hand[2] - 0.1))
        height, half = rng.uniform(0.22, 0.32) * unit, view.half_width(0.06, 0.085)
        canvas.line([(x, y), (floor[0], floor[1] - height)], (90, 90, 94), BAG, 0.009 * unit)
        box = [(floor[0] - half, floor[1] - height), (floor[0] + half, floor[1] - height), (floor[0] + half, floor[1]),
               (floor[0] - half, floor[1])]
        canvas.rounded(box, bag.paint.rgb, BAG)
        canvas.line([(floor[0], floor[1] - height), (floor[0], floor[1])], darker(bag.paint.rgb, 0.7), BAG, 0.008 * unit)
        return
    height = {"plastic bag": rng.uniform(0.13, 0.2), "briefcase": 0.11}.get(bag.kind, rng.uniform(0.1, 0.16)) * unit
    half = view.half_width(0.03, {"briefcase": 0.1, "plastic bag": 0.07}.get(bag.kind, 0.08))
    drop = {"plastic bag": 0.03}.get(bag.kind, rng.uniform(0.025, 0.06)) * unit
    for offset in (-0.6, 0.6):
        canvas.line([(x, y), (x + offset * half, y + drop)], darker(bag.paint.rgb, 0.8), BAG, 0.008 * unit)
    draw_sack(canvas, (x, y + drop), half, height, bag.paint.rgb)


def draw_waist_bag(canvas: Canvas, bag: Bag, body: Body, view: Projection) -> None:
    canvas.polygon(surface_patch(body, view, 0.445, 0.462, -math.pi - view.yaw, math.pi - view.yaw, 1.12), bag.paint.rgb, BAG)
    canvas.rounded(surface_patch(body, view, 0.43, 0.49, -0.65, 0.65, 1.2), bag.paint.rgb, BAG)


def draw_held(canvas: Canvas, rng: Random, person: Person, body: Body, pose: Pose, view: Projection) -> None:
    if person.holding is None:
        return
    side = "left" if pose.bent_arm == 1 else "right"
    x, y = view.point(body.joints[f"{side} hand"])
    colour = rng.choice(HOLDING_COLOURS[person.holding])
    wide, tall = {"phone": (0.012, 0.022), "bottle": (0.013, 0.038), "cup": (0.016, 0.024), "paper": (0.04, 0.05)}[person.holding]
    wide, tall = wide * view.scale, tall * view.scale
    canvas.rounded([(x - wide, y - tall), (x + wide, y - tall), (x + wide, y + tall * 0.6), (x - wide, y + tall * 0.6)],
                   colour, SLOT_PARTS["holding"])


def draw_umbrella(canvas: Canvas, person: Person, body: Body, pose: Pose, view: Projection) -> None:
    if person.umbrella is None:
        return
    side = "left" if pose.bent_arm == 1 else "right"
    x, y = view.point(body.joints[f"{side} hand"])
    part = SLOT_PARTS["umbrella"]
    top = view.top - 0.1 * view.scale
    canvas.line([(x, y), (x, top)], (70, 70, 72), part, 0.008 * view.scale)
    dome = ellipse((x, top + 0.1 * view.scale), 0.25 * view.scale, 0.15 * view.scale, 180, 360)
    canvas.rounded(dome, person.umbrella.rgb, part, 0.8)
    base = top + 0.1 * view.scale
    for offset in (-0.12, -0.04, 0.05, 0.13):
        canvas.line([(x, base - 0.15 * view.scale), (x + offset * view.scale, base)], darker(person.umbrella.rgb, 0.75), part,
                    0.004 * view.scale)
