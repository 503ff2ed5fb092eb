"""One small training on pairs, measured as it goes."""

import time
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from ..learning.augment import augment, normalise
from ..learning.forward import forward
from ..learning.inputs import Inputs
from ..learning.settings import ObjectiveWeights, TrainSettings
from ..learning.trainer import Trainer
from .measure import accuracy
from .pairs import Pairs
from .plan import Run, network_of

NEVER = 1_000_000_000


def settings_of(run: Run) -> TrainSettings:
    return TrainSettings(
        steps=run.steps,
        batch=run.batch,
        rate=1e-3,
        warm_up=20,
        average=0.97,
        objectives=run.objectives,
        auxiliary_every=2,
        division_after=NEVER,
        seed=run.seed,
    )


def inputs_of(pairs: Pairs, rows: np.ndarray, seed: int, pruned: float) -> Inputs:
    """A batch of pairs; whoever has the same identity is right."""
    generator = np.random.default_rng(seed)
    short = generator.random(len(rows)) < pruned
    captions = np.where(short[:, None], pairs.pruned[rows], pairs.captions[rows])
    longest = max(1, int((captions != 0).sum(axis=1).max()))
    people = pairs.people[rows]
    pixels = normalise(torch.from_numpy(pairs.pixels[rows]))
    return Inputs(
        pixels=augment(pixels, torch.Generator().manual_seed(seed)),
        ids=torch.from_numpy(captions[:, :longest]),
        matches=torch.from_numpy(people[:, None] == people[None]),
        indices=torch.from_numpy(rows),
        attributes=torch.from_numpy(pairs.attributes[rows] & ~short[:, None])[:, :longest],
    )


def epochs(pairs: Pairs, batch: int, seed: int) -> Iterator[tuple[int, np.ndarray]]:
    """Endless (epoch, rows of the pairs) in a new order each epoch."""
    epoch, generator = 0, np.random.default_rng(seed)
    while True:
        order = generator.permutation(len(pairs))
        for start in range(0, len(order) - batch + 1, batch):
            yield epoch, order[start : start + batch]
        epoch += 1


def judge(trainer: Trainer, pairs: Pairs, batch: int, seed: int) -> None:
    """Losses of all pairs anew, then RDE's division, as published: once an epoch."""
    trainer.learner.eval()
    order = np.random.default_rng(seed).permutation(len(pairs))
    with torch.no_grad():
        for rows in np.array_split(order, max(1, len(order) // batch)):
            inputs = inputs_of(pairs, rows, seed, pruned=0).to(trainer.device)
            trainer.observe(inputs, forward(trainer.towers, inputs))
    trainer.learner.train()
    trainer.confidence.divide(seed)


def trains_selection(weights: ObjectiveWeights) -> bool:
    """Whether anything teaches the selected embedding; otherwise crops are ranked by the global one alone."""
    return any(
        (
            weights.contrast,
            weights.alignment,
            weights.matching,
            weights.forward_matching,
            weights.focal,
            weights.triplet,
        )
    )


def perform(run: Run, base: dict[str, Tensor] | None, train: Pairs, test: Pairs, vocabulary: int) -> dict:
    """Train on from the weights of a `base`, and return accuracy at the best and the last measured epoch (the best is
    chosen on the test set, as the published code does) and how well wrong captions were found."""
    torch.set_num_threads(1)
    pairs, wrong = train.shuffled(run.noise, seed=1000 + run.seed)
    trainer = Trainer(network_of(run, vocabulary), settings_of(run), len(pairs))
    if base is not None:
        trainer.start_from(base)
    judged = "both" if trains_selection(run.objectives) else "global"
    started, last_epoch, history = time.time(), -1, []
    for (epoch, rows), step in zip(epochs(pairs, run.batch, run.seed), range(run.steps)):
        if epoch != last_epoch:
            last_epoch = epoch
            if run.objectives.division:
                judge(trainer, pairs, 256, step)
            history.append({"step": step, **accuracy(trainer.averaged.module, test)[judged]})
        trainer.step(inputs_of(pairs, rows, run.seed * 1_000_003 + step, run.objectives.pruned))
    final = accuracy(trainer.averaged.module, test)
    history.append({"step": run.steps, **final[judged]})
    best = max(history, key=lambda entry: entry["rank1"] + entry["meanAveragePrecision"])
    result = {
        "run": run.name,
        "group": run.group,
        "seed": run.seed,
        "noise": run.noise,
        "last": history[-1],
        "best": best,
        "rank1ByGlobal": final["global"]["rank1"],
        "rank1BySelected": final["selected"]["rank1"],
        "seconds": round(time.time() - started, 1),
        "parameters": sum(p.numel() for p in trainer.towers.parameters()),
    }
    if run.noise and run.objectives.division:
        kept = trainer.confidence.weights > 0
        result["wrongCaptionsLeftOut"] = round(100 * float((~kept)[wrong].mean()), 1)
        result["rightCaptionsKept"] = round(100 * float(kept[~wrong].mean()), 1)
    return result
