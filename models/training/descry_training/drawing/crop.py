"""A whole crop: place, neighbours, the person, things in front, and the detector's imperfect box."""

from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image

from ..describable import SLOT_PARTS, View
from ..people import Person, sample_person
from .canvas import Canvas, ellipse
from .figure import draw_person
from .scene import draw_scene, smooth_noise, tone
from .skeleton import Pose, Projection, pose_body, sample_pose

HEIGHT = 256  # pixels of the drawing before the camera
PART_SHARE = 0.2  # a cell shows a part when this much of it is covered


@dataclass(frozen=True)
class Drawing:
    image: Image.Image  # HEIGHT tall
    parts: Image.Image  # same size, values of describable.SLOT_PARTS


def draw_crop(rng: Random, person: Person, view: View, background: Image.Image | None = None,
              pitch: float | None = None, light: float | None = None, pose: Pose | None = None,
              details: Random | None = None) -> Drawing:
    """`background`, `pitch` (radians), `light`, `pose` are chosen at random unless footage fixes them.

    `details` decides cuts, bag sizes and the like: give the same one again for the same person in the same clothes.
    """
    width = round(HEIGHT * rng.triangular(0.32, 0.54, 0.4)) if background is None else background.width
    background = background or draw_scene(rng, width, HEIGHT)
    canvas = Canvas(background, rng.uniform(-1, 1) if light is None else light)
    pitch = rng.uniform(0.0, 0.45) if pitch is None else pitch
    pose = pose or sample_pose(rng, view)
    if person.holding or person.umbrella:
        pose = Pose(pose.yaw, pose.phase, pose.stride, pose.sway, -pose.carrying_arm, pose.carrying_arm)
    projection = frame(rng, person, pose, pitch, width)
    if rng.random() < 0.22:
        draw_neighbour(canvas, rng, projection, behind=True)
    ground_shadow(canvas, rng, projection)
    draw_person(canvas, details or rng, person, pose, pose_body(person, pose), projection)
    if rng.random() < 0.07:
        draw_neighbour(canvas, rng, projection, behind=False)
    if rng.random() < 0.1:
        draw_occluder(canvas, rng)
    image = canvas.shaded(cloth_folds(rng, width), rng.uniform(0.5, 1.5))
    return Drawing(image, canvas.part)


def frame(rng: Random, person: Person, pose: Pose, pitch: float, width: int) -> Projection:
    """Where the box lies around the person; one in twelve boxes cuts the feet off."""
    room = 0.2 if person.umbrella else 0.0
    top = HEIGHT * (rng.uniform(0.005, 0.08) + room)
    tall = HEIGHT * (rng.uniform(0.98, 1.0) if rng.random() < 0.8 else rng.uniform(0.9, 0.98)) - top
    scale = tall / (np.cos(pitch) + 0.05 * np.sin(pitch))
    if rng.random() < 0.08:
        scale *= rng.uniform(1.05, 1.3)
    shape = {"short": 1.08, "tall": 0.94}.get(person.height, 1.0) * (1.12 if person.age == "child" else 1.0)
    return Projection(pose.yaw, pitch, scale, width * rng.triangular(0.36, 0.64, 0.5), top, shape * rng.uniform(0.9, 1.12))


def draw_neighbour(canvas: Canvas, rng: Random, main: Projection, behind: bool) -> None:
    """Somebody else partly in the box. Nothing of them is labelled."""
    other = sample_person(rng)
    view = View(rng.choice(("front", "back", "side")), "walking")
    pose = sample_pose(rng, view)
    side = rng.choice((-1, 1))
    scale = main.scale * (rng.uniform(0.6, 0.95) if behind else rng.uniform(1.0, 1.2))
    centre = main.centre + side * canvas.size[0] * (rng.uniform(0.3, 0.6) if behind else rng.uniform(0.48, 0.62))
    before = canvas.part.copy()
    draw_person(canvas, rng, other, pose, pose_body(other, pose),
                Projection(pose.yaw, main.pitch, scale, centre, main.top + HEIGHT * rng.uniform(-0.05, 0.2), main.widen))
    drawn = np.asarray(canvas.part) != np.asarray(before)
    kept = np.where(drawn, 0, np.asarray(before))
    canvas.part.paste(Image.fromarray(kept.astype(np.uint8)))


def draw_occluder(canvas: Canvas, rng: Random) -> None:
    """A rail, pole, car bonnet or counter in front."""
    width, height = canvas.size
    colour = tone(rng, 30, 210, 24)
    kind = rng.choice(("low", "low", "pole", "corner"))
    if kind == "low":
        y = height * rng.uniform(0.62, 0.92)
        points = [(0, y), (width, y + height * rng.uniform(-0.06, 0.06)), (width, height), (0, height)]
    elif kind == "pole":
        x, w = width * rng.uniform(0, 0.95), width * rng.uniform(0.05, 0.2)
        points = [(x, 0), (x + w, 0), (x + w, height), (x, height)]
    else:
        x = rng.choice((0, width))
        points = [(x, height * rng.uniform(0.3, 0.7)), (width * rng.uniform(0.3, 0.6), height), (x, height)]
    canvas.polygon(points, colour, 0)


def ground_shadow(canvas: Canvas, rng: Random, view: Projection) -> None:
    x, y = view.point((0, 0.985, 0))
    strength = rng.uniform(0, 0.5)
    points = ellipse((x + rng.uniform(-0.1, 0.1) * view.scale, y), rng.uniform(0.1, 0.25) * view.scale, 0.025 * view.scale)
    canvas.darken(points, 0.7 * strength)


def cloth_folds(rng: Random, width: int) -> np.ndarray:
    """[HEIGHT, width] relative change of light: broad bulges, long vertical folds, fine weave."""
    generator = np.random.default_rng(rng.getrandbits(63))
    broad = smooth_noise(generator, HEIGHT, width, 18, 7) * rng.uniform(0.03, 0.22)
    folds = smooth_noise(generator, HEIGHT, width, 12, 22) * rng.uniform(0.02, 0.16)
    fine = smooth_noise(generator, HEIGHT, width, 80, 36) * rng.uniform(0.0, 0.09)
    return broad + folds + fine


def part_grid(parts: Image.Image, rows: int, columns: int) -> np.ndarray:
    """[rows, columns] uint16: bit p is set where part p covers at least PART_SHARE of the cell."""
    fine = 4
    small = np.asarray(parts.resize((columns * fine, rows * fine), Image.Resampling.NEAREST))
    cells = small.reshape(rows, fine, columns, fine)
    grid = np.zeros((rows, columns), np.uint16)
    for part in SLOT_PARTS.values():
        grid |= ((cells == part).mean(axis=(1, 3)) >= PART_SHARE).astype(np.uint16) << part
    return grid
