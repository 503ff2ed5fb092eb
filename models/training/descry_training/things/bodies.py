"""Bags themselves, hanging from a place; what carries them is in `carrying`."""

from collections.abc import Callable
from random import Random

import numpy as np

from ..people.person import Bag
from ..rendering.surface import Finish, Surface
from .backpack import backpack
from .forms import Place, Size, loft, rod, shell
from .materials import METAL, bag_cloth, panel_cloth, strap_cloth
from .parts import BAG
from .suitcase import suitcase

# Of an adult's bag of size 1.
SIZES: dict[str, Size] = {
    "backpack": (0.31, 0.45, 0.17),
    "shoulder bag": (0.33, 0.26, 0.1),
    "handbag": (0.31, 0.23, 0.13),
    "tote bag": (0.37, 0.37, 0.1),
    "suitcase": (0.4, 0.58, 0.24),
    "plastic bag": (0.3, 0.38, 0.17),
    "paper bag": (0.29, 0.36, 0.12),
    "briefcase": (0.4, 0.3, 0.09),
    "waist bag": (0.27, 0.14, 0.09),
    "sports bag": (0.54, 0.29, 0.26),
}


def bag_size(bag: Bag, height: float) -> Size:
    """Metres; people of less `height` carry smaller things, and no two bags have the same proportions."""
    rng = Random(f"{bag.detail}size")
    factor = bag.size * min(1.05, (height / 1.7)) ** 0.8
    return tuple(factor * length * rng.uniform(0.9, 1.12) for length in SIZES[bag.kind])


def shoulder_bag(bag: Bag, place: Place, size: Size) -> list[Surface]:
    """A messenger bag or satchel with a flap."""
    width, height, depth = size
    rng = Random(f"{bag.detail}form")
    found = [loft(place, shell(height, width, depth, 0.96, 0.25, rng.uniform(0.1, 0.2)), bag_cloth(bag), BAG, 14, 4.5)]
    if rng.random() < 0.65:
        flap = shell(height * rng.uniform(0.5, 0.8), width * 1.01, depth * 0.5, 1.0, 0.3, 0.1, behind=0.0)
        found.append(loft(place.moved(0, depth * 0.08, 0.008), flap, panel_cloth(bag), BAG, 12, 5.0))
        found += rod(
            place.at(-0.012, depth * 0.66, -height * 0.5),
            place.at(0.012, depth * 0.66, -height * 0.5),
            0.012,
            METAL,
            BAG,
        )
    return found


def handbag(bag: Bag, place: Place, size: Size) -> list[Surface]:
    width, height, depth = size
    rng = Random(f"{bag.detail}form")
    taper, bulge = rng.choice(((0.72, 0.15), (0.95, 0.1), (0.85, 0.5)))
    body = shell(height, width, depth, taper, bulge, rng.uniform(0.08, 0.2))
    body[:2, 2] *= 0.45  # closed along the upper edge
    found = [loft(place, body, bag_cloth(bag), BAG, 14, 3.5)]
    if bag.second or rng.random() < 0.3:
        trim = shell(height * 0.3, width * 1.02, depth * 1.04, 0.98, bulge, 0.1)
        found.append(loft(place.moved(0, 0, -height * 0.71), trim, panel_cloth(bag), BAG, 14, 3.5))
    return found


def tote(bag: Bag, place: Place, size: Size) -> list[Surface]:
    """A flat bag of cloth: folded edge above, fuller below."""
    width, height, depth = size
    body = shell(height, width, depth, 1.04, 0.5, 0.07)
    body[:3, 2] = depth * np.array((0.12, 0.2, 0.3))
    return [loft(place, body, bag_cloth(bag, printed=True), BAG, 16, 3.0, 0.008, bag.detail)]


