"""What the small runs start from: a small network trained by contrast of sentences and phrases, on people that they
never see.

The published systems start from CLIP. A network that starts from nothing would spend a short run on learning what words
mean, and its first losses could not tell a wrong caption from a right one.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import torch

from ..batches import USUAL_TOKENS, TrainingSet
from ..learning.inputs import Inputs
from ..learning.prepare import prepare
from ..learning.settings import TrainSettings
from ..learning.train import settle
from ..learning.trainer import Trainer
from ..network import NetworkSettings, TwoTowers
from .pairs import shrunk
from .plan import BASE

SETTLING = 20  # batches that measure the batch norms of the averaged weights


def stream(crops: TrainingSet, people: np.ndarray, steps: int, batch: int, seed: int) -> Iterator[Inputs]:
    """Batches of these people (numbers in the set), two crops and any of their sentences each, labels by facts."""
    each, candidates = crops.pictures.plan.crops, people.tolist()
    for step in range(steps):
        rng = Random(f"base {seed} {step}")
        chosen = [
            person * each + k for person in rng.sample(candidates, batch // 2) for k in rng.sample(range(each), 2)
        ]
        drawn = crops.batch(rng, chosen, longest=USUAL_TOKENS)
        yield prepare(replace(drawn, pixels=shrunk(drawn.pixels)), seed * 1_000_003 + step)


def train_base(
    crops: TrainingSet, people: np.ndarray, network: NetworkSettings, steps: int, batch: int = 96
) -> TwoTowers:
    """Averaged and settled towers after `steps` steps of contrast."""
    settings = TrainSettings(steps=steps, batch=batch, rate=1.5e-3, warm_up=100, average=0.98, objectives=BASE)
    trainer = Trainer(network, settings, pairs=len(crops))
    for step, inputs in enumerate(stream(crops, people, steps, batch, 1), 1):
        losses = trainer.step(inputs)
        if step % 100 == 0:
            print(f"base {step}/{steps}: {losses['contrast']:.3f}", flush=True)
    towers = TwoTowers(network)
    towers.load_state_dict(trainer.averaged.module.state_dict())
    settle(towers, stream(crops, people, SETTLING, batch, 2))
    return towers


def save(towers: TwoTowers, path: Path) -> None:
    partial = path.with_suffix(".partial")
    torch.save(towers.state_dict(), partial)
    partial.replace(path)
