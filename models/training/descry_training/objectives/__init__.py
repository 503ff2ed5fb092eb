"""What the network is trained for: the objectives of RDE, AMNS, SEN and uncertainty-aware alignment, and ours.

Scores are cosines [texts, images]; `same` is bool of that shape, true where both are of one person. A loss is [batch]
where the confidence of each pair multiplies it, and otherwise a scalar.
"""

from .attention_masking import average_momentum, keep_by_attention, update_average
from .attribute_reconstruction import choose_masked, reconstruction_loss
from .consensus_division import FINE, PUBLISHED, consensus_weights, fit_mixture
from .contrast import contrastive_loss, soft_contrast
from .cross_modal_triplet import cross_modal_triplet
from .distribution_contrast import published_contrast, unit_contrast, wasserstein_squared
from .distribution_matching import bidirectional_matching, distribution_matching
from .entropy_floor import entropy_floor, width_floor
from .expected_similarity import certainty, expected_similarity
from .focal_weighting import focal_matching
from .point_contrast import between_modalities, boma, hinge_pairs, sample_points, sampled_similarity, within_modality
from .pointing import point_at
from .restoration import grayscale, patchify, put_back, random_masking, restoration_loss, unpatchify
from .triplet_alignment import hardest_triplet, triplet_alignment

__all__ = [
    "FINE", "PUBLISHED", "average_momentum", "between_modalities", "bidirectional_matching", "boma", "certainty",
    "choose_masked", "consensus_weights", "contrastive_loss", "cross_modal_triplet", "distribution_matching",
    "entropy_floor", "expected_similarity", "fit_mixture", "focal_matching", "grayscale", "hardest_triplet",
    "hinge_pairs", "keep_by_attention", "patchify", "point_at", "published_contrast", "put_back", "random_masking",
    "reconstruction_loss", "restoration_loss", "sample_points", "sampled_similarity", "soft_contrast",
    "triplet_alignment", "unit_contrast", "unpatchify", "update_average", "wasserstein_squared", "width_floor",
    "within_modality",
]
