"""The steps from nothing to a pack, each skipped or resumed when its result is there."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path
from string import Template

import torch

from .batches import TrainingSet
from .export import export
from .language import tokenizer
from .language.tokenizer import WordPiece
from .learning.evaluate import Pack, evaluate, milliseconds, pointing_accuracy
from .learning.settings import TrainSettings
from .learning.train import inputs_of, load_averaged, settle, train
from .network import NetworkSettings, TwoTowers
from .pack import write_pack
from .pictures import PictureSet, SetPlan, generate
from .statements import StatementSet, say

CARD = Path(__file__).resolve().parents[1] / "model-card.template.md"
REAL = CARD.with_name("real-footage.md")  # what was measured by hand on pictures that are not in the repository
TRAINING_SEED, HELD_OUT_SEED = 1, 900_000
SETTLING_BATCHES = 40
COUNTED_CROPS = 20_000  # whose captions make the tokenizer's vocabulary


@dataclass(frozen=True)
class Recipe:
    build: Path  # pictures and checkpoints, 1.2 GB at 64,000 crops
    pack: Path
    version: str
    people: int = 32_000
    crops: int = 2
    held_out_people: int = 600
    processes: int = 2
    training: TrainSettings = field(default_factory=lambda: TrainSettings(steps=3400))
    shape: dict[str, object] = field(default_factory=lambda: {"input_channels": 6})  # beside the usual NetworkSettings

    def pictures(self, name: str, seed: int, people: int) -> PictureSet:
        generate(self.build / name, SetPlan(seed, people, self.crops), self.processes)
        return PictureSet(self.build / name)

    @cached_property
    def training_pictures(self) -> PictureSet:
        return self.pictures("train", TRAINING_SEED, self.people)

    @cached_property
    def tokenizer(self) -> WordPiece:
        """Made of the captions of the training pictures; tokenizer.json and known-words.txt in the build folder."""
        path = self.build / "tokenizer.json"
        if not path.exists():
            crops = islice(say(self.training_pictures, 0, self.processes), COUNTED_CROPS)
            counts = tokenizer.count_words(text for said in crops for text in said.texts)
            tokenizer.build(counts).write(path)
            (self.build / "known-words.txt").write_text("\n".join(tokenizer.known_words(counts)) + "\n")
        return WordPiece.read(path)

    def statements(self, pictures: PictureSet, name: str) -> StatementSet:
        return StatementSet(pictures, self.tokenizer, self.build / name / "statements.npz", 1, self.processes)

    @cached_property
    def training_set(self) -> TrainingSet:
        return TrainingSet(self.training_pictures, self.statements(self.training_pictures, "train"))

    @cached_property
    def held_out_set(self) -> TrainingSet:
        pictures = self.pictures("held-out", HELD_OUT_SEED, self.held_out_people)
        return TrainingSet(pictures, self.statements(pictures, "held-out"))

    @property
    def network(self) -> NetworkSettings:
        return NetworkSettings(vocabulary=len(self.tokenizer), **self.shape)

    @property
    def checkpoint(self) -> Path:
        return self.build / "checkpoint.pt"


def run_training(recipe: Recipe) -> None:
    torch.set_num_threads(recipe.processes)
    train(recipe.training_set, recipe.network, recipe.training, recipe.checkpoint)


def finished_towers(recipe: Recipe) -> tuple[TwoTowers, int]:
    """The averaged weights of the last checkpoint, settled, and how many steps made them."""
    towers, steps = load_averaged(recipe.checkpoint, recipe.network)
    settle(towers, inputs_of(recipe.training_set, recipe.training, recipe.training.seed + 1, 0, SETTLING_BATCHES))
    return towers, steps


def export_pack(recipe: Recipe) -> dict[str, float]:
    """Graphs, word lists, model card and measured accuracy into the pack folder; the accuracy."""
    recipe.pack.mkdir(parents=True, exist_ok=True)
    towers, steps = finished_towers(recipe)
    difference = export(towers, recipe.pack / "image.onnx", recipe.pack / "text.onnx")
    print(f"PyTorch and ONNX Runtime differ by at most {difference:.1e}")
    for name in ("tokenizer.json", "known-words.txt"):
        (recipe.pack / name).write_bytes((recipe.build / name).read_bytes())
    pack, held_out = Pack(recipe.pack), recipe.held_out_set
    today = date.today().isoformat()
    metrics = evaluate(pack, held_out)
    pointing, times = pointing_accuracy(pack, held_out), milliseconds(recipe.pack)
    print(f"held out: {metrics}, pointing {pointing} %, milliseconds {times}")
    pictures = f"{recipe.people * recipe.crops:,}"
    card = Template(CARD.read_text(encoding="utf-8")).substitute(
        version=recipe.version,
        date=today,
        pictures=pictures,
        people=f"{recipe.people:,}",
        words=len((recipe.pack / "known-words.txt").read_text().split()),
        steps=f"{steps:,}",
        batch=recipe.training.batch,
        parameters=f"{sum(p.numel() for p in towers.parameters()) / 1e6:.1f}",
        subjects=metrics["people"],
        pointing=pointing, joint=towers.settings.joint, real=REAL.read_text(encoding="utf-8").strip(),
        imageMs=times["image"],
        textMs=times["text"],
        **{name: value for name, value in metrics.items() if name != "people"},
    )
    (recipe.pack / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    provenance = {
        "source": "models/training in this repository",
        "trainedOn": f"{pictures} generated pictures of {recipe.people:,} drawn people",
        "seed": TRAINING_SEED,
        "date": today,
    }
    accuracy = {"dataset": "generated test set (seeds held out)", "date": today, **metrics}
    write_pack(recipe.pack, towers.settings, recipe.version, provenance, [accuracy])
    return metrics
