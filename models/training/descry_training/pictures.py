"""Draw a set of crops once and keep them as arrays.

A set is a folder: pixels.npy uint8 [crops, H, W, 3] (already resized as the app resizes), parts.npy uint16
[crops, rows, columns] (footage.crop.part_grid), views.npy float32 [crops, 3] (yaw, action, elevation), set.json.
People are not stored: person i of a set is `person_of(plan, i)`.
"""

import json
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from .camera import VideoCamera, film, sample_camera
from .footage.crop import draw_crop, part_grid, sample_view
from .people.person import Person, View
from .people.sample import sample_person
from .things.hands import settle_hands

HEIGHT, WIDTH, ROWS, COLUMNS = 128, 48, 16, 6
ACTIONS = ("walking", "standing", "running", "sitting")
RENDERED = (160, 256)  # smallest and largest height of a drawing before the camera


@dataclass(frozen=True)
class SetPlan:
    """What is in a set. Kinds and patterns in `withheld` are worn by nobody, one of `required` by everybody (if any are
    named); `styles` names the cameras used, empty for all."""

    seed: int
    people: int
    crops: int = 2
    withheld: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


def person_of(plan: SetPlan, index: int) -> Person:
    return settle_hands(
        sample_person(Random(f"person {plan.seed} {index}"), frozenset(plan.withheld), frozenset(plan.required))
    )


def resize(image: Image.Image) -> np.ndarray:
    """[HEIGHT, WIDTH, 3] uint8, as the app prepares a crop."""
    return np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR))


def sample_shot(plan: SetPlan, index: int, crop: int) -> tuple[Random, View, VideoCamera]:
    """How one crop of a person is taken; the generator goes on to draw it."""
    rng = Random(f"crop {plan.seed} {index} {crop}")
    return rng, sample_view(rng), sample_camera(rng, plan.styles or None)


def draw_person(plan: SetPlan, index: int) -> tuple[np.ndarray, np.ndarray, list[View]]:
    """All crops of one person: each in another place, from another side, by another camera."""
    person = person_of(plan, index)
    pixels, parts, views = [], [], []
    for crop in range(plan.crops):
        rng, view, camera = sample_shot(plan, index, crop)
        height = min(RENDERED[1], max(RENDERED[0], round(camera.rows * 1.3)))
        drawing = draw_crop(rng, person, view, height)
        image = film(drawing.image, camera, np.random.default_rng(rng.getrandbits(63)), camera.rows)
        pixels.append(resize(Image.fromarray(image)))
        parts.append(part_grid(drawing.parts, ROWS, COLUMNS))
        views.append(view)
    return np.stack(pixels), np.stack(parts), views


def _draw(job: tuple[SetPlan, int]) -> tuple[np.ndarray, np.ndarray, list[View]]:
    return draw_person(*job)


def generate(folder: Path, plan: SetPlan, processes: int) -> None:
    """Draw the set into `folder`; done already if set.json says the same."""
    marker, description = folder / "set.json", json.loads(json.dumps(asdict(plan)))
    if marker.exists() and json.loads(marker.read_text()) == description:
        return
    folder.mkdir(parents=True, exist_ok=True)
    count = plan.people * plan.crops
    pixels = np.lib.format.open_memmap(folder / "pixels.npy", "w+", np.uint8, (count, HEIGHT, WIDTH, 3))
    parts = np.zeros((count, ROWS, COLUMNS), np.uint16)
    views = np.zeros((count, 3), np.float32)
    with get_context("spawn").Pool(processes) as pool:
        jobs = ((plan, index) for index in range(plan.people))
        for index, (drawn, grids, seen) in enumerate(pool.imap(_draw, jobs, chunksize=16)):
            rows = slice(index * plan.crops, (index + 1) * plan.crops)
            pixels[rows], parts[rows] = drawn, grids
            views[rows] = [(view.yaw, ACTIONS.index(view.action), view.elevation) for view in seen]
            if (index + 1) % 1000 == 0:
                print(f"drawn {index + 1} of {plan.people} people", flush=True)
    pixels.flush()
    np.save(folder / "parts.npy", parts)
    np.save(folder / "views.npy", views)
    marker.write_text(json.dumps(description))


class PictureSet:
    """The crops of a folder; crop i shows person i // plan.crops."""

    def __init__(self, folder: Path):
        described = json.loads((folder / "set.json").read_text())
        self.plan = SetPlan(
            **{key: tuple(value) if isinstance(value, list) else value for key, value in described.items()}
        )
        self.pixels = np.load(folder / "pixels.npy", mmap_mode="r")
        self.parts = np.load(folder / "parts.npy")
        self.views = [
            View(round(float(yaw), 1), ACTIONS[int(action)], round(float(elevation), 1))
            for yaw, action, elevation in np.load(folder / "views.npy")
        ]

    def __len__(self) -> int:
        return len(self.views)

    def person_index(self, crop: int) -> int:
        return crop // self.plan.crops
