import tempfile
import unittest
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import torch

from descry_training.experiments.pairs import LONGEST, Pairs
from descry_training.experiments.plan import ALL, EXPERIMENTS, OFF, SYSTEMS, Run, only
from descry_training.experiments.run import perform
from descry_training.experiments.table import write_table
from descry_training.learning.augment import augment, normalise
from descry_training.learning.confidence import Confidence
from descry_training.learning.inputs import Inputs, Phrases
from descry_training.learning.settings import ALL_OBJECTIVES, ObjectiveWeights, TrainSettings, learning_rate
from descry_training.learning.train import load_averaged, settle
from descry_training.learning.trainer import Trainer
from descry_training.network import NetworkSettings

NETWORK = NetworkSettings(vocabulary=40, joint=32, image_height=64, image_width=24, channels=(8, 8, 16, 32),
                          text_width=32)


def random_inputs(seed: int = 0, count: int = 8) -> Inputs:
    """Pairs of crops of the same person, with one sentence and one phrase each."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(1, 40, (count, 12), generator=generator, dtype=torch.int32)
    ids[::3, 7:] = 0
    people = torch.arange(count) // 2
    same = people[:, None] == people[None]
    phrases = Phrases(ids[:, :3], same, torch.rand(count, 24, generator=generator) < 0.3)
    return Inputs(torch.randn(count, 3, 64, 24, generator=generator), ids, same, torch.arange(count),
                  (torch.rand(count, 12, generator=generator) < 0.5) & (ids != 0), phrases)


def settings(objectives: ObjectiveWeights, steps: int = 4) -> TrainSettings:
    return TrainSettings(steps=steps, batch=8, warm_up=1, objectives=objectives, auxiliary_every=1,
                         division_after=2, division_every=1)


def flat(trainer: Trainer) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in trainer.learner.parameters()])


class Objectives(unittest.TestCase):
    def test_every_one_alone_moves_the_towers(self):
        for field in fields(ObjectiveWeights):
            if field.name in ("division", "pruned"):  # weighs another one; changes captions
                continue
            trainer = Trainer(NETWORK, settings(replace(OFF, **{field.name: 1.0})), 8)
            if field.name == "entropy":
                with torch.no_grad():
                    trainer.towers.image.log_variance.head.bias.fill_(-11)
            before = flat(trainer)
            losses = trainer.step(random_inputs())
            self.assertEqual(set(losses), {field.name})
            self.assertTrue(np.isfinite(losses[field.name]))
            self.assertGreater((flat(trainer) - before).abs().max().item(), 0, field.name)

    def test_all_together_learn_a_batch_by_heart(self):
        trainer = Trainer(NETWORK, settings(ALL_OBJECTIVES, 40), 8)
        history = [trainer.step(random_inputs())["contrast"] for _ in range(40)]
        self.assertLess(history[-1], 0.7 * history[0])
        self.assertTrue(torch.isfinite(flat(trainer)).all())


class Steps(unittest.TestCase):
    def test_a_resumed_run_is_the_same_run(self):
        through, first, second = (Trainer(NETWORK, settings(ALL_OBJECTIVES), 8) for _ in range(3))
        for step in range(4):
            through.step(random_inputs(step))
        with tempfile.TemporaryDirectory() as folder:
            checkpoint = Path(folder) / "checkpoint.pt"
            second.resume(checkpoint)
            self.assertEqual(second.steps_done, 0)
            for step in range(2):
                first.step(random_inputs(step))
            first.save(checkpoint)
            second.resume(checkpoint)
            for step in range(2, 4):
                second.step(random_inputs(step))
            second.save(checkpoint)
            torch.testing.assert_close(flat(second), flat(through))
            towers, steps = load_averaged(checkpoint, NETWORK)
        self.assertEqual(steps, 4)
        settle(towers, [random_inputs(seed) for seed in range(3)])
        self.assertTrue(all(output.isfinite().all() for output in towers.image(random_inputs().pixels)))

    def test_rate_rises_rests_and_falls(self):
        run = TrainSettings(steps=100, warm_up=10, cooling=0.4, rate=1.0)
        rates = [learning_rate(run, step) for step in range(100)]
        self.assertEqual(rates[9:60], [1.0] * 51)
        self.assertLess(rates[-1], 0.02)
        self.assertEqual(rates[60:], sorted(rates[60:], reverse=True))


class Augment(unittest.TestCase):
    def test_repeats_and_keeps_its_input(self):
        pixels = normalise(torch.randint(0, 256, (8, 64, 24, 3), dtype=torch.uint8))
        before = pixels.clone()
        first, second = (augment(pixels, torch.Generator().manual_seed(5)) for _ in range(2))
        torch.testing.assert_close(first, second)
        torch.testing.assert_close(pixels, before)
        self.assertEqual(first.shape, pixels.shape)


class Division(unittest.TestCase):
    def test_wrong_pairs_are_left_out_and_unseen_ones_kept(self):
        generator = np.random.default_rng(0)
        confidence = Confidence(120)
        losses = np.concatenate([generator.normal(0.2, 0.05, 80), generator.normal(1.5, 0.2, 20)])
        confidence.observe(np.arange(100), losses, losses + 0.01)
        confidence.divide(seed=1)
        self.assertEqual(confidence.weights[:80].mean(), 1)
        self.assertEqual(confidence.weights[80:100].mean(), 0)
        self.assertEqual(confidence.weights[100:].mean(), 1)


def striped_pairs(people: int, seed: int) -> Pairs:
    """Two crops each of people in one of 8 x 8 pairs of greys, captions that name both."""
    generator = np.random.default_rng(seed)
    kinds = np.repeat(generator.permutation(64)[:people], 2)
    pixels = np.empty((len(kinds), 64, 24, 3))
    pixels[:, :32], pixels[:, 32:] = (kinds // 8 * 32)[:, None, None, None], (kinds % 8 * 32)[:, None, None, None]
    captions = np.zeros((len(kinds), LONGEST), np.int32)
    captions[:, 0], captions[:, 1] = 1 + kinds // 8, 9 + kinds % 8
    pixels += generator.normal(0, 6, pixels.shape)
    return Pairs(pixels.clip(0, 255).astype(np.uint8), captions, captions != 0, captions, kinds)


class Experiments(unittest.TestCase):
    def test_names_are_unique_and_each_system_has_its_own_objectives(self):
        for plan in EXPERIMENTS.values():
            names = [run.name for run in plan()]
            self.assertEqual(len(set(names)), len(names))
        for parts in SYSTEMS.values():
            self.assertTrue(all(getattr(only(parts), part) > 0 for part in parts))

    def test_shuffled_captions(self):
        pairs = striped_pairs(40, 0)
        moved, wrong = pairs.shuffled(0.5, 3)
        self.assertEqual(sorted(map(tuple, moved.captions)), sorted(map(tuple, pairs.captions)))
        self.assertTrue(20 < wrong.sum() <= 40)
        self.assertTrue((moved.pixels == pairs.pixels).all())
        self.assertFalse(pairs.shuffled(0, 3)[1].any())

    def test_a_run_learns_and_fills_a_table(self):
        train, test = striped_pairs(60, 0), striped_pairs(30, 1)
        small = (("channels", (8, 8, 16, 32)), ("joint", 32), ("text_width", 32))
        result = perform(Run("all 20 %", 1, ALL, small, noise=0.2, steps=80, batch=40), None, train, test, 20)
        self.assertGreater(result["last"]["rank10"], 60)  # chance is 33
        self.assertIn("wrongCaptionsLeftOut", result)
        with tempfile.TemporaryDirectory() as folder:
            import json

            (Path(folder) / "run.json").write_text(json.dumps(result))
            self.assertIn("| all 20 % | 1 |", write_table("noise", Path(folder)).read_text())
