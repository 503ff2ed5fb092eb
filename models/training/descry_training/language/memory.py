"""What a witness still knows: a part of what there is to tell, in groups that are told together."""

from dataclasses import dataclass, field
from random import Random

from .item import Item
from .teller import Teller

CHANCE = {"upper": 0.97, "lower": 0.93, "shoes": 0.62, "inner": 0.62, "hair": 0.5, "bag": 0.9, "headwear": 0.88,
          "umbrella": 0.93, "scarf": 0.65, "mask": 0.6, "eyewear": 0.5, "beard": 0.4, "held": 0.65, "pushed": 0.92,
          "socks": 0.3, "tie": 0.55, "gloves": 0.3, "headphones": 0.4}
# Seldom told of a person who turns their back.
IN_FRONT = {"inner": 0.25, "mask": 0.3, "eyewear": 0.15, "beard": 0.1, "tie": 0.1, "held": 0.5}
WORN = ("upper", "inner", "lower", "shoes", "headwear", "scarf", "tie", "gloves", "socks", "headphones")
FACE = ("hair", "eyewear", "beard", "mask")


@dataclass(slots=True)
class Memory:
    worn: list[Item] = field(default_factory=list)
    face: list[Item] = field(default_factory=list)
    bags: list[Item] = field(default_factory=list)
    deeds: list[Item] = field(default_factory=list)  # held, pushed, an umbrella

    def all(self) -> list[Item]:
        return self.worn + self.face + self.bags + self.deeds


def remember(teller: Teller, least: float = 0.55) -> Memory:
    """Each thing is remembered with its own chance, all scaled by how good the memory is."""
    rng, known = teller.rng, teller.known
    keep = rng.uniform(least, 1.15)
    behind = teller.view.direction == "back"
    if rng.random() < 0.05:
        return _sorted([rng.choice(known.items)])
    found = []
    for item in known.items:
        chance = CHANCE[item.slot] * (keep if item.slot not in ("upper", "lower") else keep**0.4)
        if behind:
            chance *= IN_FRONT.get(item.slot, 1.0)
        if rng.random() < chance:
            found.append(item)
    return _sorted(found or [known.items[0]])


def _sorted(found: list[Item]) -> Memory:
    memory = Memory()
    for item in found:
        if item.slot in WORN:
            memory.worn.append(item)
        elif item.slot in FACE:
            memory.face.append(item)
        elif item.slot == "bag":
            memory.bags.append(item)
        else:
            memory.deeds.append(item)
    return memory


def shuffle_a_little(rng: Random, found: list[Item], share: float = 0.25) -> None:
    if rng.random() < share:
        rng.shuffle(found)
