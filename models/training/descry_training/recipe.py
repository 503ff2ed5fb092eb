"""The steps from nothing to a pack, each skipped or resumed when its result is there."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from string import Template

import torch

from . import captions, tokenizer
from .dataset import CropSet, generate
from .evaluate import Pack, evaluate, milliseconds, pointing_accuracy
from .export import export
from .network import NetworkSettings, TwoTowers
from .pack import write_pack
from .tokenizer import WordPiece
from .train import TrainSettings, settle, train

CARD = Path(__file__).resolve().parents[1] / "model-card.template.md"
TRAINING_SEED, HELD_OUT_SEED = 1, 900_000


@dataclass(frozen=True)
class Recipe:
    build: Path  # pictures and checkpoints, 1.5 GB at 80,000 crops
    pack: Path
    version: str
    people: int = 40_000
    crops: int = 2
    held_out_people: int = 600
    processes: int = 2
    steps: int = 2600
    batch: int = 192

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


def run_training(recipe: Recipe) -> None:
    torch.set_num_threads(recipe.processes)
    settings = TrainSettings(steps=recipe.steps, batch=recipe.batch)
    train(recipe.training_set(), build_tokenizer(recipe), settings, recipe.build / "checkpoint.pt")


def load_averaged(recipe: Recipe) -> tuple[TwoTowers, int]:
    """The averaged weights of the last checkpoint, settled, and how many steps made them."""
    checkpoint = torch.load(recipe.build / "checkpoint.pt", weights_only=True)
    saved = checkpoint["averaged"]
    pieces = build_tokenizer(recipe)
    towers = TwoTowers(NetworkSettings(vocabulary=len(pieces)))
    towers.load_state_dict({key.removeprefix("module."): value for key, value in saved.items() if key != "n_averaged"})
    settle(towers, pieces, recipe.training_set(), TrainSettings(recipe.steps, recipe.batch))
    return towers, checkpoint["step"]


def export_pack(recipe: Recipe) -> None:
    """Graphs, word lists, model card and measured accuracy into the pack folder."""
    recipe.pack.mkdir(parents=True, exist_ok=True)
    towers, steps = load_averaged(recipe)
    difference = export(towers, recipe.pack / "image.onnx", recipe.pack / "text.onnx")
    print(f"PyTorch and ONNX Runtime differ by at most {difference:.1e}")
    for name in ("tokenizer.json", "known-words.txt"):
        (recipe.pack / name).write_bytes((recipe.build / name).read_bytes())
    pack, held_out = Pack(recipe.pack), recipe.held_out_set()
    today = date.today().isoformat()
    metrics = evaluate(pack, held_out)
    pointing, times = pointing_accuracy(pack, held_out), milliseconds(recipe.pack)
    print(f"held out: {metrics}, pointing {pointing} %, milliseconds {times}")
    card = Template(CARD.read_text(encoding="utf-8")).substitute(
        version=recipe.version, date=today, pictures=f"{recipe.people * recipe.crops:,}", people=f"{recipe.people:,}",
        words=len((recipe.pack / "known-words.txt").read_text().split()), steps=f"{steps:,}", batch=recipe.batch,
        parameters=f"{sum(p.numel() for p in towers.parameters()) / 1e6:.1f}", subjects=metrics["people"],
        pointing=pointing, imageMs=times["image"], textMs=times["text"],
        **{name: value for name, value in metrics.items() if name != "people"},
    )
    (recipe.pack / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    provenance = {
        "source": "models/training in this repository",
        "trainedOn": f"{recipe.people * recipe.crops:,} generated pictures of {recipe.people:,} drawn people",
        "seed": TRAINING_SEED,
        "date": today,
    }
    accuracy = {"dataset": "generated test set (seeds held out)", "date": today, **metrics}
    write_pack(recipe.pack, towers.settings, recipe.version, provenance, [accuracy])
