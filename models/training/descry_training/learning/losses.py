"""All objectives of one step, each under its name and times its weight."""

from collections.abc import Callable

import torch
from torch import Tensor

from ..objectives.contrast import soft_contrast
from ..objectives.cross_modal_triplet import cross_modal_triplet
from ..objectives.distribution_contrast import unit_contrast, wasserstein_squared
from ..objectives.distribution_matching import bidirectional_matching, distribution_matching
from ..objectives.entropy_floor import width_floor
from ..objectives.focal_weighting import focal_matching
from ..objectives.point_contrast import between_modalities, sample_points, within_modality
from ..objectives.pointing import point_at
from ..objectives.triplet_alignment import triplet_alignment
from .auxiliary import auxiliary_losses
from .forward import Forward, forward
from .inputs import Inputs
from .learner import Learner
from .settings import MATCHING_EPSILON, TrainSettings

POINT_SCALE = 20.0


def losses(
    learner: Learner,
    inputs: Inputs,
    settings: TrainSettings,
    step: int,
    confidence: Tensor | None,
    generator: torch.Generator,
) -> tuple[dict[str, Tensor], Forward]:
    """`confidence` [n] weighs the alignment of each pair: 0 for captions that CCD judges to be of another crop."""
    weights = settings.objectives
    found = forward(learner.towers, inputs)
    sentence_scale, phrase_scale = learner.towers.log_scales.exp().clamp(max=settings.highest_scale)
    matches = inputs.matches

    def of_both(loss: Callable[[Tensor], Tensor]) -> Tensor:
        by_global, by_selected = (loss(scores) for scores in found.scores)
        return by_global + settings.selected_weight * by_selected

    result: dict[str, Tensor] = {}
    if weights.contrast:
        result["contrast"] = weights.contrast * of_both(lambda s: soft_contrast(sentence_scale * s, matches))
    if weights.alignment:
        each = of_both(lambda s: triplet_alignment(s, matches))
        result["alignment"] = weights.alignment * (each if confidence is None else each * confidence).mean()
    if weights.matching:
        result["matching"] = weights.matching * of_both(
            lambda s: bidirectional_matching(s, matches, sentence_scale, MATCHING_EPSILON)
        )
    if weights.forward_matching:
        result["forward_matching"] = (
            weights.forward_matching
            * of_both(lambda s: distribution_matching(s, matches, sentence_scale)).mean()
        )
    if weights.focal:
        result["focal"] = weights.focal * of_both(lambda s: focal_matching(s, matches, sentence_scale))
    if weights.triplet:
        result["triplet"] = weights.triplet * of_both(lambda s: cross_modal_triplet(s, matches))
    result |= distribution_losses(found, inputs, settings, generator)
    if inputs.phrases is not None:
        result |= phrase_losses(found, inputs, settings, phrase_scale)
    if step % settings.auxiliary_every == 0:
        result |= auxiliary_losses(learner, found, inputs, settings, sentence_scale, generator)
    return result, found


def distribution_losses(
    found: Forward, inputs: Inputs, settings: TrainSettings, generator: torch.Generator
) -> dict[str, Tensor]:
    """The objectives of the uncertainty-aware system on the means and variances of both sides."""
    weights, matches = settings.objectives, inputs.matches
    texts, crops = (found.sentences, found.log_variance / 2), (found.image.crops, found.image.log_variance / 2)
    result: dict[str, Tensor] = {}
    if weights.distribution:
        result["distribution"] = weights.distribution * unit_contrast(wasserstein_squared(*texts, *crops), matches)
    if weights.points:
        text_points, crop_points = (sample_points(*side, generator, settings.samples) for side in (texts, crops))
        alike = matches & matches.T  # within one side: each is true of the other
        result["points"] = weights.points * (
            between_modalities(text_points, crop_points, matches, POINT_SCALE)
            + (within_modality(text_points, alike, POINT_SCALE) + within_modality(crop_points, alike, POINT_SCALE)) / 2
        )
    if weights.entropy:
        result["entropy"] = weights.entropy * (width_floor(texts[1]) + width_floor(crops[1]))
    return result


def phrase_losses(found: Forward, inputs: Inputs, settings: TrainSettings, scale: Tensor) -> dict[str, Tensor]:
    """Short phrases: which crops they are true of, and where."""
    weights, result = settings.objectives, {}
    if weights.phrases:
        result["phrases"] = weights.phrases * soft_contrast(
            scale * found.phrases @ found.image.crops.T, inputs.phrases.matches
        )
    if weights.pointing:
        result["pointing"] = weights.pointing * point_at(
            found.image.patches, found.image.patch_lengths, found.phrases, inputs.phrases.cells
        )
    return result
