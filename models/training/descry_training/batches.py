"""Pictures and statements put together for training."""

from collections.abc import Iterator
from dataclasses import dataclass
from queue import Queue
from random import Random
from threading import Thread

import numpy as np

from .pictures import PictureSet
from .statements import PHRASES, SENTENCES, StatementSet

# Few sentences are longer, yet one of them makes a whole batch slow: most batches are cut.
USUAL_TOKENS, WHOLE = 48, 0.1


@dataclass(frozen=True)
class Batch:
    """n crops with one sentence and one phrase each. `*_matches[i, j]`: statement i is true of crop j.

    Mirrored crops come with mirrored words (left for right), and count as crops of which those are true.
    """

    pixels: np.ndarray  # uint8 [n, H, W, 3]
    parts: np.ndarray  # uint16 [n, rows, columns]
    crops: np.ndarray  # int64 [n], places in the set
    people: np.ndarray  # int64 [n]
    sentences: np.ndarray  # int32 [n, length], 0 behind the end
    sentence_attributes: np.ndarray  # bool [n, length]: pieces of words that describe
    phrases: np.ndarray  # int32 [n, length]
    sentence_matches: np.ndarray  # bool [n, n]
    phrase_matches: np.ndarray  # bool [n, n]
    phrase_parts: np.ndarray  # uint8 [n]


class TrainingSet:
    def __init__(self, pictures: PictureSet, statements: StatementSet):
        self.pictures, self.statements = pictures, statements

    def __len__(self) -> int:
        return len(self.pictures)

    def batch(self, rng: Random, crops: list[int], mirror: float = 0.5, longest: int | None = None) -> Batch:
        """`mirror`: share of crops seen in a mirror; sentences are cut after `longest` tokens."""
        said, drawn, count = self.statements, self.pictures, len(crops)
        mirrored = np.array([rng.random() < mirror for _ in crops])
        chosen = np.array(crops)
        sentences = chosen * said.each + [rng.randrange(SENTENCES) for _ in crops]
        phrases = chosen * said.each + SENTENCES + [rng.randrange(PHRASES) for _ in crops]
        order = np.argsort(chosen)  # the pictures lie on disk
        pixels = np.empty((count, *drawn.pixels.shape[1:]), np.uint8)
        pixels[order] = drawn.pixels[chosen[order]]
        parts = drawn.parts[chosen]
        pixels[mirrored], parts[mirrored] = pixels[mirrored, :, ::-1], parts[mirrored, :, ::-1]
        return Batch(
            pixels,
            parts,
            chosen,
            np.array([drawn.person_index(crop) for crop in crops]),
            said.tokens(sentences, mirrored)[:, :longest],
            said.attributes.padded(sentences, bool)[:, :longest],
            said.tokens(phrases, mirrored),
            said.matches(sentences, chosen, mirrored),
            said.matches(phrases, chosen, mirrored),
            said.parts[phrases],
        )

    def batches(self, seed: int, first: int, last: int, size: int) -> Iterator[Batch]:
        """Batches first..last-1 of the endless sequence `seed` (so that training can resume), prepared ahead.

        A batch holds size / 2 people, two crops each.
        """
        queue: Queue[Batch | BaseException | None] = Queue(maxsize=3)
        each = self.pictures.plan.crops

        def prepare() -> None:
            try:
                for step in range(first, last):
                    rng = Random(f"batch {seed} {step}")
                    people = rng.sample(range(self.pictures.plan.people), size // 2)
                    crops = [index * each + k for index in people for k in rng.sample(range(each), 2)]
                    longest = None if rng.random() < WHOLE else USUAL_TOKENS
                    queue.put(self.batch(rng, crops, longest=longest))
                queue.put(None)
            except BaseException as problem:  # noqa: BLE001  raised again where the batches are used
                queue.put(problem)

        Thread(target=prepare, daemon=True).start()
        while (batch := queue.get()) is not None:
            if isinstance(batch, BaseException):
                raise batch
            yield batch
