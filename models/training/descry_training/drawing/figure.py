"""One person on a canvas, far things first."""

from collections.abc import Callable
from functools import partial
from random import Random

from ..describable import SLOT_PARTS
from ..people import Person
from . import carried, head, legs, trunk
from .canvas import Canvas
from .skeleton import Body, Pose, Projection

Step = tuple[float, Callable[[], None]]  # (nearness to the camera, what to draw)
HAND_HELD = {"handbag", "suitcase", "plastic bag", "briefcase"}


def draw_person(canvas: Canvas, rng: Random, person: Person, pose: Pose, body: Body, view: Projection) -> None:
    near_leg = max(("left", "right"), key=lambda side: view.nearness(body.joints[f"{side} knee"]))
    for side in ("left", "right"):
        if side != near_leg:
            legs.draw_leg(canvas, rng, person, body, view, side, 0.84)
    legs.draw_leg(canvas, rng, person, body, view, near_leg, 1.0)
    legs.draw_hips(canvas, rng, person, body, view)
    for _, draw in sorted(upper_steps(canvas, rng, person, pose, body, view), key=lambda step: step[0]):
        draw()


def upper_steps(canvas: Canvas, rng: Random, person: Person, pose: Pose, body: Body, view: Projection) -> list[Step]:
    behind = view.nearness((0, 0, -0.09))
    steps: list[Step] = [
        (0.0, partial(trunk.draw_upper, canvas, rng, person, body, view)),
        (0.005, partial(head.draw_head, canvas, rng, person, body, view)),
        (behind * 0.5, partial(head.draw_back_hair, canvas, rng, person, body, view)),
    ]
    for side in ("left", "right"):
        nearness = view.nearness(body.joints[f"{side} elbow"])
        bent = pose.bent_arm == (1 if side == "left" else -1)
        depth = nearness + (0.05 * view.facing() if bent else 0)
        steps.append((depth, partial(trunk.draw_arm, canvas, person, body, view, side, 1.0 if nearness > -0.03 else 0.86)))
    hand = "left" if pose.carrying_arm == 1 else "right"
    hand_nearness = view.nearness(body.joints[f"{hand} hand"])
    for bag in person.bags:
        if bag.kind == "backpack":
            steps.append((behind, partial(carried.draw_backpack_body, canvas, rng, bag, body, view)))
            steps.append((0.002, partial(carried.draw_backpack_straps, canvas, bag, body, view)))
        elif bag.kind == "shoulder bag":
            steps.append((0.2 if hand_nearness > -0.06 else -0.2,
                          partial(carried.draw_shoulder_bag, canvas, rng, bag, body, view, -pose.carrying_arm)))
        elif bag.kind == "waist bag":
            steps.append((0.003, partial(carried.draw_waist_bag, canvas, bag, body, view)))
        elif bag.kind in HAND_HELD:
            steps.append((hand_nearness + 0.01, partial(carried.draw_hand_bag, canvas, rng, bag, body, view, hand)))
    if person.scarf:
        steps.append((0.006, partial(draw_scarf, canvas, rng, person, body, view)))
    steps.append((0.3 if view.facing() > -0.5 else -0.3, partial(carried.draw_held, canvas, rng, person, body, pose, view)))
    steps.append((0.4, partial(carried.draw_umbrella, canvas, person, body, pose, view)))
    return steps


def draw_scarf(canvas: Canvas, rng: Random, person: Person, body: Body, view: Projection) -> None:
    x, y = view.point((0, 0.165, 0.0))
    part, colour = SLOT_PARTS["scarf"], person.scarf.rgb
    canvas.ellipse((x, y), view.half_width(0.062, 0.055), 0.026 * view.scale, colour, part)
    canvas.polygon(trunk.surface_patch(body, view, 0.17, rng.uniform(0.24, 0.36), -0.45, 0.05, 1.08), colour, part)
