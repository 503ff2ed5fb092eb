"""Draw a set of crops once, keep them as arrays, and hand out batches with captions and exact labels.

A set is a folder: pixels.npy uint8 [crops, H, W, 3] (already resized as the app resizes), parts.npy uint16
[crops, rows, columns] (drawing.crop.part_grid), views.npy uint8 [crops, 2], set.json. People are not stored:
person i of a set is `person_of(seed, i)`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from queue import Queue
from random import Random
from threading import Thread

import numpy as np
from PIL import Image

from . import captions
from .describable import View, all_facts
from .drawing.camera import compress, sample_camera, take
from .drawing.crop import draw_crop, part_grid
from .people import Person, sample_person

HEIGHT, WIDTH, ROWS, COLUMNS = 128, 48, 16, 6
DIRECTIONS, ACTIONS = ("front", "back", "side"), ("walking", "standing", "running")


def person_of(seed: int, index: int) -> Person:
    return sample_person(Random(f"person {seed} {index}"))


def resize(image: Image.Image) -> np.ndarray:
    """[HEIGHT, WIDTH, 3] uint8, as the app prepares a crop."""
    return np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR))


def draw_views(seed: int, index: int, crops: int) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
    """All crops of one person: each in another place, from another side, by another camera."""
    person = person_of(seed, index)
    pixels, parts, views = [], [], []
    for crop in range(crops):
        rng = Random(f"crop {seed} {index} {crop}")
        direction = rng.choices((0, 1, 2), (4, 3, 3))[0]
        action = rng.choices((0, 1, 2), (7, 3, 0.5))[0]
        drawing = draw_crop(rng, person, View(DIRECTIONS[direction], ACTIONS[action]))
        camera = sample_camera(rng)
        image = compress(take(drawing.image, camera, np.random.default_rng(rng.getrandbits(63))), camera.quality)
        pixels.append(resize(image))
        parts.append(part_grid(drawing.parts, ROWS, COLUMNS))
        views.append((direction, action))
    return np.stack(pixels), np.stack(parts), views


def _draw_views(job: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
    return draw_views(*job)


def generate(folder: Path, seed: int, people: int, crops: int, processes: int) -> None:
    """Draw `people` x `crops` pictures into `folder`; done already if set.json says the same."""
    description = {"seed": seed, "people": people, "crops": crops}
    marker = folder / "set.json"
    if marker.exists() and json.loads(marker.read_text()) == description:
        return
    folder.mkdir(parents=True, exist_ok=True)
    count = people * crops
    pixels = np.lib.format.open_memmap(folder / "pixels.npy", "w+", np.uint8, (count, HEIGHT, WIDTH, 3))
    parts = np.zeros((count, ROWS, COLUMNS), np.uint16)
    views = np.zeros((count, 2), np.uint8)
    with get_context("fork").Pool(processes) as pool:
        jobs = ((seed, index, crops) for index in range(people))
        for index, drawn in enumerate(pool.imap(_draw_views, jobs, chunksize=64)):
            rows = slice(index * crops, (index + 1) * crops)
            pixels[rows], parts[rows], views[rows] = drawn
            if (index + 1) % 2000 == 0:
                print(f"drawn {index + 1} of {people} people", flush=True)
    pixels.flush()
    np.save(folder / "parts.npy", parts)
    np.save(folder / "views.npy", views)
    marker.write_text(json.dumps(description))


@dataclass(frozen=True)
class Batch:
    """`matches` [statements, crops] says of which crops a statement is true; statement i was made for crop i."""

    pixels: np.ndarray  # uint8 [crops, H, W, 3]
    parts: np.ndarray  # uint16 [crops, rows, columns]
    sentences: list[str]
    phrases: list[str]
    sentence_matches: np.ndarray
    phrase_matches: np.ndarray
    phrase_parts: np.ndarray  # uint8 [phrases]


class CropSet:
    def __init__(self, folder: Path):
        description = json.loads((folder / "set.json").read_text())
        self.crops: int = description["crops"]
        self.pixels = np.load(folder / "pixels.npy", mmap_mode="r")
        self.parts = np.load(folder / "parts.npy")
        self.views = [View(DIRECTIONS[d], ACTIONS[a]) for d, a in np.load(folder / "views.npy")]
        self.people = [person_of(description["seed"], index) for index in range(description["people"])]

    def __len__(self) -> int:
        return len(self.views)

    def person(self, crop: int) -> Person:
        return self.people[crop // self.crops]

    def sentence(self, rng: Random, crop: int) -> captions.Statement:
        return captions.sentence(rng, self.person(crop), self.views[crop])

    def batch(self, rng: Random, crops: list[int], misspelt: float = 0.04) -> Batch:
        facts = [all_facts(self.person(crop), self.views[crop]) for crop in crops]
        sentences = [self.sentence(rng, crop) for crop in crops]
        phrases = [captions.phrase(rng, self.person(crop), self.views[crop]) for crop in crops]

        def text(statement: captions.Statement) -> str:
            return captions.misspell(rng, statement.text) if rng.random() < misspelt else statement.text

        def matches(statements: list[captions.Statement]) -> np.ndarray:
            return np.array([[statement.facts <= known for known in facts] for statement in statements])

        return Batch(
            self.pixels[crops], self.parts[crops], [text(s) for s in sentences], [text(p) for p in phrases],
            matches(sentences), matches(phrases), np.array([p.part for p in phrases], np.uint8),
        )

    def batches(self, seed: int, first: int, last: int, size: int) -> Iterator[Batch]:
        """Batches first..last-1 of the endless sequence `seed` (so that training can resume), prepared ahead.

        A batch holds size / 2 people, two crops each.
        """
        queue: Queue[Batch | None] = Queue(maxsize=3)

        def prepare() -> None:
            for step in range(first, last):
                rng = Random(f"batch {seed} {step}")
                people = rng.sample(range(len(self.people)), size // 2)
                crops = [index * self.crops + k for index in people for k in rng.sample(range(self.crops), 2)]
                queue.put(self.batch(rng, crops))
            queue.put(None)

        Thread(target=prepare, daemon=True).start()
        while (batch := queue.get()) is not None:
            yield batch
