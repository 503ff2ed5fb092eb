"""Train on drawn batches: resumable, in mixed precision."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import torch

from ..batches import TrainingSet
from ..network import NetworkSettings, TwoTowers
from ..network.statistics import batch_norms
from .forward import forward
from .inputs import Inputs
from .prepare import prepare
from .settings import TrainSettings
from .trainer import Trainer

SHOWN_EVERY = 20


def inputs_of(crops: TrainingSet, settings: TrainSettings, seed: int, first: int, last: int) -> Iterator[Inputs]:
    """Inputs of the steps first..last-1 of the sequence `seed`."""
    for step, batch in enumerate(crops.batches(seed, first, last, settings.batch), first):
        yield prepare(batch, seed * 1_000_003 + step)


def train(crops: TrainingSet, network: NetworkSettings, settings: TrainSettings, checkpoint: Path) -> None:
    """Train, or go on from `checkpoint`, which also keeps the running mean of the weights."""
    trainer = Trainer(network, settings, len(crops))
    trainer.resume(checkpoint)
    first, started, shown = trainer.steps_done, time.time(), {}
    for inputs in inputs_of(crops, settings, settings.seed, first, settings.steps):
        for name, value in trainer.step(inputs).items():
            shown[name] = shown.get(name, value) * 0.95 + value * 0.05
        done = trainer.steps_done
        if done % SHOWN_EVERY == 0:
            scales = [round(scale, 1) for scale in trainer.towers.log_scales.exp().tolist()]
            print(
                f"step {done}/{settings.steps} "
                + " ".join(f"{k} {v:.3f}" for k, v in shown.items())
                + f" scales {scales} {(time.time() - started) / (done - first):.2f} s/step",
                flush=True,
            )
        if done % settings.save_every == 0 or done == settings.steps:
            trainer.save(checkpoint)


def load_averaged(checkpoint: Path, network: NetworkSettings) -> tuple[TwoTowers, int]:
    """The averaged towers of a checkpoint, and how many steps made them."""
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    towers = TwoTowers(network)
    towers.load_state_dict(
        {key.removeprefix("module."): value for key, value in saved["averaged"].items() if key != "n_averaged"}
    )
    return towers, saved["step"]


def settle(towers: TwoTowers, batches: Iterable[Inputs]) -> None:
    """Measure the running means of the batch norms anew for weights that no longer change.

    The averaged weights never saw a batch themselves, and the means trail behind weights that move.
    """
    for norm in batch_norms(towers):
        norm.reset_running_stats()
        norm.momentum = None  # plain mean over all batches
    towers.train()
    with torch.no_grad():
        for inputs in batches:
            forward(towers, inputs)
    towers.eval()
