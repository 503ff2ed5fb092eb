"""Which training pairs look as if caption and crop do not belong together (RDE's CCD over a whole training set)."""

import numpy as np

from ..objectives.consensus_division import FINE, consensus_weights


class Confidence:
    """The latest loss of every pair by both embeddings, and the verdict drawn from them.

    The published code computes all losses anew in each epoch; `observe` takes them from wherever they come: from a pass
    over the whole set, or from the steps as they go by (ours: nearly free, but not all of the same age).
    Pairs that have not been seen count as clean. The finer of the two published settings of the mixture, since nobody
    knows how many captions of a new set are wrong.
    """

    def __init__(self, pairs: int):
        self.losses = np.full((2, pairs), np.nan, np.float32)  # of the global and of the selected embedding
        self.weights = np.ones(pairs, np.float32)

    def observe(self, indices: np.ndarray, global_losses: np.ndarray, selected_losses: np.ndarray) -> None:
        self.losses[0, indices] = global_losses
        self.losses[1, indices] = selected_losses

    def divide(self, seed: int) -> None:
        seen = np.flatnonzero(~np.isnan(self.losses).any(axis=0))
        if len(seen) > 1:
            self.weights[:] = 1
            self.weights[seen] = consensus_weights(*self.losses[:, seen], np.random.default_rng(seed), FINE)
