"""python -m descry_training experiments {ablation,noise,size} --build DIR: results as JSON, one file a run, and a table.

A run whose file is there is not run again, so an interrupted experiment goes on where it was.
"""

import argparse
import json
import os
from multiprocessing import get_context
from pathlib import Path

from ..batches import TrainingSet
from ..language.tokenizer import WordPiece
from ..pictures import PictureSet
from ..statements import StatementSet
from .pairs import Pairs, pairs_of
from .plan import EXPERIMENTS, Run
from .run import perform
from .table import write_table

TRAINING_PEOPLE, TEST_PEOPLE = 2000, 300
STATEMENT_SEED, PAIR_SEED = 1, 11  # of what is said of a set, as in `recipe`; of which sentence is a crop's caption

Sets = tuple[Pairs, Pairs, int]
_loaded: dict[Path, Sets] = {}


def make_pairs(build: Path, processes: int) -> None:
    """Training and test pairs of the sets in `build`/train and `build`/held-out, kept in `build`/experiments."""
    tokenizer = WordPiece.read(build / "tokenizer.json")
    (build / "experiments").mkdir(parents=True, exist_ok=True)
    for name, people in (("train", TRAINING_PEOPLE), ("held-out", TEST_PEOPLE)):
        path = build / "experiments" / f"{name}.npz"
        if not path.exists():
            pictures = PictureSet(build / name)
            statements = StatementSet(pictures, tokenizer, build / name / "statements.npz", STATEMENT_SEED, processes)
            pairs_of(TrainingSet(pictures, statements), tokenizer, people, PAIR_SEED).write(path)


def load(build: Path) -> Sets:
    """Both pairs, and the size of the vocabulary."""
    folder = build / "experiments"
    return Pairs.read(folder / "train.npz"), Pairs.read(folder / "held-out.npz"), len(WordPiece.read(build / "tokenizer.json"))


def run_one(job: tuple[Path, Path, Run]) -> str:
    build, path, run = job
    if build not in _loaded:
        _loaded[build] = load(build)
    train, test, vocabulary = _loaded[build]
    result = perform(run, train, test, vocabulary, timed=path.parent.name == "size")
    temporary = path.with_suffix(".partial")
    temporary.write_text(json.dumps(result, indent=1) + "\n")
    temporary.replace(path)
    last = result["last"]
    return f"{run.name}: R@1 {last['rank1']} mAP {last['meanAveragePrecision']} in {result['seconds']} s"


def run_experiment(name: str, build: Path, processes: int, limit: int | None = None) -> Path:
    """All runs of an experiment that have no result yet (at most `limit`), then its table."""
    folder = build / "experiments" / name
    folder.mkdir(parents=True, exist_ok=True)
    make_pairs(build, processes)
    runs = EXPERIMENTS[name]()
    waiting = [(build, folder / f"{run.name}.json", run) for run in runs if not (folder / f"{run.name}.json").exists()]
    os.environ["OMP_NUM_THREADS"] = "1"  # for the processes that are started below
    with get_context("spawn").Pool(processes) as pool:
        for line in pool.imap(run_one, waiting[:limit]):
            print(line, flush=True)
    return write_table(name, folder)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="descry_training experiments", description=__doc__)
    parser.add_argument("experiment", choices=tuple(EXPERIMENTS))
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--limit", type=int, help="runs at most, this time")
    options = parser.parse_args(arguments)
    print(run_experiment(options.experiment, options.build, options.processes, options.limit))
