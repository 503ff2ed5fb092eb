"""The steps from nothing to a pack, each skipped or resumed when its result is there."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import torch

from . import captions, tokenizer
from .dataset import CropSet, generate
from .evaluate import Pack, evaluate, milliseconds, pointing_accuracy
from .export import export
from .network import NetworkSettings, TwoTowers
from .pack import write_pack
from .tokenizer import WordPiece
from .train import TrainSettings, train

TRAINING_SEED, HELD_OUT_SEED = 1, 900_000


@dataclass(frozen=True)
class Recipe:
    build: Path  # pictures and checkpoints; about 0.25 MB for ten crops
    pack: Path
    version: str
    people: int = 40_000
    crops: int = 2
    held_out_people: int = 600
    processes: int = 2
    steps: int = 1700
    batch: int = 160

    def training_set(self) -> CropSet:
        generate(self.build / "train", TRAINING_SEED, self.people, self.crops, self.processes)
        return CropSet(self.build / "train")

    def held_out_set(self) -> CropSet:
        generate(self.build / "held-out", HELD_OUT_SEED, self.held_out_people, 2, self.processes)
        return CropSet(self.build / "held-out")


def count_caption_words(crops: CropSet, seed: int = 3) -> Counter:
    """Words of one sentence and one phrase a crop, without misspellings."""
    rng = Random(seed)
    counts: Counter = Counter()
    for crop in range(len(crops)):
        counts.update(tokenizer.split_words(crops.sentence(rng, crop).text))
        counts.update(tokenizer.split_words(captions.phrase(rng, crops.person(crop), crops.views[crop]).text))
    return counts


def build_tokenizer(recipe: Recipe) -> WordPiece:
    """tokenizer.json and known-words.txt in the build folder."""
    path = recipe.build / "tokenizer.json"
    if not path.exists():
        counts = count_caption_words(recipe.training_set())
        tokenizer.build(counts).write(path)
        (recipe.build / "known-words.txt").write_text("\n".join(tokenizer.known_words(counts)) + "\n")
    return WordPiece.read(path)


def run_training(recipe: Recipe) -> TwoTowers:
    torch.set_num_threads(recipe.processes)
    pieces = build_tokenizer(recipe)
    return train(recipe.training_set(), pieces, TrainSettings(steps=recipe.steps, batch=recipe.batch), recipe.build / "checkpoint.pt")


def load_averaged(recipe: Recipe) -> TwoTowers:
    """The averaged weights of the last checkpoint."""
    saved = torch.load(recipe.build / "checkpoint.pt", weights_only=True)["averaged"]
    towers = TwoTowers(NetworkSettings(vocabulary=len(build_tokenizer(recipe))))
    towers.load_state_dict({key.removeprefix("module."): value for key, value in saved.items() if key != "n_averaged"})
    return towers


def export_pack(recipe: Recipe) -> None:
    """Graphs, word lists and measured accuracy into the pack folder. MODEL_CARD.md must lie there."""
    towers = load_averaged(recipe)
    difference = export(towers, recipe.pack / "image.onnx", recipe.pack / "text.onnx")
    print(f"PyTorch and ONNX Runtime differ by at most {difference:.1e}")
    for name in ("tokenizer.json", "known-words.txt"):
        (recipe.pack / name).write_bytes((recipe.build / name).read_bytes())
    pack, held_out = Pack(recipe.pack), recipe.held_out_set()
    today = date.today().isoformat()
    metrics = evaluate(pack, held_out)
    print("held out:", metrics, "pointing:", pointing_accuracy(pack, held_out), "ms:", milliseconds(recipe.pack))
    provenance = {
        "source": "models/training in this repository",
        "trainedOn": f"{recipe.people * recipe.crops:,} generated pictures of {recipe.people:,} drawn people",
        "seed": TRAINING_SEED,
        "date": today,
    }
    accuracy = {"dataset": "generated test set (seeds held out)", "date": today, **metrics}
    write_pack(recipe.pack, towers.settings, recipe.version, provenance, [accuracy])
