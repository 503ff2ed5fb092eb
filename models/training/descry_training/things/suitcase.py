"""Cases on wheels."""

from random import Random

from ..people.person import Bag
from ..rendering.surface import Finish, Surface
from .forms import Place, Size, arc, bar, disc_wheel, loft, rod, shell
from .materials import DARK_METAL, METAL, PLASTIC, RUBBER, bag_cloth, panel_cloth, shade
from .parts import BAG


def suitcase(bag: Bag, place: Place, size: Size) -> list[Surface]:
    """A cabin case standing on its wheels: hard and ribbed, or soft with outer pockets."""
    width, height, depth = size
    rng = Random(f"{bag.detail}form")
    cloth = bag_cloth(bag)
    found: list[Surface] = []
    if rng.random() < 0.55:
        second = bag.second.rgb if bag.second else shade(bag.paint.rgb, 0.75)
        hard = Finish(cloth.base, "vertical stripes", second, width / rng.randint(5, 8), 0.55, 0.0, 0.0, bag.detail)
        found.append(loft(place, shell(height, width, depth, 1.0, 0.0, 0.07), hard, BAG, 16, 6.0))
    else:
        found.append(loft(place, shell(height, width, depth, 1.0, 0.06, 0.05), cloth, BAG, 16, 8.0))
        panel = panel_cloth(bag)
        for drop, tall in ((0.1, 0.28), (0.44, 0.46)):
            pocket = shell(height * tall, width * 0.82, depth * 0.26, 1.0, 0.1, 0.1, behind=0.25)
            found.append(loft(place.moved(0, depth * 0.5, -height * drop), pocket, panel, BAG, 12, 6.0))
    for wide in (-0.4, 0.4):
        for out in (-0.36, 0.36):
            found += disc_wheel(
                place.at(width * wide, depth * out, -height - 0.02), place.wide, 0.028, 0.03, RUBBER, BAG, 8
            )
    grip = arc(place.at(-0.06, 0, 0), place.at(0.06, 0, 0), place.at(0, 0, 0.035), 5)
    return found + bar(grip, 0.009, PLASTIC, BAG, up=place.out)


def telescope(place: Place, size: Size, length: float) -> list[Surface]:
    """A suitcase's drawn-out handle, `length` metres above its upper edge."""
    inner = -size[2] * 0.4
    found: list[Surface] = []
    for side in (-1, 1):
        found += rod(place.at(side * 0.085, inner, -0.02), place.at(side * 0.085, inner, length), 0.008, METAL, BAG, 4)
    return found + rod(place.at(-0.1, inner, length), place.at(0.1, inner, length), 0.015, DARK_METAL, BAG, 5)
