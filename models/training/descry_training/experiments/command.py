"""python -m descry_training experiments {ablation,noise,size} --build DIR: a JSON file a run, and a table.

A run whose file is there is not run again, so an interrupted experiment goes on where it was.
"""

import argparse
import json
import os
import time
from multiprocessing import get_context
from pathlib import Path

import torch

from .base import train_base
from .material import TRAINING_PEOPLE, base, test_pairs, tokenizer_of, training_crops, training_pairs, training_people
from .measure import accuracy, milliseconds
from .plan import EXPERIMENTS, Run, network_of
from .run import perform
from .table import write_table


def tuned(build: Path, run: Run) -> dict:
    """Trained on from the base on pairs."""
    return perform(run, base(build), training_pairs(build), test_pairs(build), len(tokenizer_of(build)))


def from_nothing(build: Path, run: Run) -> dict:
    """Trained as the base is, and timed."""
    torch.set_num_threads(1)
    started = time.time()
    network = network_of(run, len(tokenizer_of(build)))
    towers = train_base(training_crops(build), training_people(build)[TRAINING_PEOPLE:], network, run.steps)
    seconds = round(time.time() - started, 1)
    found = accuracy(towers, test_pairs(build))
    return {
        "run": run.name,
        "group": run.group,
        "seed": run.seed,
        "noise": run.noise,
        "last": found["both"],
        "best": found["both"],
        "rank1ByGlobal": found["global"]["rank1"],
        "rank1BySelected": found["selected"]["rank1"],
        "seconds": seconds,
        "parameters": sum(p.numel() for p in towers.parameters()),
        **milliseconds(towers),
    }


def run_one(job: tuple[Path, Path, Run]) -> str:
    build, path, run = job
    result = (from_nothing if path.parent.name == "size" else tuned)(build, run)
    temporary = path.with_suffix(".partial")
    temporary.write_text(json.dumps(result, indent=1) + "\n")
    temporary.replace(path)
    last = result["last"]
    return f"{run.name}: R@1 {last['rank1']} mAP {last['meanAveragePrecision']} in {result['seconds']} s"


def run_experiment(name: str, build: Path, processes: int, limit: int | None = None) -> Path:
    """All runs of an experiment that have no result yet (at most `limit`), then its table."""
    folder = build / "experiments" / name
    folder.mkdir(parents=True, exist_ok=True)
    test_pairs(build, processes), training_pairs(build), base(build)  # made here, once, not by every process
    waiting = [
        (build, folder / f"{run.name}.json", run)
        for run in EXPERIMENTS[name]()
        if not (folder / f"{run.name}.json").exists()
    ]
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
