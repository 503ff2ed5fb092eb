"""Bags and things in the hands, with a place that each can really be carried in."""

from random import Random

from . import wardrobe
from .colours import BAGS, CLOTHES
from .garments import contrasting, paint, seed
from .person import Bag, Held, Paint

BAG_KINDS: dict[str, dict[str, float]] = {
    "man": {"backpack": 6.0, "shoulder bag": 3.2, "handbag": 0.3, "tote bag": 0.6, "suitcase": 1.3, "plastic bag": 1.8,
            "paper bag": 0.8, "briefcase": 1.3, "waist bag": 0.8, "sports bag": 1.1},
    "woman": {"backpack": 4.4, "shoulder bag": 4.0, "handbag": 4.0, "tote bag": 1.8, "suitcase": 1.2,
              "plastic bag": 1.5, "paper bag": 1.0, "briefcase": 0.4, "waist bag": 0.5, "sports bag": 0.5},
}
CARRIES: dict[str, dict[str, float]] = {
    "backpack": {"both shoulders": 10, "one shoulder": 2.2, "front": 0.6, "hand": 0.6},
    "shoulder bag": {"one shoulder": 5, "across": 6},
    "handbag": {"one shoulder": 4, "elbow": 2.5, "hand": 3},
    "tote bag": {"one shoulder": 5, "hand": 3, "elbow": 1.5},
    "suitcase": {"rolling": 8, "hand": 1},
    "plastic bag": {"hand": 8, "elbow": 1}, "paper bag": {"hand": 8, "elbow": 1},
    "briefcase": {"hand": 6, "one shoulder": 2.5}, "waist bag": {"waist": 6, "across": 2.5},
    "sports bag": {"one shoulder": 3, "across": 2, "hand": 4},
}
BAG_SIZES = {"backpack": (0.75, 1.25), "handbag": (0.75, 1.25), "waist bag": (0.85, 1.15)}
PLASTIC_COLOURS = {"white": 7, "black": 2, "blue": 2, "red": 2, "green": 1.5, "yellow": 1.5, "beige": 1, "orange": 1,
                   "pink": 1}
PAPER_COLOURS = {"tan": 5, "brown": 4, "white": 3, "beige": 2, "red": 1, "black": 1, "blue": 0.7, "pink": 0.7}
NEEDS_HAND = {"hand", "rolling"}
HELD_KINDS = {"phone": 6, "phone at ear": 2.4, "bottle": 2.2, "cup": 1.7, "paper": 1.6, "book": 1.1, "coat": 1.2}
PUSHED_KINDS = {"pushchair": 1.2, "bicycle": 2.4, "trolley": 1.2}


def bag(rng: Random, kind: str) -> Bag:
    main = paint(rng, {"plastic bag": PLASTIC_COLOURS, "paper bag": PAPER_COLOURS}.get(kind, BAGS))
    return Bag(
        kind, main, wardrobe.pick(rng, CARRIES[kind]), rng.choice((1, -1)),
        size=rng.uniform(*BAG_SIZES.get(kind, (0.8, 1.2))),
        second=contrasting(rng, main) if rng.random() < 0.22 else None, detail=seed(rng),
    )


def hands_of(bags: tuple[Bag, ...]) -> set[int]:
    return {each.side for each in bags if each.carry in NEEDS_HAND}


def _places_differ(first: Bag, second: Bag) -> bool:
    body = {"both shoulders", "front", "across", "one shoulder"}
    if first.carry in body and second.carry in body:
        return False
    return first.kind != second.kind and (first.carry != second.carry or first.side != second.side)


def bags(rng: Random, gender: str, age: str) -> tuple[Bag, ...]:
    """About half of all people carry a bag, few carry two."""
    count = rng.choices((0, 1, 2), (10, 9.2, 1.1))[0]
    kinds = BAG_KINDS[gender]
    if age == "child":
        kinds = {"backpack": 6.0, "plastic bag": 0.6, "shoulder bag": 0.5, "waist bag": 0.3, "suitcase": 0.3}
    chosen: list[Bag] = []
    for _ in range(count):
        candidate = bag(rng, wardrobe.pick(rng, kinds))
        if all(_places_differ(other, candidate) for other in chosen):
            chosen.append(candidate)
    return tuple(chosen)


def held(rng: Random, free: list[int], season: str) -> Held | None:
    """Something in a free hand (1 left, -1 right), more often the right one."""
    if not free or rng.random() > 0.2:
        return None
    kinds = HELD_KINDS if season != "warm" else {**HELD_KINDS, "coat": 0.5, "bottle": 3}
    kind = wardrobe.pick(rng, kinds)
    weights = {"paper": {"white": 6, "beige": 1, "yellow": 1, "light blue": 1},
               "phone": {"black": 6, "white": 2, "silver": 1},
               "phone at ear": {"black": 6, "white": 2, "silver": 1},
               "bottle": {"light blue": 3, "white": 3, "green": 2, "black": 1, "red": 1, "pink": 0.6},
               "cup": {"white": 6, "brown": 2, "tan": 1, "red": 0.7, "green": 1}}.get(kind, CLOTHES)
    side = rng.choice(free) if -1 not in free or rng.random() > 0.65 else -1
    return Held(kind, paint(rng, weights, 0.05), side)


def pushed(rng: Random) -> Held:
    """Both hands are needed."""
    kind = wardrobe.pick(rng, PUSHED_KINDS)
    weights: dict[str, float] = {"silver": 6, "gray": 3, "black": 1, "red": 1} if kind == "trolley" else BAGS
    return Held(kind, paint(rng, weights))


def umbrella(rng: Random) -> Paint:
    return paint(rng, {**CLOTHES, "red": 12, "blue": 10})
