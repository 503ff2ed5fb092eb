"""What is said of every crop of a set, made once: several sentences and phrases a crop as token ids, with their facts.

Labels are exact: a statement is a right answer for every crop whose facts contain its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np

from .language import captions, noise
from .language.describable import all_facts, describe
from .language.lexicon import ATTRIBUTES
from .language.tokenizer import WordPiece, split_words
from .people.person import View
from .pictures import PictureSet, SetPlan, person_of

SENTENCES, PHRASES = 6, 6  # a crop
MISSPELT = 0.05
SPLIT = 0.05  # of the words cut into smaller pieces
PRUNED = 0.1  # of the sentences: only pronouns, nouns and adjectives stay (SEN), unless that would turn their meaning
NEGATION = re.compile(r"\b(?:no|not|without|nothing|never)\b|n't\b", re.IGNORECASE)
MAXIMUM_TOKENS = 96


@dataclass(frozen=True)
class Said:
    """All statements of one crop, sentences first, and the facts of the crop."""

    texts: list[str]
    stated: list[frozenset[str]]
    parts: list[int]
    known: set[str]


def _say(job: tuple[SetPlan, int, list[View], int]) -> list[Said]:
    plan, index, views, seed = job
    known = describe(person_of(plan, index))
    found = []
    for number, view in enumerate(views):
        rng = Random(f"statements {seed} {plan.seed} {index} {number}")
        said = [captions.sentence(rng, known, view) for _ in range(SENTENCES)]
        said += [captions.phrase(rng, known, view) for _ in range(PHRASES)]
        texts = [noise.misspell(rng, each.text) if rng.random() < MISSPELT else each.text for each in said]
        texts[:SENTENCES] = [
            noise.prune(text) if rng.random() < PRUNED and not NEGATION.search(text) else text
            for text in texts[:SENTENCES]
        ]
        found.append(Said(texts, [each.facts for each in said], [each.part for each in said], all_facts(known, view)))
    return found


def say(pictures: PictureSet, seed: int, processes: int) -> Iterator[Said]:
    """What is said of every crop, in order."""
    plan = pictures.plan
    jobs = (
        (plan, index, pictures.views[index * plan.crops : (index + 1) * plan.crops], seed)
        for index in range(plan.people)
    )
    if processes < 2:
        for person in map(_say, jobs):
            yield from person
        return
    with get_context("spawn").Pool(processes) as pool:
        for person in pool.imap(_say, jobs, chunksize=64):
            yield from person


@dataclass(frozen=True)
class Ragged:
    """Rows of different length in one array: row i is values[starts[i] : starts[i + 1]]."""

    values: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, rows: list, kind: type) -> "Ragged":
        lengths = np.fromiter((len(row) for row in rows), np.int64, len(rows))
        values = np.fromiter((value for row in rows for value in row), kind, int(lengths.sum()))
        return cls(values, np.concatenate([[0], np.cumsum(lengths)]))

    def row(self, index: int) -> np.ndarray:
        return self.values[self.starts[index] : self.starts[index + 1]]

    def padded(self, rows: np.ndarray, kind: type) -> np.ndarray:
        """[rows, longest], 0 behind the end."""
        chosen = [self.row(row) for row in rows]
        result = np.zeros((len(chosen), max(1, max(map(len, chosen)))), kind)
        for target, values in zip(result, chosen):
            target[: len(values)] = values
        return result


class StatementSet:
    """Statements of a set; those of crop i are rows i * each .. of every array, sentences first."""

    each = SENTENCES + PHRASES
    _RAGGED = {"ids": np.int16, "attributes": np.uint8, "stated": np.int32, "known": np.int32}

    def __init__(self, pictures: PictureSet, tokenizer: WordPiece, kept: Path, seed: int = 1, processes: int = 1):
        """Made anew unless they are `kept` (an .npz file) already."""
        if not kept.exists():
            self._make(pictures, tokenizer, kept, seed, processes)
        with np.load(kept) as arrays:
            self.ids, self.attributes, self.stated, self.known = (
                Ragged(arrays[f"{name}.values"], arrays[f"{name}.starts"]) for name in self._RAGGED
            )
            self.parts, self.mirrored_fact = arrays["parts"], arrays["mirrored_fact"]
        self.mirrored_id = np.arange(len(tokenizer))
        left, right = (tokenizer.encode(side)[0] for side in ("left", "right"))
        self.mirrored_id[[left, right]] = right, left

    def _make(self, pictures: PictureSet, tokenizer: WordPiece, kept: Path, seed: int, processes: int) -> None:
        facts: dict[str, int] = {}
        rows: dict[str, list] = {name: [] for name in self._RAGGED}
        parts: list[int] = []
        rng = Random(f"pieces {seed}")

        def numbers(named: set[str] | frozenset[str]) -> np.ndarray:
            return np.array([facts.setdefault(fact, len(facts)) for fact in sorted(named)], np.int32)

        for said in say(pictures, seed, processes):
            for text, stated in zip(said.texts, said.stated):
                ids, attributes = mark(rng, tokenizer, text)
                rows["ids"].append(ids[:MAXIMUM_TOKENS])
                rows["attributes"].append(attributes[:MAXIMUM_TOKENS])
                rows["stated"].append(numbers(stated))
            rows["known"].append(numbers(said.known))
            parts += said.parts
        mirrored = [facts.setdefault(noise.swap_sides(fact), len(facts)) for fact in list(facts)]
        mirrored += range(len(mirrored), len(facts))  # facts that only a mirror shows
        arrays = {"parts": np.array(parts, np.uint8), "mirrored_fact": np.array(mirrored)}
        for name, kind in self._RAGGED.items():
            ragged = Ragged.of(rows[name], kind)
            arrays |= {f"{name}.values": ragged.values, f"{name}.starts": ragged.starts}
        partial = kept.with_suffix(".partial.npz")
        np.savez(partial, **arrays)
        partial.replace(kept)

    def tokens(self, statements: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
        """int32 [n, longest]; left and right change places where `mirrored`."""
        ids = self.ids.padded(statements, np.int32)
        ids[mirrored] = self.mirrored_id[ids[mirrored]]
        return ids

    def matches(self, statements: np.ndarray, crops: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
        """bool [n, n]: the facts of crop j contain those of statement i; both seen in a mirror where `mirrored`."""
        stated, known = self._spread(self.stated, statements, mirrored), self._spread(self.known, crops, mirrored)
        return stated @ known.T >= stated.sum(axis=1, keepdims=True) - 0.5

    def _spread(self, rows: Ragged, chosen: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
        result = np.zeros((len(chosen), len(self.mirrored_fact)), np.float32)
        for target, index, flip in zip(result, chosen, mirrored):
            row = rows.row(index)
            target[self.mirrored_fact[row] if flip else row] = 1
        return result


def mark(rng: Random, tokenizer: WordPiece, text: str) -> tuple[list[int], list[bool]]:
    """Token ids of a text, and which of them belong to words that say how something looks.

    Some words are cut into smaller pieces than usual, so that the pieces of unknown words mean something.
    """
    ids: list[int] = []
    attributes: list[bool] = []
    for word in split_words(text):
        pieces = tokenizer.encode_split(rng, word, share=SPLIT)
        ids += pieces
        attributes += [word in ATTRIBUTES] * len(pieces)
    return ids, attributes
