"""Training loop: resumable, on the processor, in mixed precision."""

import time
from dataclasses import dataclass
from math import cos, pi
from pathlib import Path

import torch
from torch import Tensor

from .augment import augment, normalise, pad_ids
from .dataset import Batch, CropSet
from .describable import SLOT_PARTS
from .network import NetworkSettings, TwoTowers
from .objectives import point_at, soft_contrast
from .tokenizer import WordPiece


@dataclass(frozen=True)
class TrainSettings:
    steps: int
    batch: int = 192  # crops, two of each person
    rate: float = 1.5e-3
    warm_up: int = 100
    cooling: float = 0.4  # last share of the steps, over which the rate falls
    decay: float = 0.05
    average: float = 0.99  # of the running mean of the weights
    phrase_weight: float = 0.5
    patch_weight: float = 0.15
    highest_scale: float = 60.0
    save_every: int = 50
    seed: int = 1


def learning_rate(settings: TrainSettings, step: int) -> float:
    if step < settings.warm_up:
        return settings.rate * (step + 1) / settings.warm_up
    # Constant, then down over the last part: a run can be lengthened from its checkpoint without starting over.
    cooling = max(1, round(settings.cooling * settings.steps))
    progress = max(0.0, (step - settings.steps + cooling) / cooling)
    return settings.rate * (0.01 + 0.99 * (1 + cos(pi * progress)) / 2)


def loss_of(towers: TwoTowers, tokenizer: WordPiece, batch: Batch, settings: TrainSettings,
            generator: torch.Generator) -> dict[str, Tensor]:
    pixels = normalise(torch.from_numpy(batch.pixels))
    cells = torch.from_numpy(batch.parts.astype("int32"))
    pixels, cells = augment(pixels, cells, generator)
    longest = towers.settings.maximum_tokens
    sentence_ids = pad_ids([tokenizer.encode(text, longest) for text in batch.sentences])
    phrase_ids = pad_ids([tokenizer.encode(text, longest) for text in batch.phrases])
    with torch.autocast("cpu", torch.bfloat16):
        vectors, lengths, crops = towers.image.describe(pixels)
        texts = torch.cat([towers.text.pool(sentence_ids), towers.text.pool(phrase_ids)])
    sentences, phrases = towers.text.finish(texts.float()).split([len(sentence_ids), len(phrase_ids)])
    sentence_scale, phrase_scale = towers.log_scales.exp().clamp(max=settings.highest_scale)
    named = (cells.flatten(1) >> torch.from_numpy(batch.phrase_parts).int()[:, None]) & 1
    return {
        "sentences": soft_contrast(sentence_scale * sentences @ crops.T, torch.from_numpy(batch.sentence_matches)),
        "phrases": settings.phrase_weight * soft_contrast(phrase_scale * phrases @ crops.T,
                                                         torch.from_numpy(batch.phrase_matches)),
        "patches": settings.patch_weight * point_at(vectors, lengths, phrases, named.bool()),
    }


def settle(towers: TwoTowers, tokenizer: WordPiece, crops: CropSet, settings: TrainSettings, batches: int = 60) -> None:
    """Measure the running means of the batch norms anew for weights that no longer change.

    The averaged weights never saw a batch themselves, and the means trail behind weights that move.
    """
    norms = [m for m in towers.modules() if isinstance(m, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d))]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # plain mean over all batches
    towers.train()
    with torch.no_grad():
        for step, batch in enumerate(crops.batches(settings.seed + 1, 0, batches, settings.batch)):
            loss_of(towers, tokenizer, batch, settings, torch.Generator().manual_seed(step))
    towers.eval()


def train(crops: CropSet, tokenizer: WordPiece, settings: TrainSettings, checkpoint: Path) -> None:
    """Train, or go on from `checkpoint`, which also keeps the running mean of the weights."""
    assert max(SLOT_PARTS.values()) < 16, "parts are bits of a uint16"
    torch.manual_seed(settings.seed)
    towers = TwoTowers(NetworkSettings(vocabulary=len(tokenizer))).to(memory_format=torch.channels_last)
    averaged = torch.optim.swa_utils.AveragedModel(
        towers, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(settings.average), use_buffers=True)
    matrices = [p for p in towers.parameters() if p.ndim > 1]
    others = [p for p in towers.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": settings.decay},
                                   {"params": others, "weight_decay": 0.0}], lr=settings.rate, betas=(0.9, 0.98))
    first = 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        towers.load_state_dict(saved["towers"])
        averaged.load_state_dict(saved["averaged"])
        optimizer.load_state_dict(saved["optimizer"])
        first = saved["step"]
    started, shown = time.time(), {}
    for step, batch in enumerate(crops.batches(settings.seed, first, settings.steps, settings.batch), first):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(settings, step)
        losses = loss_of(towers, tokenizer, batch, settings, torch.Generator().manual_seed(step))
        optimizer.zero_grad(set_to_none=True)
        sum(losses.values()).backward()
        torch.nn.utils.clip_grad_norm_(towers.parameters(), 2.0)
        optimizer.step()
        if step >= settings.warm_up:
            averaged.update_parameters(towers)
        for name, value in losses.items():
            shown[name] = shown.get(name, value.item()) * 0.95 + value.item() * 0.05
        if (step + 1) % 20 == 0:
            pace = (time.time() - started) / (step + 1 - first)
            print(f"step {step + 1}/{settings.steps} " + " ".join(f"{k} {v:.3f}" for k, v in shown.items())
                  + f" scales {[round(s, 1) for s in towers.log_scales.exp().tolist()]} {pace:.2f} s/step", flush=True)
        if (step + 1) % settings.save_every == 0 or step + 1 == settings.steps:
            temporary = checkpoint.with_suffix(".partial")
            torch.save({"towers": towers.state_dict(), "averaged": averaged.state_dict(),
                        "optimizer": optimizer.state_dict(), "step": step + 1}, temporary)
            temporary.replace(checkpoint)
