"""What a training run is made of."""

from dataclasses import dataclass, field
from math import cos, pi

# Of BSDM, the larger of the two published values (TBPS-CLIP): at 1e-8 a network that starts from nothing is pushed too
# hard. SDM alone keeps 1e-8: at 1e-2 and 96 crops a batch, a uniform guess (1/96 a crop) costs as little as a right
# one, and the network falls into it; in BSDM the inverse divergence forbids that.
MATCHING_EPSILON = 1e-2


@dataclass(frozen=True)
class ObjectiveWeights:
    """One weight an objective, 0 is off. Losses of scores: see `TrainSettings.selected_weight`."""

    contrast: float = 1.0  # several right answers, from exact labels
    phrases: float = 0.0  # the same for short phrases
    pointing: float = 0.0  # a phrase is most similar to the cells that show it
    alignment: float = 0.0  # RDE: triplet alignment loss (TAL)
    division: float = 0.0  # RDE: confident consensus division (CCD); 1 is on: weighs `alignment` by 0 or 1 a pair
    matching: float = 0.0  # AMNS: bidirectional similarity distribution matching (BSDM)
    focal: float = 0.0  # AMNS: weight adjustment focal loss (WAF stand-in)
    attention_masking: float = 0.0  # AMNS: matching with what the averaged tower attends to (AWM)
    forward_matching: float = 0.0  # SEN: similarity distribution matching (SDM), the first half of BSDM
    restoration: float = 0.0  # SEN: text-guided image restoration (TIR)
    triplet: float = 0.0  # SEN: cross-modal triplet
    pruned: float = 0.0  # SEN: share of captions of which pronouns, nouns and adjectives are left
    distribution: float = 0.0  # uncertainty: contrast of distributions
    points: float = 0.0  # uncertainty: contrast of points drawn from them
    entropy: float = 0.0  # uncertainty: floor under the entropy
    reconstruction: float = 0.0  # uncertainty: attribute-masked language reconstruction


ALL_OBJECTIVES = ObjectiveWeights(
    contrast=1.0,
    phrases=0.5,
    pointing=0.15,
    alignment=1.0,
    division=1.0,
    matching=0.2,
    focal=0.1,
    attention_masking=0.2,
    restoration=0.5,
    triplet=1.0,
    pruned=0.1,
    distribution=0.2,
    points=0.1,
    entropy=0.01,
    reconstruction=0.2,
)


@dataclass(frozen=True)
class TrainSettings:
    steps: int
    batch: int = 192  # crops, two of each person
    rate: float = 1.5e-3
    warm_up: int = 100
    cooling: float = 0.4  # last share of the steps, over which the rate falls
    decay: float = 0.05
    average: float = 0.99  # of the running mean of the weights
    objectives: ObjectiveWeights = field(default_factory=lambda: ALL_OBJECTIVES)
    selected_weight: float = 0.3  # of losses by the selected embedding, beside 1 for the global one
    auxiliary_every: int = 4  # steps between those that mask, restore and reconstruct
    auxiliary_share: float = 0.25  # of the batch that does so
    samples: int = 2  # points drawn from a distribution
    hidden_attributes: float = 0.3  # share of the attribute words that are to be reconstructed
    division_after: int = 300  # steps before pairs are judged: the losses of an untrained network say nothing
    division_every: int = 200
    highest_scale: float = 60.0
    gradient_length: float = 2.0
    save_every: int = 50
    seed: int = 1


def learning_rate(settings: TrainSettings, step: int) -> float:
    """Linear up, constant, down by a cosine over the last part.

    Constant in between, so that a run can be lengthened from its checkpoint without starting over.
    """
    if step < settings.warm_up:
        return settings.rate * (step + 1) / settings.warm_up
    cooling = max(1, round(settings.cooling * settings.steps))
    progress = max(0.0, (step - settings.steps + cooling) / cooling)
    return settings.rate * (0.01 + 0.99 * (1 + cos(pi * progress)) / 2)
