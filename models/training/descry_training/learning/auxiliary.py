"""Objectives that need a second look at changed crops or texts, on a part of the batch."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ..network.settings import CELL
from ..network.statistics import unremembered
from ..objectives.attention_masking import keep_by_attention
from ..objectives.attribute_reconstruction import choose_masked, reconstruction_loss
from ..objectives.distribution_matching import bidirectional_matching
from ..objectives.point_contrast import sample_points
from ..objectives.restoration import grayscale, random_masking, restoration_loss
from .device import mixed_precision
from .forward import Forward
from .inputs import Inputs
from .learner import Learner
from .settings import MATCHING_EPSILON, TrainSettings

ATTENTION_KEPT = 0.5  # of the cells (A-CLIP, Yang et al. 2023)
SEEN = 0.3  # of the cells of a crop that is to be restored (SEN)


def auxiliary_losses(
    learner: Learner, found: Forward, inputs: Inputs, settings: TrainSettings, scale: Tensor, generator: torch.Generator
) -> dict[str, Tensor]:
    part = slice(0, max(2, round(settings.auxiliary_share * len(inputs.pixels))))
    weights, result = settings.objectives, {}
    if weights.attention_masking:
        result["attention_masking"] = weights.attention_masking * masked_matching(learner, found, inputs, part, scale)
    if weights.restoration:
        result["restoration"] = weights.restoration * restoration(learner, found, inputs, part, generator)
    if weights.reconstruction:
        result["reconstruction"] = weights.reconstruction * reconstruction(
            learner, found, inputs, part, settings, generator
        )
    return result


def masked_matching(learner: Learner, found: Forward, inputs: Inputs, part: slice, scale: Tensor) -> Tensor:
    """AMNS' attention-weighted masking: sentences matched with crops of which only cells that the averaged tower
    looks at are left. The cells are taken after the convolutions, which are then computed once (ours)."""
    with mixed_precision(inputs.pixels), unremembered(learner.towers.image):
        with torch.no_grad():
            average = learner.averaged_image
            attention = average.attend(average.cells(inputs.pixels[part]))[2]
        kept = keep_by_attention(attention, ATTENTION_KEPT)
        crops = learner.towers.image.describe(found.cells[part], kept).crops
    return bidirectional_matching(found.sentences[part] @ crops.T, inputs.matches[part, part], scale, MATCHING_EPSILON)


def restoration(learner: Learner, found: Forward, inputs: Inputs, part: slice, generator: torch.Generator) -> Tensor:
    """SEN's text-guided image restoration: colours of hidden cells from a grey remainder and the sentence."""
    pixels = inputs.pixels[part]
    settings = learner.towers.settings
    hidden = random_masking(pixels.new_empty(len(pixels), settings.cells, 1), SEEN, generator)[1]
    mask = hidden.view(-1, 1, settings.rows, settings.columns).to(pixels.dtype)
    grey = grayscale(pixels) * (1 - F.interpolate(mask, scale_factor=CELL, mode="nearest"))
    with mixed_precision(pixels), unremembered(learner.towers.image):
        cells = learner.towers.image.cells(grey)
        predicted = learner.restoration(cells, hidden, found.text.part(part))
    return restoration_loss(predicted, pixels, hidden)


def reconstruction(
    learner: Learner, found: Forward, inputs: Inputs, part: slice, settings: TrainSettings, generator: torch.Generator
) -> Tensor:
    """Attribute words hidden in the sentence and looked up in points drawn from the crop's distribution."""
    hidden = choose_masked(inputs.attributes[part], settings.hidden_attributes, generator)
    image = found.image
    points = sample_points(image.crops[part], image.log_variance[part] / 2, generator, settings.samples)
    with mixed_precision(inputs.pixels):
        text = learner.towers.text.read(inputs.ids[part], hidden)
        patches = image.patches[part] / image.patch_lengths[part, :, None].to(image.patches.dtype)
        recovered = learner.reconstruction(text.tokens, patches, points)
    return reconstruction_loss(recovered, found.text.tokens[part].detach().float(), hidden)
