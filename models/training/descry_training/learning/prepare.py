"""From a batch of crops and statements to what the losses take."""

import numpy as np
import torch

from ..batches import Batch
from .augment import augment, normalise
from .inputs import Inputs, Phrases


def prepare(batch: Batch, seed: int) -> Inputs:
    """Scaled, augmented (as `seed` says), as tensors."""
    parts = batch.parts.reshape(len(batch.parts), -1).astype(np.int32)
    named = (parts >> batch.phrase_parts[:, None].astype(np.int32)) & 1
    return Inputs(
        pixels=augment(normalise(torch.from_numpy(batch.pixels)), torch.Generator().manual_seed(seed)),
        ids=torch.from_numpy(batch.sentences),
        matches=torch.from_numpy(batch.sentence_matches),
        indices=torch.from_numpy(batch.crops),
        attributes=torch.from_numpy(batch.sentence_attributes),
        phrases=Phrases(
            ids=torch.from_numpy(batch.phrases),
            matches=torch.from_numpy(batch.phrase_matches),
            cells=torch.from_numpy(named.astype(bool)),
        ),
    )
