"""Bags on a posed body."""

from collections.abc import Iterable
from dataclasses import replace

from ..body.skeleton import Skeleton
from ..people.person import Bag
from ..rendering.surface import Surface
from .carrying import Wearer, carried
from .hands import true_carry
from .torso import Torso


def bag_surfaces(bag: Bag, skeleton: Skeleton, rng, worn: Iterable[Surface] = ()) -> list[Surface]:
    """The bag with its straps and handles in world metres.

    `rng` (random.Random or numpy Generator) decides what differs between crops, `bag.detail` what does not. `worn`:
    surfaces among which are the upper garments, so that straps lie on them.
    """
    carry = true_carry(bag)
    torso = Torso.of(skeleton, () if carry in ("hand", "elbow", "rolling") else worn)
    return carried(replace(bag, carry=carry), Wearer(skeleton, torso, rng))
