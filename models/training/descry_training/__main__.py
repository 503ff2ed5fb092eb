"""python -m descry_training {all,generate,train,export,evaluate,demo} [options]"""

import argparse
from pathlib import Path

from . import demo, recipe
from .evaluate import Pack, evaluate, milliseconds, pointing_accuracy

MODELS = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="descry_training", description=__doc__)
    parser.add_argument("step", choices=("all", "generate", "train", "export", "evaluate", "demo"))
    parser.add_argument("--build", type=Path, default=MODELS / "training" / "build", help="pictures and checkpoints")
    parser.add_argument("--pack", type=Path, default=MODELS / "descry-s")
    parser.add_argument("--demo", type=Path, default=MODELS.parent / "resources" / "demo")
    parser.add_argument("--version", default="0.2.0")
    parser.add_argument("--people", type=int, default=recipe.Recipe.people)
    parser.add_argument("--steps", type=int, default=recipe.Recipe.steps)
    parser.add_argument("--batch", type=int, default=recipe.Recipe.batch, help="crops a training step")
    parser.add_argument("--processes", type=int, default=recipe.Recipe.processes)
    options = parser.parse_args()
    plan = recipe.Recipe(options.build, options.pack, options.version, options.people,
                         steps=options.steps, batch=options.batch, processes=options.processes)
    everything = options.step == "all"
    if everything or options.step == "generate":
        plan.training_set()
        plan.held_out_set()
    if everything or options.step == "train":
        recipe.run_training(plan)
    if everything or options.step == "export":
        recipe.export_pack(plan)
    if options.step == "evaluate":
        pack, held_out = Pack(plan.pack), plan.held_out_set()
        print(evaluate(pack, held_out))
        print(f"pointing {pointing_accuracy(pack, held_out)} %, milliseconds {milliseconds(plan.pack)}")
    if everything or options.step == "demo":
        demo.write(options.demo, Pack(plan.pack))


if __name__ == "__main__":
    main()
