"""Quick lots. `random.Random.choice` is twice as slow, and captions are made for every crop of every step."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Any = TypeVar("Any")


def pick(rng: Random, options: Sequence[Any]) -> Any:
    """Any of them alike."""
    return options[int(rng.random() * len(options))]


def early(rng: Random, options: Sequence[Any]) -> Any:
    """Earlier ones more often: the first of 10 comes in every third draw, the last in every 23rd."""
    return options[int(rng.random() ** 2.3 * len(options))]


def chance(rng: Random, share: float) -> bool:
    return rng.random() < share


def split(text: str) -> tuple[str, ...]:
    """A table's cell: wordings divided by commas, the usual ones first."""
    return tuple(word.strip() for word in text.split(",") if word.strip())
