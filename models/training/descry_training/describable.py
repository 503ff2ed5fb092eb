"""From a drawn person to everything that may truthfully be said of them.

Each thing (`Item`) lists its nouns, colours and adjectives; a statement built from some of them carries the
matching *facts* (strings such as `upper.colour:navy`). A crop satisfies a statement when its facts contain
the statement's: that gives exact labels, also for short phrases that are true of many people.
"""

from dataclasses import dataclass

from . import words
from .colours import COLOURS
from .people import Garment, Paint, Person

# Cells of the picture that show a slot (see drawing.parts); slots not listed cannot be pointed at.
SLOT_PARTS = {"upper": 1, "inner": 2, "lower": 3, "shoes": 4, "headwear": 5, "hair": 6, "bag": 7, "umbrella": 8,
              "scarf": 9, "mask": 10, "holding": 11}


@dataclass(frozen=True)
class View:
    """How the person stands in one crop."""

    direction: str  # front, back, side
    action: str  # walking, standing, running


@dataclass(frozen=True)
class Item:
    slot: str
    nouns: tuple[str, ...]
    colours: tuple[str, ...] = ()
    second_colours: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()  # before the noun
    tails: tuple[str, ...] = ()  # after the noun, starting with "with"

    def facts(self) -> set[str]:
        named = {f"{self.slot}:{noun}" for noun in self.nouns}
        coloured = {f"{self.slot}.colour:{colour}" for colour in (*self.colours, *self.second_colours)}
        described = {f"{self.slot}.is:{word}" for word in (*self.adjectives, *self.tails)}
        return named | coloured | described


def colour_words(paint: Paint | None) -> tuple[str, ...]:
    return COLOURS[paint.name].words if paint else ()


def _garment_item(slot: str, nouns: tuple[str, ...], garment: Garment, extra: tuple[str, ...] = ()) -> Item:
    pattern = words.PATTERN.get(garment.pattern, ())
    return Item(
        slot, nouns, colour_words(garment.paint), colour_words(garment.second),
        tuple(w for w in pattern if not w.startswith("with")) + extra,
        tuple(w for w in pattern if w.startswith("with")),
    )


def upper_item(garment: Garment, slot: str = "upper") -> Item:
    extra: tuple[str, ...] = words.MATERIAL.get(garment.kind, ())
    if garment.kind in ("coat", "raincoat", "dress", "cardigan") and garment.hem > 0.66:
        extra += words.LENGTH_UPPER["long"]
    if garment.kind in ("t-shirt", "shirt", "polo", "blouse", "dress", "sweater", "tank top"):
        extra += words.SLEEVE["none" if garment.sleeve == 0 else "short" if garment.sleeve < 0.7 else "long"]
    if garment.loose > 1.2:
        extra += words.FIT["loose"]
    if garment.open and slot == "upper":
        extra += ("open", "unzipped", "unbuttoned")
    return _garment_item(slot, words.UPPER[garment.kind] + words.UPPER_GENERIC[:1], garment, extra)


def lower_item(garment: Garment) -> Item:
    extra: tuple[str, ...] = words.MATERIAL.get(garment.kind, ())
    if garment.kind in ("skirt", "shorts"):
        extra += words.LENGTH_LOWER["short" if garment.hem < 0.67 else "knee" if garment.hem < 0.78 else "long"]
    if garment.loose > 1.17:
        extra += words.FIT["loose"]
    elif garment.loose < 0.95:
        extra += words.FIT["tight"]
    return _garment_item("lower", words.LOWER[garment.kind], garment, extra)


def hair_items(person: Person) -> list[Item]:
    style = person.hair.style
    colours = words.HAIR_COLOUR[person.hair.paint.name]
    covered = person.headwear is not None and person.headwear.kind in ("headscarf", "hood", "helmet", "beanie")
    if covered:
        return []
    if style == "bald":
        return [Item("hair", words.HAIR_NOUN_STYLE["bald"])]
    if style in words.HAIR_NOUN_STYLE:
        return [Item("hair", words.HAIR_NOUN_STYLE[style]), Item("hair", ("hair",), colours)]
    return [Item("hair", ("hair",), colours, adjectives=words.HAIR_STYLE[style])]


def items(person: Person) -> list[Item]:
    """Everything worn, carried or visible, in no order."""
    found = [upper_item(person.upper), *hair_items(person)]
    if person.inner:
        found.append(upper_item(person.inner, "inner"))
    if person.lower:
        found.append(lower_item(person.lower))
    found.append(Item("shoes", words.SHOES[person.shoes.kind], colour_words(person.shoes.paint)))
    if person.headwear:
        found.append(Item("headwear", words.HEADWEAR[person.headwear.kind], colour_words(person.headwear.paint)))
    found += [Item("bag", words.BAGS[bag.kind], colour_words(bag.paint)) for bag in person.bags]
    if person.umbrella:
        found.append(Item("umbrella", ("umbrella",), colour_words(person.umbrella)))
    if person.scarf:
        found.append(Item("scarf", ("scarf", "neck scarf", "shawl"), colour_words(person.scarf)))
    if person.mask:
        found.append(Item("mask", ("face mask", "mask", "surgical mask"), colour_words(person.mask)))
    if person.eyewear:
        shades = ("sunglasses", "shades", "dark glasses") if person.eyewear == "sunglasses" else ("glasses", "spectacles", "eyeglasses")
        found.append(Item("eyewear", shades))
    if person.beard:
        found.append(Item("beard", ("beard", "facial hair", "stubble")))
    if person.holding:
        found.append(Item("holding", words.HOLDING[person.holding]))
    return found


def who_words(person: Person) -> tuple[str, ...]:
    man = person.gender == "man"
    if person.age == "child":
        return words.BOY if man else words.GIRL
    plain = words.MAN if man else words.WOMAN
    if person.age == "old":
        return plain + (words.OLD_MAN if man else words.OLD_WOMAN)
    if person.age == "young":
        return plain + plain + (words.YOUNG_MAN if man else words.YOUNG_WOMAN)
    return plain


def action_words(view: View) -> tuple[str, ...]:
    by_action = {"walking": words.WALKING, "running": words.RUNNING, "standing": words.STANDING}
    return by_action[view.action] + words.VIEW[view.direction]


def all_facts(person: Person, view: View) -> set[str]:
    facts = {f"who:{word}" for word in who_words(person)} | {f"action:{word}" for word in action_words(view)}
    facts |= {f"body:{word}" for word in words.BUILD[person.build] + words.HEIGHT[person.height]}
    for item in items(person):
        facts |= item.facts()
    return facts
