"""What one run is, and the runs of each experiment."""

from dataclasses import dataclass, fields, replace

from ..learning.settings import ALL_OBJECTIVES, ObjectiveWeights
from ..network import NetworkSettings

SEEDS = (1, 2, 3)
NOISE = (0.0, 0.2, 0.5, 0.8)
BASE_STEPS, SIZE_STEPS = 2000, 1500


@dataclass(frozen=True)
class Run:
    """One small training: `name` is unique within its experiment, runs of one `group` differ only in the seed."""

    group: str
    seed: int
    objectives: ObjectiveWeights
    network: tuple[tuple[str, object], ...] = ()  # changes to `SMALL`
    noise: float = 0.0
    steps: int = 300
    batch: int = 96

    @property
    def name(self) -> str:
        return f"{self.group.replace(' ', '-').replace('/', '-')}-{self.seed}"


SMALL = dict(image_height=64, image_width=24, channels=(16, 32, 64, 96), joint=128, text_width=96)

USUAL = replace(ALL_OBJECTIVES, forward_matching=0.2, pruned=0.2, phrases=0.0, pointing=0.0)  # one caption, no phrases
ALL = replace(USUAL, forward_matching=0.0)  # the bidirectional matching has it in it
OFF = ObjectiveWeights(contrast=0.0)
CONTRAST = ObjectiveWeights(contrast=1.0)
BASE = ObjectiveWeights(contrast=1.0, phrases=0.5)  # of the network that runs start from

# The four systems, each by its own objectives alone.
SYSTEMS = {
    "contrast only": ("contrast",),
    "RDE": ("alignment", "division"),
    "AMNS": ("matching", "focal", "attention_masking"),
    "SEN": ("forward_matching", "restoration", "triplet", "pruned"),
    "uncertainty": ("distribution", "points", "entropy", "reconstruction"),
}
TOGETHER = {"points": ("points", "entropy")}  # an objective and what belongs to it


def only(names: tuple[str, ...], base: ObjectiveWeights = OFF) -> ObjectiveWeights:
    """`base` with these objectives at their usual weight."""
    return replace(base, **{name: getattr(USUAL, name) for name in names})


def ablation() -> list[Run]:
    """Contrast with each of the others, all, and all without each."""
    names = [
        f.name
        for f in fields(ObjectiveWeights)
        if f.name not in ("contrast", "entropy", "division") and getattr(ALL, f.name)
    ]  # division: see `noise`
    groups = {"contrast only": CONTRAST, "all": replace(ALL, division=0.0)}
    for name in names:
        parts = TOGETHER.get(name, (name,))
        groups[f"contrast + {name}"] = only(parts, CONTRAST)
        groups[f"all - {name}"] = replace(groups["all"], **dict.fromkeys(parts, 0.0))
    return [Run(group, seed, weights) for seed in SEEDS for group, weights in groups.items()]


def noise() -> list[Run]:
    """Each system with a share of the captions exchanged."""
    methods = {name: only(parts) for name, parts in SYSTEMS.items()} | {"all": ALL}
    return [
        Run(f"{method} {round(100 * share)} %", 1, weights, noise=share)
        for share in NOISE
        for method, weights in methods.items()
    ]


def size() -> list[Run]:
    """Widths, depths and switches, each trained from nothing as the base of the other experiments is."""
    changes = {
        "full width": dict(channels=(32, 64, 128, 192), joint=256, text_width=192),
        "quarter width": dict(channels=(8, 16, 32, 64), joint=128, text_width=64),
        "half width": {},
        "half width, 6 channels": dict(input_channels=6),
        "half width, depth 1": dict(depth=1),
        "half width, text depth 2": dict(text_depth=2),
        "half width, 1 stripe": dict(stripes=1),
    }
    return [Run(group, 1, CONTRAST, tuple(change.items()), steps=SIZE_STEPS) for group, change in changes.items()]


EXPERIMENTS = {"ablation": ablation, "noise": noise, "size": size}


def network_of(run: Run, vocabulary: int) -> NetworkSettings:
    return NetworkSettings(vocabulary=vocabulary, **{**SMALL, **dict(run.network)})
