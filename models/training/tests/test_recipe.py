"""The whole recipe on tiny settings: from nothing to a pack that clearly beats chance. Takes about five minutes."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from descry_training import quantised
from descry_training.learning.evaluate import Pack
from descry_training.learning.settings import TrainSettings
from descry_training.recipe import Recipe, export_pack, run_training

SMALL = {"channels": (16, 32, 64, 96), "joint": 128, "text_width": 96}


class WholeRecipe(unittest.TestCase):
    def test_a_tiny_run_beats_chance_and_goes_on_from_its_checkpoint(self):
        with tempfile.TemporaryDirectory() as folder:

            def recipe(steps: int) -> Recipe:
                settings = TrainSettings(steps=steps, batch=96, warm_up=30, save_every=40)
                return Recipe(
                    Path(folder) / "build",
                    Path(folder) / "pack",
                    "0.0.0",
                    people=1500,
                    held_out_people=100,
                    training=settings,
                    shape=SMALL,
                )

            run_training(recipe(40))
            first = recipe(40).checkpoint.stat().st_mtime_ns
            run_training(recipe(40))  # finished: nothing to do
            self.assertEqual(recipe(40).checkpoint.stat().st_mtime_ns, first)
            run_training(recipe(300))
            metrics = export_pack(recipe(300))
            chance = 100 * 10 * 2 / metrics["gallery"]  # about: ten crops, two of them of the right person
            self.assertGreater(metrics["rank10"], 2 * chance)
            self._look_into(Path(folder) / "pack")
            self._quantise(recipe(300))

    def _quantise(self, recipe: Recipe):
        found = quantised.compare(recipe.pack, recipe.training_pictures.pixels, recipe.held_out_set)
        self.assertLess(found["int8"]["bytes"], 0.6 * found["float32"]["bytes"])
        self.assertLess(abs(found["int8"]["rank10"] - found["float32"]["rank10"]), 10)

    def _look_into(self, folder: Path) -> None:
        document = json.loads((folder / "pack.json").read_text())
        self.assertEqual({part["name"] for part in document["embeddings"]}, {"global", "selected"})
        self.assertEqual(set(document["files"]), {path.name for path in folder.iterdir()} - {"pack.json"})
        pack = Pack(folder)
        for text in ("a", "red jacket", "man " * 300):
            vector = pack.embed_texts([text])
            self.assertTrue(np.isfinite(vector).all())
            self.assertAlmostEqual(float(np.linalg.norm(vector)), 1, places=4)


if __name__ == "__main__":
    unittest.main()
