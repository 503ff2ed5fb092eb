"""Head, hair, headwear and what sits on the face."""

import math
from random import Random

from ..describable import SLOT_PARTS
from ..people import Person
from .canvas import Canvas, ellipse
from .skeleton import Body, Projection
from .trunk import darker


def draw_back_hair(canvas: Canvas, rng: Random, person: Person, body: Body, view: Projection) -> None:
    """Hair that hangs behind the neck and shoulders."""
    style, colour, part = person.hair.style, person.hair.paint.rgb, SLOT_PARTS["hair"]
    unit = view.scale * body.head
    hood = person.headwear is not None and person.headwear.kind in ("headscarf", "hood")
    if hood:
        return
    if style in ("long", "medium", "curly"):
        end = {"long": rng.uniform(0.22, 0.31), "medium": 0.17, "curly": 0.16}[style]
        top, bottom = view.point((0, 0.05, -0.025)), view.point((0, end, -0.045))
        width = 0.05 if style != "curly" else 0.066
        canvas.limb(top, bottom, width * unit, (width - 0.008) * unit, colour, part)
    elif style == "ponytail":
        canvas.limb(view.point((0, 0.05, -0.055)), view.point((0, rng.uniform(0.15, 0.24), -0.075)),
                    0.018 * unit, 0.012 * unit, colour, part)
    elif style == "bun":
        canvas.ellipse(view.point((0, 0.012, -0.045)), 0.027 * unit, 0.025 * unit, colour, part)


def draw_head(canvas: Canvas, rng: Random, person: Person, body: Body, view: Projection) -> None:
    unit = view.scale * body.head
    facing, turn = view.facing(), math.sin(view.yaw)
    x, y = view.point(body.joints["head"])
    half = (0.043 + 0.01 * abs(turn)) * unit
    neck = view.point((0, 0.165, 0.0))
    canvas.limb((x, y), neck, 0.03 * unit, 0.032 * unit, darker(person.skin, 0.86), 0)
    bald = person.hair.style == "bald"
    hair, hair_part = (person.skin, 0) if bald else (person.hair.paint.rgb, SLOT_PARTS["hair"])
    bulk = 1.25 if person.hair.style == "curly" else 1.04
    canvas.ellipse((x, y - 0.004 * unit), half * bulk, 0.066 * unit * (1 + (bulk - 1) * 0.7), hair, hair_part)
    if facing > -0.3:
        face_x = x + turn * 0.026 * unit
        face_half = 0.041 * unit * (0.62 + 0.38 * max(0, facing))
        canvas.ellipse((face_x, y + 0.014 * unit), face_half, 0.053 * unit, person.skin, 0)
        draw_face(canvas, person, (face_x, y), face_half, unit, facing)
    draw_headwear(canvas, rng, person, (x, y), half, unit, view)


def draw_face(canvas: Canvas, person: Person, at: tuple[float, float], half: float, unit: float, facing: float) -> None:
    x, y = at
    eye = y + 0.002 * unit
    if facing > 0.2:
        for side in (-1, 1):
            canvas.ellipse((x + side * half * 0.45, eye), 0.006 * unit, 0.004 * unit, darker(person.skin, 0.35), 0)
        mouth = y + 0.042 * unit
        canvas.line([(x - half * 0.3, mouth), (x + half * 0.3, mouth)], darker(person.skin, 0.6), 0, 0.006 * unit)
    if person.beard:
        canvas.polygon(ellipse((x, y + 0.03 * unit), half * 0.97, 0.04 * unit, 0, 180),
                       darker(person.hair.paint.rgb, 0.9), SLOT_PARTS["hair"])
    if person.mask:
        canvas.rounded(ellipse((x, y + 0.018 * unit), half * 0.97, 0.046 * unit, 0, 180), person.mask.rgb, SLOT_PARTS["mask"])
    if person.eyewear:
        dark = person.eyewear == "sunglasses"
        canvas.line([(x - half, eye), (x + half, eye)], (22, 22, 24), 0, (0.02 if dark else 0.007) * unit)


def draw_headwear(canvas: Canvas, rng: Random, person: Person, at: tuple[float, float], half: float, unit: float, view: Projection) -> None:
    wear = person.headwear
    if wear is None:
        return
    x, y = at
    colour, part, turn = wear.paint.rgb, SLOT_PARTS["headwear"], math.sin(view.yaw)
    if wear.kind in ("headscarf", "hood"):
        canvas.ellipse((x - turn * 0.008 * unit, y), half * 1.28, 0.082 * unit, colour, part)
        if wear.kind == "headscarf":
            canvas.limb((x, y + 0.05 * unit), (x, y + 0.13 * unit), half, half * 1.7, colour, part)
        if view.facing() > -0.1:
            face_half = 0.036 * unit * (0.55 + 0.45 * max(0, view.facing()))
            at = (x + turn * 0.03 * unit, y)
            canvas.ellipse((at[0], y + 0.012 * unit), face_half, 0.044 * unit, person.skin, 0)
            draw_face(canvas, person, at, face_half, unit, view.facing())
        return
    depth = {"beanie": 0.068, "helmet": 0.074}.get(wear.kind, 0.062)
    crown = ellipse((x, y - 0.012 * unit), half * (1.2 if wear.kind == "helmet" else 1.1), depth * unit, 180, 360)
    canvas.rounded(crown, colour, part)
    if wear.kind == "beanie":
        canvas.polygon([(x - half * 1.1, y - 0.026 * unit), (x + half * 1.1, y - 0.026 * unit), (x + half * 1.1, y - 0.006 * unit),
                        (x - half * 1.1, y - 0.006 * unit)], darker(colour, 0.8), part)
    elif wear.kind == "cap":
        back = rng.random() < 0.1
        brim = (x + turn * (0.075 if not back else -0.07) * unit, y - 0.01 * unit + view.facing() * 0.014 * unit)
        canvas.limb((x + turn * half * 0.5, y - 0.016 * unit), brim, 0.012 * unit + half * 0.5 * abs(view.facing()), 0.01 * unit
                    + half * 0.4 * max(0, view.facing()), darker(colour, 0.75), part)
    elif wear.kind == "hat":
        canvas.ellipse((x, y - 0.014 * unit), half * rng.uniform(1.6, 2.0), 0.017 * unit, darker(colour, 0.85), part)
