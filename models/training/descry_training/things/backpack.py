"""Backpacks, without what they hang from."""

from random import Random

import numpy as np

from ..people.person import Bag
from ..rendering.solids import box
from ..rendering.surface import Finish, Surface
from .forms import Place, Size, arc, bar, loft, rod, shell
from .materials import bag_cloth, panel_cloth, strap_cloth
from .parts import BAG


def backpack(bag: Bag, place: Place, size: Size) -> list[Surface]:
    """Inner face at `out` = 0; a pocket or two, a lid, side pockets and a grip."""
    width, height, depth = size
    rng = Random(f"{bag.detail}form")
    cloth, panel, strap = bag_cloth(bag), panel_cloth(bag), strap_cloth(bag)
    corner = rng.uniform(0.1, 0.24)
    body = shell(height, width, depth, rng.uniform(0.78, 0.98), rng.uniform(0, 0.25), corner, behind=0.0)
    squareness = rng.uniform(3, 5)
    found = [loft(place, body, cloth, BAG, 16, squareness)]
    style = rng.choice(("pocket", "pocket", "two pockets", "lid", "plain"))
    if style in ("pocket", "two pockets"):
        tall = height * (0.42 if style == "pocket" else 0.34)
        pocket = shell(tall, width * 0.78, depth * 0.42, 0.92, 0.2, 0.14, behind=0.25)
        found.append(loft(place.moved(0, depth * 1.02, tall - height * 0.94), pocket, panel, BAG, 12))
    if style == "two pockets":
        upper = shell(height * 0.24, width * 0.62, depth * 0.24, 0.85, 0.1, 0.2, behind=0.25)
        found.append(loft(place.moved(0, depth * 0.98, -height * 0.2), upper, panel, BAG, 10))
    if style == "lid":
        lid = shell(height * 0.26, width * 0.98, depth * 0.95, 0.85, 0.0, 0.3, behind=0.0)
        found.append(loft(place.moved(0, depth * 0.1, height * 0.02), lid, panel, BAG, 14))
    found += _trimmings(bag, place, body, squareness, rng)
    if rng.random() < 0.25:
        bottle = Finish(rng.choice(((70, 130, 190), (200, 205, 208), (40, 42, 46), (190, 60, 60))), gloss=0.6)
        side = rng.choice((-1, 1))
        found += rod(
            place.at(side * width * 0.53, depth * 0.45, -height * 0.95),
            place.at(side * width * 0.53, depth * 0.45, -height * 0.5),
            0.032,
            bottle,
            BAG,
            8,
        )
    grip = arc(place.at(-0.04, 0.03, -0.01), place.at(0.04, 0.03, -0.01), place.at(0, 0.03, 0.05))
    return found + bar(grip, 0.009, strap, BAG, up=place.out)


def _trimmings(bag: Bag, place: Place, body: np.ndarray, squareness: float, rng: Random) -> list[Surface]:
    """What tells one backpack from another: a sole of another material, tape or webbing around it, a badge."""
    found: list[Surface] = []
    height, (width, depth) = -body[-1, 0], 2 * body[3, 1:3]

    def around(top: float, bottom: float, finish: Finish) -> Surface:
        """A sleeve over the body between two fractions of its height."""
        drop = np.linspace(top, bottom, 3) * height
        rows = [np.interp(drop, -body[:, 0], column) for column in body.T[1:]]
        return loft(
            place,
            np.stack([-drop, rows[0] * 1.02 + 0.002, rows[1] * 1.02 + 0.002, rows[2]], 1),
            finish,
            BAG,
            16,
            squareness,
        )

    if rng.random() < 0.2:
        found.append(
            around(
                rng.uniform(0.75, 0.86), 1.0, Finish(rng.choice(((92, 62, 40), (38, 36, 36), (60, 60, 64))), gloss=0.2)
            )
        )
    if rng.random() < 0.25:
        tape = rng.choice(((200, 202, 202), (200, 202, 202), (30, 30, 32)))
        level = rng.uniform(0.45, 0.62)
        found.append(around(level, level + 0.05, Finish(tape, gloss=0.5)))
    if rng.random() < 0.4:
        badge = Finish(
            bag.second.rgb if bag.second else rng.choice(((225, 225, 222), (40, 40, 44), (170, 40, 40))), gloss=0.3
        )
        middle = place.at(0, depth * 1.04, -height * rng.uniform(0.2, 0.34))
        basis = np.stack([place.wide, place.out, place.up], 1)
        found += box(middle, (width * rng.uniform(0.12, 0.34), 0.012, rng.uniform(0.03, 0.06)), badge, BAG, basis)
    return found
