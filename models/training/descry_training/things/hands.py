"""Which hand does what: at most one thing a hand."""

from dataclasses import replace

from ..people.person import Bag, Person

_HAND_CARRIES = {"hand": "carry", "elbow": "elbow", "rolling": "pull"}
_AT_HAND_KINDS = (
    "plastic bag",
    "paper bag",
)  # have no strap: hang from hand or elbow however they are said to be carried


def hand(side: int) -> str:
    """The hand's letter in joint names: side 1 is the left."""
    return "l" if side == 1 else "r"


def true_carry(bag: Bag) -> str:
    """How a bag of this kind can be carried: the asked carry, or the nearest that its straps and handles allow."""
    carry = bag.carry
    if bag.kind == "suitcase":
        return carry if carry in ("rolling", "hand") else "rolling"
    if bag.kind == "waist bag":
        return carry if carry in ("across", "hand") else "waist"
    if bag.kind in _AT_HAND_KINDS:
        return carry if carry in ("hand", "elbow") else "hand"
    if carry == "rolling":
        return "hand"
    if carry == "waist":
        return "across"
    if bag.kind != "backpack" and carry in ("both shoulders", "front"):
        return "one shoulder"
    return carry


def settle_hands(person: Person) -> Person:
    """The person with sides changed so that no hand holds two things; what finds no hand hangs from the elbow."""
    taken: set[int] = set()
    if person.held:
        taken.add(person.held.side)
    if person.umbrella:
        taken.add(_free(taken, -1))
    bags = []
    for bag in person.bags:
        carry = true_carry(bag)
        if carry in _HAND_CARRIES:
            side = _free(taken, bag.side)
            carry = "elbow" if side in taken and bag.kind != "suitcase" else carry
            taken.add(side)
            bag = replace(bag, side=side)
        bags.append(replace(bag, carry=carry))
    pushed = person.pushed
    if pushed:
        pushed = replace(pushed, side=_free(taken, pushed.side))
    return replace(person, bags=tuple(bags), pushed=pushed)


def _free(taken: set[int], wished: int) -> int:
    return -wished if wished in taken and -wished not in taken else wished


def hand_demands(person: Person) -> dict[str, str]:
    """What busy hands ("l", "r") do: a held thing's kind, "umbrella", "carry", "elbow", "pull", "push", "strap"."""
    person = settle_hands(person)
    demands: dict[str, str] = {}
    if person.held:
        demands[hand(person.held.side)] = person.held.kind
    if person.umbrella:
        demands[hand(umbrella_side(person))] = "umbrella"
    for bag in person.bags:
        if bag.carry in _HAND_CARRIES:
            demands.setdefault(hand(bag.side), _HAND_CARRIES[bag.carry])
    if person.pushed:
        for side in (person.pushed.side,) if person.pushed.kind == "bicycle" else (1, -1):
            demands.setdefault(hand(side), "push")
    for bag in person.bags:
        if bag.carry in ("both shoulders", "one shoulder") and bag.detail % 8 == 0:
            demands.setdefault(hand(bag.side), "strap")
    return demands


def umbrella_side(person: Person) -> int:
    """The side of the hand that holds the umbrella: the right unless something is held there."""
    return 1 if person.held and person.held.side == -1 else -1
