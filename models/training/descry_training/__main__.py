"""python -m descry_training {all,generate,train,export,evaluate,quantise,demo,experiments} [options]"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from . import demo, quantised, recipe
from .experiments import command
from .learning.evaluate import Pack, evaluate, milliseconds, pointing_accuracy

MODELS = Path(__file__).resolve().parents[2]
STEPS = ("all", "generate", "train", "export", "evaluate", "quantise", "demo")


def main() -> None:
    if sys.argv[1:2] == ["experiments"]:
        command.main(sys.argv[2:])
        return
    defaults = recipe.Recipe(Path(), Path(), "")
    parser = argparse.ArgumentParser(prog="descry_training", description=__doc__)
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--build", type=Path, default=MODELS / "training" / "build", help="pictures and checkpoints")
    parser.add_argument("--pack", type=Path, default=MODELS / "descry-s")
    parser.add_argument("--demo", type=Path, default=MODELS.parent / "resources" / "demo")
    parser.add_argument("--version", default="0.3.0")
    parser.add_argument("--people", type=int, default=defaults.people)
    parser.add_argument("--steps", type=int, default=defaults.training.steps)
    parser.add_argument("--batch", type=int, default=defaults.training.batch, help="crops a training step")
    parser.add_argument("--processes", type=int, default=defaults.processes)
    options = parser.parse_args()
    plan = recipe.Recipe(
        options.build,
        options.pack,
        options.version,
        options.people,
        processes=options.processes,
        training=replace(defaults.training, steps=options.steps, batch=options.batch),
    )
    everything = options.step == "all"
    if everything or options.step == "generate":
        plan.training_pictures  # noqa: B018  drawn when first asked for
        plan.held_out_set  # noqa: B018
    if everything or options.step == "train":
        recipe.run_training(plan)
    if everything or options.step == "export":
        recipe.export_pack(plan)
    if options.step == "evaluate":
        pack, held_out = Pack(plan.pack), plan.held_out_set
        print(evaluate(pack, held_out))
        print(f"pointing {pointing_accuracy(pack, held_out)} %, milliseconds {milliseconds(plan.pack)}")
    if options.step == "quantise":
        for kind, measured in quantised.compare(plan.pack, plan.training_pictures.pixels, plan.held_out_set).items():
            print(kind, measured)
    if everything or options.step == "demo":
        demo.write(options.demo, Pack(plan.pack))


if __name__ == "__main__":
    main()