def plastic_bag(bag: Bag, place: Place, size: Size) -> list[Surface]:
    """Thin and crumpled: gathered to its two handles above, sagging round what is in it."""
    width, height, depth = size
    rng = Random(f"{bag.detail}form")
    full = rng.uniform(0.6, 1.15)
    body = np.array(
        [
            (0.0, 0.2 * width, 0.1 * depth, 0),
            (-0.1 * height, 0.34 * width, 0.2 * depth, 0),
            (-0.28 * height, 0.44 * width, 0.34 * depth * full, 0),
            (-0.5 * height, 0.48 * width, 0.47 * depth * full, 0),
            (-0.72 * height, 0.5 * width, 0.54 * depth * full, 0),
            (-0.9 * height, 0.45 * width, 0.5 * depth * full, 0),
            (-height, 0.28 * width, 0.3 * depth * full, 0),
        ]
    )
    return [loft(place, body, bag_cloth(bag, printed=True), BAG, 16, 2.4, 0.014, bag.detail)]


def paper_bag(bag: Bag, place: Place, size: Size) -> list[Surface]:
    width, height, depth = size
    body = [
        (0, width / 2, depth / 2, 0),
        (-height * 0.5, width / 2, depth * 0.52, 0),
        (-height, width / 2, depth / 2, 0),
    ]
    return [loft(place, body, bag_cloth(bag, printed=True), BAG, 16, 14.0, 0.003, bag.detail)]


def briefcase(bag: Bag, place: Place, size: Size) -> list[Surface]:
    width, height, depth = size
    rng = Random(f"{bag.detail}form")
    found = [loft(place, shell(height, width, depth, 1.0, 0.05, 0.06), bag_cloth(bag), BAG, 16, 7.0)]
    if rng.random() < 0.6:  # the soft kind for a computer has an outer pocket
        pocket = shell(height * 0.66, width * 0.9, depth * 0.35, 1.0, 0.1, 0.08, behind=0.25)
        found.append(loft(place.moved(0, depth * 0.5, -height * 0.28), pocket, panel_cloth(bag), BAG, 12, 6.0))
    for side in (-1, 1):
        found += rod(
            place.at(side * width * 0.3, depth * 0.52, -0.02),
            place.at(side * width * 0.3, depth * 0.52, -0.05),
            0.01,
            METAL,
            BAG,
            4,
        )
    return found


def waist_bag(bag: Bag, place: Place, size: Size) -> list[Surface]:
    """Inner face at `out` = 0."""
    width, height, depth = size
    body = shell(height, width, depth, 1.05, 0.2, 0.2, behind=0.0)
    pocket = shell(height * 0.6, width * 0.66, depth * 0.4, 1.05, 0.1, 0.2, behind=0.25)
    return [
        loft(place, body, bag_cloth(bag), BAG, 12, 3.0),
        loft(place.moved(0, depth * 1.0, -height * 0.32), pocket, panel_cloth(bag), BAG, 10, 3.0),
    ]


def sports_bag(bag: Bag, place: Place, size: Size) -> list[Surface]:
    """A lying cylinder with end panels and webbing around it."""
    width, height, depth = size
    cloth, panel, webbing = bag_cloth(bag), panel_cloth(bag), strap_cloth(bag)
    lying = Place(place.at(-width / 2, 0, -height / 2), place.up, place.out, -place.wide)

    def drum(start: float, end: float, swell: float, finish: Finish) -> Surface:
        body = [
            (-start * width, height / 2 * swell, depth / 2 * swell, 0),
            (-end * width, height / 2 * swell, depth / 2 * swell, 0),
        ]
        return loft(lying, body, finish, BAG, 14, 2.8)

    found = [drum(0.02, 0.98, 1.0, cloth), drum(0.0, 0.14, 0.98, panel), drum(0.86, 1.0, 0.98, panel)]
    return found + [drum(at, at + 0.06, 1.015, webbing) for at in (0.27, 0.67)]


BODIES: dict[str, Callable[[Bag, Place, Size], list[Surface]]] = {
    "backpack": backpack,
    "shoulder bag": shoulder_bag,
    "handbag": handbag,
    "tote bag": tote,
    "suitcase": suitcase,
    "plastic bag": plastic_bag,
    "paper bag": paper_bag,
    "briefcase": briefcase,
    "waist bag": waist_bag,
    "sports bag": sports_bag,
}
