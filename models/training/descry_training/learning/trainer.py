"""One training step after the other, and everything that has to be kept to go on later."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..network import NetworkSettings, TwoTowers
from ..objectives.attention_masking import average_momentum, update_average
from ..objectives.triplet_alignment import triplet_alignment
from .confidence import Confidence
from .device import training_device
from .forward import Forward
from .inputs import Inputs
from .learner import Learner
from .losses import losses
from .settings import TrainSettings, learning_rate


class Trainer:
    """Holds the learner, the running mean of its towers, the optimiser, and confidence in each of `pairs` pairs."""

    def __init__(self, network: NetworkSettings, settings: TrainSettings, pairs: int):
        torch.manual_seed(settings.seed)
        self.settings = settings
        self.device = training_device()
        self.learner = Learner(network, settings.objectives).to(self.device)
        self.averaged = torch.optim.swa_utils.AveragedModel(
            self.learner.towers,
            use_buffers=True,
            multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(settings.average),
        )
        trained = [p for p in self.learner.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [p for p in trained if p.ndim > 1], "weight_decay": settings.decay},
                {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
            ],
            lr=settings.rate,
            betas=(0.9, 0.98),
        )
        self.confidence = Confidence(pairs)
        self.steps_done = 0

    @property
    def towers(self) -> TwoTowers:
        return self.learner.towers

    def start_from(self, towers: dict[str, Tensor]) -> None:
        """Begin with the weights of trained towers (their state) instead of at random."""
        self.towers.load_state_dict(towers)
        self.averaged.module.load_state_dict(towers)
        if self.learner.averaged_image is not None:
            self.learner.averaged_image.load_state_dict(self.towers.image.state_dict())

    def step(self, inputs: Inputs) -> dict[str, float]:
        """One update; the losses by name."""
        settings, step = self.settings, self.steps_done
        inputs = inputs.to(self.device)
        seed = settings.seed * 1_000_003 + step
        torch.manual_seed(seed)  # for what draws inside the network: a resumed run goes on as if it had not stopped
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(settings, step)
        dividing = bool(settings.objectives.division)
        if dividing and step >= settings.division_after and step % settings.division_every == 0:
            self.confidence.divide(seed)
        weights = torch.from_numpy(self.confidence.weights[inputs.indices]).to(self.device) if dividing else None
        found_losses, found = losses(self.learner, inputs, settings, step, weights, torch.Generator().manual_seed(seed))
        self.optimizer.zero_grad(set_to_none=True)
        sum(found_losses.values()).backward()
        nn.utils.clip_grad_norm_(self.learner.parameters(), settings.gradient_length)
        self.optimizer.step()
        if dividing:
            self.observe(inputs, found)
        if step >= settings.warm_up:
            self.averaged.update_parameters(self.towers)
        if self.learner.averaged_image is not None:
            update_average(self.towers.image, self.learner.averaged_image, average_momentum(step, settings.steps))
        self.steps_done += 1
        return {name: value.item() for name, value in found_losses.items()}

    def observe(self, inputs: Inputs, found: Forward) -> None:
        """Remember how well each pair fits, for the next division."""
        with torch.no_grad():
            first, second = (
                triplet_alignment(scores.detach(), inputs.matches).cpu().numpy() for scores in found.scores
            )
        self.confidence.observe(np.asarray(inputs.indices), first, second)

    def save(self, checkpoint: Path) -> None:
        temporary = checkpoint.with_suffix(".partial")
        torch.save(
            {
                "learner": self.learner.state_dict(),
                "averaged": self.averaged.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "step": self.steps_done,
                "losses": torch.from_numpy(self.confidence.losses),
                "weights": torch.from_numpy(self.confidence.weights),
            },
            temporary,
        )
        temporary.replace(checkpoint)

    def resume(self, checkpoint: Path) -> None:
        """Go on from `checkpoint` if there is one."""
        if not checkpoint.exists():
            return
        saved = torch.load(checkpoint, map_location=self.device, weights_only=True)
        self.learner.load_state_dict(saved["learner"])
        self.averaged.load_state_dict(saved["averaged"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.confidence.losses[:] = saved["losses"].cpu().numpy()
        self.confidence.weights[:] = saved["weights"].cpu().numpy()
        self.steps_done = saved["step"]
