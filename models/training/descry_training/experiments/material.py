"""What the runs need, made once and kept in `build`/experiments: pairs of both sets, and the base network.

Garments and camera styles are held out: nobody who trains wears a withheld kind, no training crop comes from a withheld
camera, everybody in the test set wears at least one, and all test crops come from such cameras.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..batches import TrainingSet
from ..language.tokenizer import WordPiece
from ..people.person import kinds_of
from ..pictures import PictureSet, SetPlan, generate, person_of, sample_shot
from ..statements import StatementSet
from .base import save, train_base
from .pairs import Pairs, pairs_of
from .plan import BASE_STEPS, CONTRAST, Run, network_of

TRAINING_PEOPLE, TEST_PEOPLE, TEST_SEED = 3000, 300, 910_000
STATEMENT_SEED, PAIR_SEED = 1, 11  # of what is said of a set, as in `recipe`; of which sentence is a crop's caption
WITHHELD = (
    "cardigan",
    "polo",
    "raincoat",
    "cargo trousers",
    "dots",
    "vertical stripes",
    "tote bag",
    "briefcase",
    "beanie",
)
WITHHELD_STYLES = ("analogue", "dim")


@lru_cache
def tokenizer_of(build: Path) -> WordPiece:
    return WordPiece.read(build / "tokenizer.json")


@lru_cache
def training_crops(build: Path) -> TrainingSet:
    """The recipe's training set with what is said of it."""
    return _with_statements(build, build / "train")


def _with_statements(build: Path, folder: Path) -> TrainingSet:
    pictures = PictureSet(folder)
    return TrainingSet(pictures, StatementSet(pictures, tokenizer_of(build), folder / "statements.npz", STATEMENT_SEED))


@lru_cache
def training_people(build: Path) -> np.ndarray:
    """Numbers of the people of the training set who show nothing that is withheld."""
    path = build / "experiments" / "people.npy"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        plan = PictureSet(build / "train").plan
        np.save(path, [index for index in range(plan.people) if _shows_nothing_withheld(plan, index)])
    return np.load(path)


def _shows_nothing_withheld(plan: SetPlan, index: int) -> bool:
    styles = {sample_shot(plan, index, crop)[2].style for crop in range(plan.crops)}
    return not styles & set(WITHHELD_STYLES) and not kinds_of(person_of(plan, index)) & set(WITHHELD)


@lru_cache
def training_pairs(build: Path) -> Pairs:
    """Pairs of the first people who show nothing withheld."""
    path = build / "experiments" / "train.npz"
    if not path.exists():
        pairs_of(training_crops(build), tokenizer_of(build), training_people(build)[:TRAINING_PEOPLE], PAIR_SEED).write(
            path
        )
    return Pairs.read(path)


@lru_cache
def test_pairs(build: Path, processes: int = 1) -> Pairs:
    """Pairs of people in withheld clothes before withheld cameras."""
    path, folder = build / "experiments" / "test.npz", build / "experiments" / "test"
    if not path.exists():
        generate(folder, SetPlan(TEST_SEED, TEST_PEOPLE, 2, required=WITHHELD, styles=WITHHELD_STYLES), processes)
        pairs_of(_with_statements(build, folder), tokenizer_of(build), np.arange(TEST_PEOPLE), PAIR_SEED).write(path)
    return Pairs.read(path)


@lru_cache
def base(build: Path) -> dict[str, Tensor]:
    """Weights of the base network, trained on usable people that are in no pair."""
    path = build / "experiments" / "base.pt"
    if not path.exists():
        network = network_of(Run("base", 1, CONTRAST), len(tokenizer_of(build)))
        save(train_base(training_crops(build), training_people(build)[TRAINING_PEOPLE:], network, BASE_STEPS), path)
    return torch.load(path, weights_only=True)
