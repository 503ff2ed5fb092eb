"""A whole crop: place, light, neighbours, things in front, the person, and the detector's imperfect box."""

import math
from dataclasses import dataclass
from random import Random

import numpy as np

from ..body.pose import Pose, sample_pose
from ..people.person import Person, View
from ..places import Place, sample_occluders, sample_place
from ..rendering.render import render
from ..rendering.surface import Surface
from ..rendering.view import frame_box, look_at
from ..things.hands import hand_demands
from .crowd import neighbours
from .figure import body_surfaces, carried_surfaces, stand

PART_SHARE = 0.2  # a cell shows a part when this much of it is covered
TOWARDS_CAMERA = math.pi / 2  # azimuth of the camera


@dataclass(frozen=True)
class Drawing:
    """image float32 [h, w, 3] linear; parts uint8 [h, w] of language.describable.SLOT_PARTS, 0 elsewhere."""

    image: np.ndarray
    parts: np.ndarray


@dataclass(frozen=True)
class Box:
    """A detector's box: margins above and below as fractions of the height (negative: the body is cut off), a shift
    sideways as a fraction of the width, and width / height."""

    top: float
    bottom: float
    shift: float
    aspect: float


def sample_view(rng: Random) -> View:
    """Front, back and sides about as often as on streets, all angles between; cameras mostly a little above."""
    kind = rng.random()
    if kind < 0.34:
        yaw = rng.gauss(0, 20)
    elif kind < 0.66:
        yaw = rng.gauss(180, 20)
    elif kind < 0.84:
        yaw = rng.choice((-90, 90)) + rng.gauss(0, 15)
    else:
        yaw = rng.uniform(-180, 180)
    action = rng.choices(("walking", "standing", "running"), (70, 27, 3))[0]
    elevation = min(40.0, abs(rng.gauss(11, 9)) if rng.random() < 0.8 else rng.uniform(10, 36))
    return View(round((yaw + 180) % 360 - 180, 1), action, round(elevation, 1))


def sample_box(rng: Random, natural: float) -> Box:
    """`natural` is the aspect of the tight box around the person."""
    loose = rng.random() < 0.2
    margin = (lambda: rng.uniform(0.03, 0.12)) if loose else (lambda: rng.gauss(0.02, 0.02))  # noqa: E731
    top, bottom = margin(), margin()
    if rng.random() < 0.07:
        bottom = -rng.uniform(0.05, 0.5)  # legs out of the picture
    if rng.random() < 0.02:
        top = -rng.uniform(0.02, 0.08)
    fixed = rng.random() < 0.65
    aspect = rng.uniform(0.36, 0.5) if fixed else min(0.62, max(0.3, natural * rng.uniform(1.0, 1.35)))
    return Box(top, bottom, rng.gauss(0, 0.035), aspect)


def draw_crop(
    rng: Random,
    person: Person,
    view: View,
    height: int,
    place: Place | None = None,
    box: Box | None = None,
    pose: Pose | None = None,
    crowded: bool = True,
) -> Drawing:
    """Draw the person in `view`, `height` pixels tall. What is not given is sampled."""
    yaw = math.radians(view.yaw)
    pose = pose or sample_pose(rng, view.action, hand_demands(person))
    skeleton = stand(person, pose, yaw)
    body = body_surfaces(person, skeleton)
    things = carried_surfaces(person, skeleton, rng, body)
    distance = rng.uniform(4.0, 13.0)
    slope = math.tan(math.radians(view.elevation))
    position, rotation = look_at((0.0, distance, 0.95 + distance * slope), (0.0, 0.0, 0.95), rng.gauss(0, 0.015))
    place = place or sample_place(rng, None, TOWARDS_CAMERA)
    others: list[Surface] = []
    if crowded:
        others += neighbours(rng, yaw, view.action)
        if rng.random() < 0.14:
            others += sample_occluders(rng, position, skeleton.height)
    boxed = np.concatenate([surface.points.reshape(-1, 3) for surface in body])
    low, high = np.ptp(boxed @ rotation[0]), np.ptp(boxed @ rotation[1])
    box = box or sample_box(rng, low / high)
    pinhole, width = frame_box(position, rotation, boxed, height, box.top, box.bottom, box.shift, box.aspect)
    picture = render([*place.surfaces, *others, *body, *things], pinhole, place.light, width, height)
    return Drawing(picture.colour, picture.part)


def part_grid(parts: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """uint16 [rows, columns]: bit p is set where part p covers at least PART_SHARE of a cell."""
    height, width = parts.shape
    row = np.minimum(np.arange(height) * rows // height, rows - 1)
    column = np.minimum(np.arange(width) * columns // width, columns - 1)
    cell = row[:, None] * columns + column[None]
    counts = np.bincount((cell * 16 + parts).ravel(), minlength=rows * columns * 16).reshape(rows * columns, 16)
    shown = counts[:, 1:] >= PART_SHARE * counts.sum(axis=1, keepdims=True)
    return (shown * (1 << np.arange(1, 16))).sum(axis=1).astype(np.uint16).reshape(rows, columns)
