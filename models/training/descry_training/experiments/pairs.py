"""Crops with one fixed caption each and the identity of the person, as the papers' data sets have them."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

import numpy as np

from ..batches import TrainingSet
from ..language.noise import prune
from ..language.tokenizer import WordPiece
from ..statements import SENTENCES

LONGEST = 64  # word pieces; longer captions are cut


@dataclass(frozen=True)
class Pairs:
    """n pairs; captions as int32 [n, LONGEST], 0 behind the end."""

    pixels: np.ndarray  # uint8 [n, H, W, 3]
    captions: np.ndarray
    attributes: np.ndarray  # bool [n, LONGEST]
    pruned: np.ndarray  # the captions without anything but pronouns, nouns and adjectives
    people: np.ndarray  # int64 [n]

    def __len__(self) -> int:
        return len(self.people)

    def shuffled(self, share: float, seed: int) -> tuple["Pairs", np.ndarray]:
        """Captions exchanged among a share of the pairs, and which pairs those are (bool [n]).

        As RDE's published `inject_noisy_correspondence`: a permutation among floor(share * n) random pairs, some of
        which may keep their own caption.
        """
        generator = np.random.default_rng(seed)
        chosen = generator.permutation(len(self))[: int(share * len(self))]
        order = np.arange(len(self))
        order[chosen] = generator.permutation(chosen)
        moved = replace(
            self, captions=self.captions[order], attributes=self.attributes[order], pruned=self.pruned[order]
        )
        return moved, order != np.arange(len(self))

    def write(self, path: Path) -> None:
        np.savez_compressed(path, **asdict(self))

    @staticmethod
    def read(path: Path) -> "Pairs":
        with np.load(path) as arrays:
            return Pairs(**arrays)


def pairs_of(crops: TrainingSet, tokenizer: WordPiece, people: np.ndarray, seed: int) -> Pairs:
    """All crops of these people (numbers in the set), shrunk, each with one of its sentences."""
    said, rng, each = crops.statements, Random(seed), crops.pictures.plan.crops
    chosen = (people[:, None] * each + np.arange(each)).ravel()
    sentences = chosen * said.each + [rng.randrange(SENTENCES) for _ in chosen]
    captions = cut(said.tokens(sentences, np.zeros(len(chosen), bool)))
    pruned = [tokenizer.encode(prune(tokenizer.decode(row)), LONGEST) for row in captions]
    return Pairs(
        pixels=shrunk(crops.pictures.pixels[chosen]),
        captions=captions,
        attributes=cut(said.attributes.padded(sentences, bool)),
        pruned=np.concatenate([cut(np.array([row], np.int32)) for row in pruned]),
        people=chosen // each,
    )


def shrunk(pixels: np.ndarray) -> np.ndarray:
    """uint8 [n, H, W, 3] -> uint8 [n, H / 2, W / 2, 3], means of four pixels."""
    count, height, width, _ = pixels.shape
    blocks = pixels.reshape(count, height // 2, 2, width // 2, 2, 3)
    return blocks.mean(axis=(2, 4), dtype=np.float32).round().astype(np.uint8)


def cut(rows: np.ndarray) -> np.ndarray:
    """[n, any] -> [n, LONGEST]"""
    result = np.zeros((len(rows), LONGEST), rows.dtype)
    width = min(LONGEST, rows.shape[1])
    result[:, :width] = rows[:, :width]
    return result
